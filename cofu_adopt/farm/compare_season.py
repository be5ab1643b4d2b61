"""Compare a season's files with what is stored: new, changed and same, and what stands in the way. Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from cofu_adopt.core.crypto import mask
from cofu_adopt.core.db import db
from cofu_adopt.farm.findings import Finding
from cofu_adopt.farm.models import Household, Plot, PlotMeasurement, PlotShare, Rope
from cofu_adopt.farm.read_plots import LINE, SPECIES
from cofu_adopt.farm.read_season import HOUSEHOLDS, KEY_COLUMN, MEASUREMENTS, PLOTS, Known
from cofu_adopt.farm.season_input import SeasonInput

SENSITIVE = frozenset({"phone", "bank_account", "low_income"})
VALUE_WORDS: dict[str, dict[str, Any]] = {"inside_line": LINE, "species": SPECIES}
COLUMN_OF = {
    "code": "户号", "head_name": "户主", "village": "村", "phone": "手机号", "family_size": "家庭人口",
    "low_income": "低收入", "bank_name": "开户行", "bank_clearing_code": "联行号", "bank_account": "银行卡号",
    "payee_name": "户名", "joined_on": "入社日期", "inside_line": "线内外", "shares": "户号与份额", "species": "品种",
    "seeded_on": "挂苗日期", "rope_count": "苗绳数", "rope_length_m": "绳长(米)", "insurance_number": "保单号",
    "longitude": "经度", "latitude": "纬度", "mean_shell_length_mm": "平均壳长(毫米)", "sample_count": "样本数",
    "survival": "存活率", "water_temperature_c": "水温(°C)",
}  # fmt: skip
"""The column of the workshop's files that a field comes from."""


@dataclass(frozen=True, slots=True)
class Change:
    """What would change in something that is stored, as (before, after) by field; sensitive values are masked."""

    kind: str
    code: str
    fields: dict[str, tuple[str, str]]


@dataclass(slots=True)
class Tally:
    """How many rows of a kind are new, changed, the same, and only stored: those stay as they are."""

    new: int = 0
    changed: int = 0
    same: int = 0
    absent: int = 0


