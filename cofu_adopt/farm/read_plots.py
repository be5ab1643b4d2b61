"""Understand 桁地台账, row by row."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from cofu_adopt.farm.models import Species
from cofu_adopt.farm.read_cell import CellReader
from cofu_adopt.farm.read_code import read_code, refuse_twice
from cofu_adopt.farm.season_input import PlotInput, SeasonInput
from cofu_adopt.farm.sheet import Row

PLOT_COLUMNS = (
    "格", "桁号", "线内外", "户号与份额", "品种", "挂苗日期", "苗绳数", "绳长(米)", "保单号", "经度", "纬度",
)  # fmt: skip
SPECIES = {"紫贻贝": Species.BLUE_MUSSEL, "厚壳贻贝": Species.HARD_MUSSEL}
LINE = {"线内": True, "线外": False}
SHARE = re.compile(r"^([A-Z]{1,3}[0-9]{1,5})\s*[:= ]\s*([0-9]{1,3})\s*%?$")
USUAL_SHARE = re.compile(r"^[A-Z0-9]+:[0-9]+(;[A-Z0-9]+:[0-9]+)*$")
LONGITUDE, LATITUDE = (122.0, 123.5), (30.0, 31.5)
"""The sea around Gouqi; no longitude is a latitude here."""
NO_POLICY = frozenset({"无", "没有", "暂无", "未投保", "未保", "空", "/", "\\", "-", "--", "—", "——"})
HUNDRED = 100
"""The shares of a plot are per cent."""


def read_plot(row: Row, season: SeasonInput, latest: date, households: AbstractSet[str] | None) -> None:
    """Add the plot of `row` to the season, if nothing in it blocks.

    `households` are the codes that may have a share; None when the roster could not be read at all.
    """
    cells = CellReader(row, season.findings, key=("桁号",))
    longitude, latitude = _position(cells)
    plot = PlotInput(
        code=read_code(cells, "桁号"),
        grid_code=read_code(cells, "格"),
        inside_line=bool(cells.choice("线内外", LINE)),
        shares=_shares(cells, households),
        species=cells.choice("品种", SPECIES) or Species.BLUE_MUSSEL,
        seeded_on=cells.day("挂苗日期", latest=latest),
        rope_count=cells.whole("苗绳数", 1, 999, units=("串", "条", "根", "绳")),
        rope_length_m=cells.number("绳长(米)", 0.5, 10, places=2, units=("米", "m")) or Decimal(0),
        insurance_number=_policy(cells),
        longitude=longitude,
        latitude=latitude,
        row=row.number,
    )
    if plot.code and plot.grid_code and not plot.code.startswith(plot.grid_code + "-"):
        text = _("%(code)s 不在 %(grid)s 格里。", code=plot.code, grid=plot.grid_code)
        cells.find("桁号", "wrong_grid", text)
    if plot.code in season.plots:
        refuse_twice(cells, "桁号", plot, season.plots[plot.code], plot.code)
    elif cells.ok:
        season.plots[plot.code] = plot


def _position(cells: CellReader) -> tuple[Decimal, Decimal]:
    longitude, latitude = cells.any_number("经度"), cells.any_number("纬度")
    if longitude is None or latitude is None:
        return Decimal(0), Decimal(0)
    if LATITUDE[0] <= longitude <= LATITUDE[1] and LONGITUDE[0] <= latitude <= LONGITUDE[1]:
        longitude, latitude = latitude, longitude
        text = _("经度和纬度像是写反了。")
        cells.find("经度", "swapped", text, understood=f"{longitude:f}, {latitude:f}")
    return (
        cells.bounded("经度", longitude, *LONGITUDE, places=6) or Decimal(0),
        cells.bounded("纬度", latitude, *LATITUDE, places=6) or Decimal(0),
    )


def _policy(cells: CellReader) -> str | None:
    number = cells.label("保单号", needed=False, longest=30)
    if number in NO_POLICY:
        cells.find("保单号", "no_policy", _("“%(found)s”：当作没有保单。", found=number))
        return None
    if number and not any(character.isdigit() for character in number):
        text = _("“%(found)s”不是保单号。没有保单，就让它空着。", found=number)
        cells.find("保单号", "bad_policy", text)
    return number or None


def _shares(cells: CellReader, households: AbstractSet[str] | None) -> dict[str, int]:
    column = "户号与份额"
    found = cells.text(column, longest=400).upper()
    shares: dict[str, int] = {}
    parts = [part.strip() for part in re.split(r"[;,、/\n]", found) if part.strip()]
    if len(parts) == 1 and not re.search(r"[:= ]", parts[0]) and (households is None or parts[0] in households):
        shares[parts[0]] = HUNDRED
        text = _("没有写份额。")
        cells.find(column, "whole_share", text, understood=f"{parts[0]}:100")
        return shares
    for part in parts:
        match = SHARE.match(part)
        if match is None:
            cells.find(column, "bad_share", _("“%(part)s”看不懂，应是 GQ001:60;GQ004:40。", part=part))
            return {}
        code, weight = match[1], int(match[2])
        if households is not None and code not in households:
            cells.find(column, "unknown_household", _("名册里没有 %(code)s。", code=code))
        if code in shares:
            cells.find(column, "share_twice", _("%(code)s 写了两次。", code=code))
            return {}
        shares[code] = weight
    total = sum(shares.values())
    if found and (total != HUNDRED or 0 in shares.values()):
        cells.find(column, "shares_total", _("份额加起来是 %(total)s，应是 100，每户至少 1。", total=total))
    elif found and not USUAL_SHARE.match(found):
        usual = ";".join(f"{code}:{weight}" for code, weight in shares.items())
        cells.find(column, "share_form", _("份额的写法不同。"), understood=usual)
    return shares
