"""The diary's tables as files, as the room on the screen is filtered."""

from __future__ import annotations

from flask import Blueprint, Response, request

from cofu_adopt.core import access
from cofu_adopt.core.table_pages import send_table
from cofu_adopt.growth.desk_filter import read_filter
from cofu_adopt.growth.desk_pages import READERS
from cofu_adopt.growth.diary_tables import calendar_table, forecasts_table, measurements_table, silent_table

bp = Blueprint("desk_growth_export", __name__, url_prefix="/desk/growth/export")


@bp.get("/silent")
@access.allow(*READERS, own_transactions=True, fresh=True)
def silent() -> Response:
    """The plots without news that fit the list's filter."""
    wanted = read_filter(request.args)
    return send_table(silent_table(wanted), wanted.here)


@bp.get("/measurements")
@access.allow(*READERS, own_transactions=True, fresh=True)
def measurements() -> Response:
    """Every measurement of every plot, or of a square's."""
    wanted = read_filter(request.args)
    return send_table(measurements_table(wanted), wanted.here)


@bp.get("/forecasts")
@access.allow(*READERS, own_transactions=True, fresh=True)
def forecasts() -> Response:
    """The forecasts of plots, or of squares, that fit the list's filter."""
    wanted = read_filter(request.args)
    return send_table(forecasts_table(wanted), wanted.here)


@bp.get("/calendar")
@access.allow(*READERS, own_transactions=True, fresh=True)
def calendar() -> Response:
    """The calendar of harvest, as the room shows it."""
    wanted = read_filter(request.args)
    return send_table(calendar_table(wanted), wanted.here)
