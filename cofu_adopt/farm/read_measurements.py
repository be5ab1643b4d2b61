"""Understand the measurements, row by row, then beside each other."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from cofu_adopt.farm.findings import Finding
from cofu_adopt.farm.read_cell import CellReader
from cofu_adopt.farm.read_code import read_code, refuse_twice
from cofu_adopt.farm.season_input import MeasurementInput, SeasonInput
from cofu_adopt.farm.sheet import Row, SeasonFile

MEASUREMENT_COLUMNS = ("桁号", "测量日期", "平均壳长(毫米)", "样本数", "存活率", "水温(°C)")
FALL = Decimal("0.95")
"""A mean length below this part of the one before is looked at. Source: DOMAIN.md, growth."""


def read_measurement(row: Row, season: SeasonInput, latest: date, plots: AbstractSet[str] | None) -> None:
    """Add the measurement of `row` to the season, if nothing in it blocks.

    `plots` are the codes that may be measured; None when the ledger of plots could not be read at all.
    """
    cells = CellReader(row, season.findings, key=("桁号", "测量日期"))
    measurement = MeasurementInput(
        plot_code=read_code(cells, "桁号"),
        measured_on=cells.day("测量日期", latest=latest),
        mean_shell_length_mm=cells.number("平均壳长(毫米)", 1, 200, places=1, units=("毫米", "mm")) or Decimal(0),
        sample_count=cells.whole("样本数", 1, 10000, units=("个", "只", "颗")),
        survival=cells.fraction("存活率") or Decimal(0),
        water_temperature_c=cells.number("水温(°C)", -2, 35, places=1, needed=False, units=("°C", "度")),
        row=row.number,
    )
    code, day = measurement.plot_code, measurement.measured_on
    if cells.ok and plots is not None and code not in plots:
        cells.find("桁号", "unknown_plot", _("台账里没有 %(code)s。", code=code))
    if cells.ok and (code, day) in season.measurements:
        refuse_twice(cells, "测量日期", measurement, season.measurements[code, day], f"{code} {day}")
    elif cells.ok:
        season.measurements[code, day] = measurement


def look_at_growth(season: SeasonInput, file: SeasonFile) -> None:
    """Remark lengths that fall and survival that rises between two days of a plot; both are kept."""
    before: dict[str, MeasurementInput] = {}
    for (code, day), row in sorted(season.measurements.items()):
        last = before.get(code)
        if last is not None and row.mean_shell_length_mm < last.mean_shell_length_mm * FALL:
            text = _(
                "%(code)s 壳长从 %(before)s 降到 %(after)s 毫米，小了 5%% 以上，请核对。",
                code=code, before=last.mean_shell_length_mm, after=row.mean_shell_length_mm,
            )  # fmt: skip
            shown = str(row.mean_shell_length_mm)
            season.findings.append(
                Finding(file.kind, file.name, row.row, "平均壳长(毫米)", "length_fell", text, understood=shown,
                        key=f"{code} {day}")
            )  # fmt: skip
        if last is not None and row.survival > last.survival:
            text = _(
                "%(code)s 存活率从 %(before)s 升到 %(after)s，请核对。",
                code=code, before=last.survival, after=row.survival,
            )  # fmt: skip
            season.findings.append(
                Finding(file.kind, file.name, row.row, "存活率", "survival_rose", text, understood=str(row.survival),
                        key=f"{code} {day}")
            )  # fmt: skip
        before[code] = row