@dataclass(slots=True)
class Comparison:
    """What an import of these files would do to what is stored; `added` and `absent` are codes by kind."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    added: dict[str, list[str]] = field(default_factory=dict)
    absent: dict[str, list[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """True when an import would change nothing."""
        return not any(tally.new or tally.changed for tally in self.tallies.values())


def compare(season: SeasonInput) -> Comparison:
    """Compare the season with what is stored."""
    found = Comparison()
    households = {row.code: row for row in db.session.scalars(select(Household))}
    plots = {row.code: row for row in db.session.scalars(select(Plot))}
    shares = stored_shares()
    usable = season.names.keys() - season.unread
    measurements = {f"{code} {day}": row.values() for (code, day), row in season.measurements.items()}
    if HOUSEHOLDS in usable:
        inputs = {code: row.values() for code, row in season.households.items()}
        _tally(
            found,
            season,
            HOUSEHOLDS,
            inputs,
            {code: _columns(row, season.households) for code, row in households.items()},
        )
    if PLOTS in usable:
        inputs = {code: row.values() | {"shares": words(row.shares)} for code, row in season.plots.items()}
        stored = {
            code: _columns(row, season.plots) | {"shares": words(shares.get(code, {}))} for code, row in plots.items()
        }
        _tally(found, season, PLOTS, inputs, stored)
    if MEASUREMENTS in usable:
        stored = {f"{code} {day}": values for (code, day), values in stored_measurements().items()}
        _tally(found, season, MEASUREMENTS, measurements, stored)
    _look_at_days(found, season, plots)
    _look_at_phones(found, season, households)
    _look_at_lost_ropes(found, season, plots)
    _look_at_spelling(found, season, HOUSEHOLDS, "户号", {code: code for code in season.households}, households)
    _look_at_spelling(found, season, PLOTS, "桁号", {code: code for code in season.plots}, plots)
    grids = {_grid_of(code) for code in plots}
    _look_at_spelling(found, season, PLOTS, "格", {code: row.grid_code for code, row in season.plots.items()}, grids)
    for kind in (HOUSEHOLDS, PLOTS):
        _look_at_absent(found, season, kind)
    return found


def known_codes() -> Known:
    """The codes that are stored: what a file may speak of without listing it."""
    return Known(
        households=frozenset(db.session.scalars(select(Household.code))),
        plots=frozenset(db.session.scalars(select(Plot.code))),
    )


def stored_shares() -> dict[str, dict[str, int]]:
    """The newest division of each plot, by plot code: weights by household code."""
    rows = db.session.execute(
        select(Plot.code, Household.code, PlotShare.weight, PlotShare.valid_from)
        .join(PlotShare, PlotShare.plot_id == Plot.id)
        .join(Household, Household.id == PlotShare.household_id)
    )
    newest: dict[str, date] = {}
    found: dict[str, dict[str, int]] = {}
    for code, household, weight, since in rows:
        if since > newest.get(code, date.min):
            newest[code], found[code] = since, {}
        if since == newest[code]:
            found[code][household] = weight
    return found


def stored_measurements() -> dict[tuple[str, date], dict[str, Any]]:
    """The values of every stored measurement, by plot code and day."""
    names = ("mean_shell_length_mm", "sample_count", "survival", "water_temperature_c")
    rows = db.session.execute(
        select(Plot.code, PlotMeasurement.measured_on, *(getattr(PlotMeasurement, name) for name in names)).join(
            Plot, Plot.id == PlotMeasurement.plot_id
        )
    )
    return {(row[0], row[1]): dict(zip(names, row[2:], strict=True)) for row in rows}


def words(shares: Mapping[str, int]) -> str:
    """A division as the workshop writes it."""
    return ";".join(f"{code}:{weight}" for code, weight in sorted(shares.items()))


def _columns(row: Household | Plot, season: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in season[row.code].values()} if row.code in season else {}


def _tally(
    found: Comparison,
    season: SeasonInput,
    kind: str,
    inputs: Mapping[str, dict[str, Any]],
    stored: Mapping[str, dict[str, Any]],
) -> None:
    found.added[kind] = [key for key in inputs if key not in stored]
    # A row that is refused is listed all the same; measurements are listed by plot, so each counts by itself.
    listed = inputs.keys() if kind == MEASUREMENTS else inputs.keys() | season.listed[kind]
    found.absent[kind] = sorted(stored.keys() - listed)
    tally = found.tallies[kind] = Tally(new=len(found.added[kind]), absent=len(found.absent[kind]))
    for key, after in inputs.items():
        before = stored.get(key)
        if before is None:
            continue
        differences = {
            name: (_shown(name, before[name]), _shown(name, value))
            for name, value in after.items()
            if before[name] != value
        }
        if differences:
            tally.changed += 1
            found.changes.append(Change(kind, key, differences))
        else:
            tally.same += 1


def _shown(name: str, value: Any) -> str:
    if value is None or value == "":
        return "—"
    if name == "low_income":
        return "***"
    if name in VALUE_WORDS:
        return next(word for word, meant in VALUE_WORDS[name].items() if meant == value)
    return mask(str(value)) if name in SENSITIVE else str(value)


def _look_at_phones(found: Comparison, season: SeasonInput, households: Mapping[str, Household]) -> None:
    listed = season.listed.get(HOUSEHOLDS, set())
    absent = {row.phone: code for code, row in households.items() if code not in listed}
    for row in season.households.values():
        if row.phone in absent:
            text = _("%(code)s 已用着这个号码，这次的名册里没有它。", code=absent[row.phone])
            found.findings.append(_finding(season, HOUSEHOLDS, row.row, "手机号", "phone_taken", text, row.code))


def _look_at_lost_ropes(found: Comparison, season: SeasonInput, plots: Mapping[str, Plot]) -> None:
    for code, row in season.plots.items():
        plot = plots.get(code)
        if plot is None or row.rope_count >= plot.rope_count:
            continue
        adopted = db.session.scalars(
            select(Rope.number)
            .where(Rope.plot_id == plot.id, Rope.number > row.rope_count, Rope.live_adoption_id.is_not(None))
            .order_by(Rope.number)
        ).all()
        if adopted:
            numbers = "、".join(str(number) for number in adopted[:10])
            text = _("%(code)s 的 %(numbers)s 号绳已有人认养，不能减掉。", code=code, numbers=numbers)
            found.findings.append(_finding(season, PLOTS, row.row, "苗绳数", "rope_adopted", text, code))


def _look_at_days(found: Comparison, season: SeasonInput, plots: Mapping[str, Plot]) -> None:
    """What is new and older than what hangs there is mostly a slip in the year."""
    added = set(found.added.get(MEASUREMENTS, ()))
    for (code, day), row in season.measurements.items():
        plot = season.plots.get(code) or plots.get(code)
        if plot is not None and day < plot.seeded_on and f"{code} {day}" in added:
            text = _("比 %(code)s 的挂苗日期 %(seeded)s 还早，请核对。", code=code, seeded=plot.seeded_on)
            found.findings.append(
                _finding(season, MEASUREMENTS, row.row, "测量日期", "before_seeding", text, f"{code} {day}")
            )


def _look_at_spelling(
    found: Comparison, season: SeasonInput, kind: str, column: str, given: Mapping[str, str], stored: Collection[str]
) -> None:
    """A code that is new, but differs from another one by zeros only, would be the same plot once more."""
    known = {_number_alike(code): code for code in stored}
    rows: Mapping[str, Any] = season.households if kind == HOUSEHOLDS else season.plots
    for key, code in given.items():
        other = known.setdefault(_number_alike(code), code)
        if other != code and code not in stored:
            text = _("已经有 %(other)s，像是同一个。请写成一样的。", other=other)
            found.findings.append(_finding(season, kind, rows[key].row, column, "similar_code", text, key))


def _number_alike(code: str) -> str:
    return re.sub(r"[0-9]+", lambda digits: str(int(digits[0])), code)


def _grid_of(plot_code: str) -> str:
    return plot_code.rpartition("-")[0]


def _look_at_absent(found: Comparison, season: SeasonInput, kind: str) -> None:
    for code in found.absent.get(kind, ()):
        text = _("%(code)s 这次没有列出，原样留着。", code=code)
        found.findings.append(_finding(season, kind, 0, KEY_COLUMN[kind], "absent", text, code))


def _finding(season: SeasonInput, kind: str, row: int, column: str, code: str, text: str, key: str) -> Finding:
    return Finding(kind, season.names[kind], row, column, code, text, key=key)
