"""The diary's tables as files for programs."""

from __future__ import annotations

from typing import Any

from flask import Response

from cofu_adopt.core import access, clock
from cofu_adopt.core.access import Scope
from cofu_adopt.core.fields import choice, day
from cofu_adopt.core.table_pages import FileArgs, answers_table, send_table
from cofu_adopt.growth.desk_api import bp
from cofu_adopt.growth.desk_filter import DeskFilter
from cofu_adopt.growth.desk_pages import READERS
from cofu_adopt.growth.desk_schemas import ForecastArgs, PlaceArgs, SilentArgs
from cofu_adopt.growth.diary_tables import calendar_table, forecasts_table, measurements_table, silent_table
from cofu_adopt.growth.harvest_calendar import Unit
from cofu_adopt.growth.silent_plots import USUAL_DAYS


class SilentFileArgs(FileArgs, SilentArgs):
    """Which plots."""


class PlaceFileArgs(FileArgs, PlaceArgs):
    """Which plots."""


class ForecastFileArgs(FileArgs, ForecastArgs):
    """Which plots, and what a row is."""

    by = choice("plot", "grid", load_default="plot")


class CalendarFileArgs(FileArgs, PlaceArgs):
    """How wide a column is. A row is of a square, or of a plot where one square or household is asked for."""

    from_on = day(load_default=None, metadata={"description": "The first column holds this day; without it, today."})
    unit = choice(*Unit, load_default=str(Unit.MONTH))


@bp.get("/desk/exports/silent-plots", zh="没消息的桁的表")
@bp.arguments(SilentFileArgs(), location="query")
@answers_table(bp)
@access.allow(*READERS, scope=Scope.DESK_READ, own_transactions=True)
def silent_file(args: dict[str, Any]) -> Response:
    """The plots without news as a file."""
    wanted = _filter(args)
    return send_table(silent_table(wanted), wanted.here)


@bp.get("/desk/exports/measurements", zh="测量记录的表")
@bp.arguments(PlaceFileArgs(), location="query")
@answers_table(bp)
@access.allow(*READERS, scope=Scope.DESK_READ, own_transactions=True)
def measurements_file(args: dict[str, Any]) -> Response:
    """Every measurement of every plot, or of a square's or household's, as a file."""
    wanted = _filter(args)
    return send_table(measurements_table(wanted), wanted.here)


@bp.get("/desk/exports/forecasts", zh="预计的表")
@bp.arguments(ForecastFileArgs(), location="query")
@answers_table(bp)
@access.allow(*READERS, scope=Scope.DESK_READ, own_transactions=True)
def forecasts_file(args: dict[str, Any]) -> Response:
    """The forecasts of plots or squares as a file."""
    wanted = _filter(args)
    return send_table(forecasts_table(wanted), wanted.here)


@bp.get("/desk/exports/harvest-calendar", zh="采收日历的表")
@bp.arguments(CalendarFileArgs(), location="query")
@answers_table(bp)
@access.allow(*READERS, scope=Scope.DESK_READ, own_transactions=True)
def calendar_file(args: dict[str, Any]) -> Response:
    """The calendar of harvest as a file: a row for each square or plot and column."""
    wanted = _filter(args)
    return send_table(calendar_table(wanted), wanted.here)


def _filter(args: dict[str, Any]) -> DeskFilter:
    start = args.get("from_on")
    return DeskFilter(
        grid=args["grid"] or "",
        household=args["household"] or "",
        days=args.get("days", USUAL_DAYS),
        unit=Unit(args.get("unit", Unit.MONTH)),
        start=start if start is not None and start > clock.today() else None,
        by_grid=args.get("by") == "grid",
        only_short=args.get("only_short", False),
    )
