"""What is to be expected of plots and squares, and when how many ropes are ready."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from cofu_adopt.core import access, clock
from cofu_adopt.farm.desk_plots import list_grid_codes, list_heads
from cofu_adopt.growth.desk_filter import cut_page, read_filter
from cofu_adopt.growth.desk_pages import READERS
from cofu_adopt.growth.harvest_calendar import Unit, make_calendar
from cofu_adopt.growth.outlook import Reach, by_grid
from cofu_adopt.growth.read_outlook import read_outlooks
from cofu_adopt.growth.rules import NET_SHARE, ROPE_G_PER_M
from cofu_adopt.growth.words import bucket_words, for_templates

bp = Blueprint("desk_outlook", __name__, template_folder="templates", url_prefix="/desk/growth")
bp.context_processor(for_templates)


@bp.get("/forecast")
@access.allow(*READERS)
def forecast() -> str:
    """Plots or squares, worst first."""
    wanted = read_filter(request.args)
    found = read_outlooks(grid_code=wanted.grid_code, household_code=wanted.household_code)
    rows = [row for row in found if row.is_short] if wanted.only_short else found
    shown, pages = cut_page(rows, request.args.get("page", ""))
    return render_template(
        "growth/desk_forecast.html",
        rows=shown,
        pages=pages,
        squares=by_grid(rows) if wanted.by_grid else [],
        short=sum(row.is_short for row in found),
        short_adopted=sum(row.adopted for row in found if row.is_short),
        light=sum(row.is_light for row in found),
        unmeasured=sum(row.reach is Reach.UNKNOWN for row in found),
        count=len(found),
        wanted=wanted,
        grids=list_grid_codes(),
        household_options=[(code, f"{code} {head}") for code, head in list_heads()],
        kg_per_m=ROPE_G_PER_M / 1000,
        packed=1 / NET_SHARE,
    )


@bp.get("/calendar")
@access.allow(*READERS)
def calendar() -> str:
    """Weeks or months against squares; of one square or household, against its plots."""
    wanted = read_filter(request.args)
    found = read_outlooks(grid_code=wanted.grid_code, household_code=wanted.household_code)
    return render_template(
        "growth/desk_calendar.html",
        made=make_calendar(
            found, wanted.start or clock.today(), wanted.unit, by_plot=bool(wanted.grid or wanted.household)
        ),
        wanted=wanted,
        grids=list_grid_codes(),
        household_options=[(code, f"{code} {head}") for code, head in list_heads()],
        units=Unit,
        bucket_words=bucket_words,
    )
