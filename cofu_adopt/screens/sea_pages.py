"""The desk's sea: squares, their plots, and one plot with shares, measurements, insurance and every rope."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from cofu_adopt.adoptions.search_orders import PLACE, live_orders_of_plot
from cofu_adopt.core import access
from cofu_adopt.farm import desk_plots
from cofu_adopt.farm import queries as farm
from cofu_adopt.offers.name_offers import offers_of_plot
from cofu_adopt.screens.desk_roles import READERS
from cofu_adopt.screens.desk_words import for_templates

bp = Blueprint("desk_sea", __name__, template_folder="templates", url_prefix="/desk")
bp.context_processor(for_templates)


@bp.get("/sea")
@access.allow(*READERS)
def grids() -> Any:
    """All squares; or the place that was typed: D6, D6-04, D6-04-007."""
    typed = re.sub(r"\s", "", request.args.get("q", "")).upper()
    if typed and PLACE.fullmatch(typed):
        if farm.plot_ids_of_grid(typed):
            return redirect(url_for("desk_sea.grid", code=typed))
        if farm.find_plot_id(typed):
            return redirect(url_for("desk_sea.plot", code=typed))
        plot_code, _dash, number = typed.rpartition("-")
        if farm.find_plot_id(plot_code):
            return redirect(url_for("desk_sea.plot", code=plot_code, _anchor=f"rope-{int(number)}"))
    found = farm.list_grids()
    return render_template(
        "screens/desk/sea.html",
        grids=found,
        plot_counts=desk_plots.count_plots_by_grid(),
        typed=typed,
        not_found=bool(typed),
    )


@bp.get("/sea/<code>")
@access.allow(*READERS)
def grid(code: str) -> str:
    """One square and its plots."""
    plots = farm.list_plots(code)
    return render_template(
        "screens/desk/grid.html",
        code=code,
        plots=plots,
        heads=desk_plots.heads_of_plots([plot.id for plot in plots]),
    )


@bp.get("/plots/<code>")
@access.allow(*READERS)
def plot(code: str) -> str:
    """One plot, for staff: who has which share since when, what was measured, who has which rope."""
    found = farm.get_plot(code)
    return render_template(
        "screens/desk/plot.html",
        plot=found,
        shares=desk_plots.list_shares(plot_id=found.id),
        measurements=farm.list_measurements(found.id)[::-1],
        insurance=desk_plots.insurance_number(found.id),
        position=desk_plots.position(found.id),
        ropes=farm.list_ropes(found.id),
        orders=live_orders_of_plot(found.id),
        offers=offers_of_plot(found.id),
    )
