"""Compare a season's files with what is stored: new, changed and same, and what stands in the way. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from cofu_adopt.core.crypto import mask
from cofu_adopt.core.db import db
from cofu_adopt.farm.findings import Finding
from cofu_adopt.farm.models import Household, Plot, PlotMeasurement, PlotShare, Rope
from cofu_adopt.farm.read_season import HOUSEHOLDS, PLOTS
from cofu_adopt.farm.season_input import SeasonInput

SENSITIVE = frozenset({"phone", "bank_account", "low_income"})


@dataclass(frozen=True, slots=True)
class Change:
    """What would change in something that is stored, as (before, after) by field; sensitive values are masked."""

    kind: str
    code: str
    fields: dict[str, tuple[str, str]]


@dataclass(slots=True)
class Tally:
    """How many rows of a kind are new, changed, and the same."""

    new: int = 0
    changed: int = 0
    same: int = 0


@dataclass(slots=True)
class Comparison:
    """What an import of these files would do to what is stored."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def compare(season: SeasonInput) -> Comparison:
    """Compare the season with what is stored."""
    found = Comparison()
    households = {row.code: row for row in db.session.scalars(select(Household))}
    plots = {row.code: row for row in db.session.scalars(select(Plot))}
    shares = stored_shares()
    _tally(
        found,
        "households",
        {code: row.values() for code, row in season.households.items()},
        {code: _columns(row, season.households) for code, row in households.items() if code in season.households},
    )
    _tally(
        found,
        "plots",
        {code: row.values() | {"shares": words(row.shares)} for code, row in season.plots.items()},
        {
            code: _columns(row, season.plots) | {"shares": words(shares.get(code, {}))}
            for code, row in plots.items()
            if code in season.plots
        },
    )
    _tally(
        found,
        "measurements",
        {f"{code} {day}": row.values() for (code, day), row in season.measurements.items()},
        {f"{code} {day}": values for (code, day), values in stored_measurements().items()},
    )
    _look_at_phones(found, season, households)
    _look_at_lost_ropes(found, season, plots)
    _look_at_absent(found, HOUSEHOLDS, "户号", households.keys() - season.households.keys())
    _look_at_absent(found, PLOTS, "桁号", plots.keys() - season.plots.keys())
    return found


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
    return {name: getattr(row, name) for name in season[row.code].values()}


def _tally(
    found: Comparison, kind: str, inputs: Mapping[str, dict[str, Any]], stored: Mapping[str, dict[str, Any]]
) -> None:
    tally = found.tallies[kind] = Tally()
    for key, after in inputs.items():
        before = stored.get(key)
        if before is None:
            tally.new += 1
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
    return mask(str(value)) if name in SENSITIVE else str(value)


def _look_at_phones(found: Comparison, season: SeasonInput, households: Mapping[str, Household]) -> None:
    absent = {row.phone: code for code, row in households.items() if code not in season.households}
    for row in season.households.values():
        if row.phone in absent:
            text = _("%(code)s 已用着这个号码，这次的名册里没有它。", code=absent[row.phone])
            found.findings.append(Finding(HOUSEHOLDS, row.row, "手机号", "phone_taken", text, blocks=True))


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
            found.findings.append(Finding(PLOTS, row.row, "苗绳数", "rope_adopted", text, blocks=True))


def _look_at_absent(found: Comparison, sheet: str, column: str, codes: set[str]) -> None:
    for code in sorted(codes):
        text = _("%(code)s 这次没有列出，原样留着。", code=code)
        found.findings.append(Finding(sheet, 0, column, "absent", text, blocks=False))
