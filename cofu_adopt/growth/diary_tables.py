"""The diary's tables for files: plots without news, measurements, forecasts, the calendar of harvest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask_babel import gettext as _

from cofu_adopt.core import clock
from cofu_adopt.core.export import Cell, Row, Table
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.desk_plots import list_plot_names
from cofu_adopt.growth.desk_filter import DeskFilter
from cofu_adopt.growth.harvest_calendar import Line, make_calendar
from cofu_adopt.growth.outlook import Outlook, Stage, by_grid
from cofu_adopt.growth.read_outlook import read_outlooks
from cofu_adopt.growth.silent_plots import list_silent
from cofu_adopt.growth.words import REACHES, SPECIES, bucket_words

AT_ONCE = 100
"""Plots whose measurements are in memory together."""


def silent_table(wanted: DeskFilter) -> Table:
    """The plots without news that fit."""
    header = (
        _("桁"), _("格"), _("养殖户编号"), _("户主"), _("几天没有记录"), _("最近一条"), _("几位认养人"), _("认养的串"),
        _("从哪天起等"), _("最近一次提醒"),
    )  # fmt: skip
    return Table("silent_plots", header, lambda: _silent_rows(wanted))


def measurements_table(wanted: DeskFilter) -> Table:
    """Every measurement of the plots that fit."""
    header = (
        _("桁"), _("格"), _("种"), _("哪天"), _("壳长（毫米）"), _("量了几只"), _("成活百分之几"), _("水温（℃）"),
    )  # fmt: skip
    return Table("measurements", header, lambda: _measurement_rows(wanted))


def forecasts_table(wanted: DeskFilter) -> Table:
    """The forecasts of plots, or of squares, that fit."""
    header = _grid_header() if wanted.by_grid else _plot_header()
    return Table("forecasts", header, lambda: _forecast_rows(wanted))


def calendar_table(wanted: DeskFilter) -> Table:
    """The calendar of harvest: one row for each square or plot and column, so that a spreadsheet can turn it."""
    header = (
        _("格或桁"), _("哪一段"), _("从哪天"), _("到哪天"), _("串"), _("认养的串"), _("在采收窗口里"), _("碰上禁售期"),
    )  # fmt: skip
    return Table("harvest_calendar", header, lambda: _calendar_rows(wanted))


def _grid_header() -> tuple[str, ...]:
    return (
        _("格"), _("种"), _("桁数"), _("串"), _("认养的串"), _("没量过的桁"), _("长不到的桁"), _("今天（毫米）"),
        _("窗口开始（毫米）"), _("窗口中间（毫米）"), _("窗口结束（毫米）"), _("窗口结束全格（千克）"), _("第一桁够大"),
        _("最后一桁够大"),
    )  # fmt: skip


def _plot_header() -> tuple[str, ...]:
    return (
        _("桁"), _("格"), _("种"), _("户主"), _("串"), _("认养的串"), _("量过几次"), _("最近量的"),
        _("量到（毫米）"), _("成活百分之几"), _("按自己的快慢"), _("快慢"), _("窗口从"), _("窗口到"),
        _("今天（毫米）"), _("窗口开始（毫米）"), _("窗口中间（毫米）"), _("窗口结束（毫米）"), _("最少（毫米）"),
        _("最多（毫米）"), _("上市壳长（毫米）"), _("到得了吗"), _("最早够大"), _("够大那天"), _("最晚够大"),
        _("窗口结束每串（千克）"), _("能装净重（千克）"), _("承诺净重（千克）"),
    )  # fmt: skip


def _silent_rows(wanted: DeskFilter) -> Iterator[Row]:
    for row in list_silent(wanted.days, grid_code=wanted.grid_code, household_code=wanted.household_code):
        yield (
            row.plot.code,
            row.plot.grid_code,
            " ".join(code for code, _head in row.heads),
            " ".join(head for _code, head in row.heads),
            row.days,
            row.posted_at,
            row.adopters,
            row.waiting.ropes if row.waiting else 0,
            row.waiting_since,
            row.reminded_at,
        )


def _measurement_rows(wanted: DeskFilter) -> Iterator[Row]:
    plots = (
        [row.plot for row in read_outlooks(grid_code=wanted.grid_code, household_code=wanted.household_code)]
        if wanted.household
        else list_plot_names(wanted.grid_code)
    )
    plots = sorted(plots, key=lambda plot: plot.code)
    for start in range(0, len(plots), AT_ONCE):
        piece = plots[start : start + AT_ONCE]
        measured = farm.list_measurements_of([plot.id for plot in piece])
        for plot in piece:
            for row in measured.get(plot.id, ()):
                yield (
                    plot.code,
                    plot.grid_code,
                    str(SPECIES[plot.species]),
                    row.measured_on,
                    row.mean_shell_length_mm,
                    row.sample_count,
                    round(row.survival * 100, 1),
                    row.water_temperature_c,
                )


def _forecast_rows(wanted: DeskFilter) -> Iterator[Row]:
    found = read_outlooks(grid_code=wanted.grid_code, household_code=wanted.household_code)
    rows = [row for row in found if row.is_short] if wanted.only_short else found
    if not wanted.by_grid:
        yield from (_plot_row(row) for row in rows)
        return
    for square in by_grid(rows):
        lengths = [_tenths(stage.length_mm if stage else None)
                   for stage in (square.today, square.start, square.middle, square.end)]  # fmt: skip
        yield (
            square.grid_code,
            str(SPECIES[square.species]),
            square.plots,
            square.ropes,
            square.adopted,
            square.unmeasured,
            square.short,
            *lengths,
            round(square.end.ropes_g / 1000) if square.end else None,
            square.first_on,
            square.last_on,
        )


def _plot_row(row: Outlook) -> tuple[Cell, ...]:
    forecast, window, end = row.forecast, row.window, row.end
    return (
        row.plot.code,
        row.plot.grid_code,
        str(SPECIES[row.plot.species]),
        " ".join(head for _code, head in row.heads),
        row.plot.rope_count,
        row.adopted,
        row.measured,
        forecast.last.on if forecast else None,
        forecast.last.length_mm if forecast else None,
        None if row.survival is None else round(row.survival * 100, 1),
        _("是") if row.has_own_speed else _("否"),
        round(forecast.speed, 2) if forecast else None,
        window.from_on if window else None,
        window.to_on if window else None,
        *(_length(stage) for stage in (row.today, row.start, row.middle, end)),
        _tenths(end.low_mm if end else None),
        _tenths(end.high_mm if end else None),
        forecast.market_mm if forecast else None,
        str(REACHES[row.reach]),
        forecast.early_on if forecast else None,
        forecast.ready_on if forecast else None,
        forecast.late_on if forecast else None,
        _kilograms(end.rope_g if end else None),
        _kilograms(row.net_g),
        _kilograms(window.promised_net_g if window else None),
    )


def _calendar_rows(wanted: DeskFilter) -> Iterator[Row]:
    start_on = wanted.start or clock.today()
    found = read_outlooks(grid_code=wanted.grid_code, household_code=wanted.household_code)
    made = make_calendar(found, start_on, wanted.unit, by_plot=bool(wanted.grid or wanted.household))
    for line in made.lines:
        yield _ends(line, _("已经够大"), None, start_on, line.ready.ropes, line.ready.adopted)
        for bucket, cell in zip(made.buckets, line.cells, strict=True):
            yield (
                line.name,
                bucket_words(bucket, made.unit),
                bucket.from_on,
                bucket.to_on,
                cell.count.ropes,
                cell.count.adopted,
                _("是") if cell.in_window else _("否"),
                _("是") if cell.is_closed else _("否"),
            )
        yield _ends(line, _("更晚"), None, None, line.later.ropes, line.later.adopted)
        yield _ends(line, _("说不准"), None, None, line.uncertain.ropes, line.uncertain.adopted)


def _ends(line: Line, words: str, from_on: date | None, to_on: date | None, ropes: int, adopted: int) -> Row:
    return line.name, words, from_on, to_on, ropes, adopted, None, None


def _length(stage: Stage | None) -> float | None:
    return _tenths(stage.length_mm if stage else None)


def _tenths(number: float | None) -> float | None:
    return None if number is None else round(number, 1)


def _kilograms(weight_g: float | None) -> float | None:
    return None if weight_g is None else round(weight_g / 1000, 2)
