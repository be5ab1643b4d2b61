"""The shop front is the sea itself: map -> cell -> plot -> rope."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from cofu_adopt.adoptions import queries as adoptions
from cofu_adopt.adoptions.pages import hold_minutes, new_request_key
from cofu_adopt.core import access, clock
from cofu_adopt.core.errors import NotFound
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.models import Species
from cofu_adopt.offers import queries as offers
from cofu_adopt.screens.draw.chart import Point, growth_chart
from cofu_adopt.screens.draw.sea_map import Cell, cell_figure, places, sea_map

bp = Blueprint("shop", __name__, template_folder="templates")
FIRST_ROPES = 24


def list_cells() -> list[Cell]:
    """All squares as the map shows them."""
    grids = farm.list_grids()
    at = places({grid.code: (grid.longitude, grid.latitude) for grid in grids})
    on_sale = farm.grid_ids_of_plots(offers.plot_ids_on_sale(clock.now()))
    return [
        Cell(
            code=grid.code,
            free_count=grid.free_count,
            rope_count=grid.rope_count,
            on_sale=grid.id in on_sale,
            column=at[grid.code][0],
            row=at[grid.code][1],
            href=url_for("shop.cell", code=grid.code),
            longitude=grid.longitude,
            latitude=grid.latitude,
        )
        for grid in grids
    ]


@bp.get("/")
@access.public()
def landing() -> str:
    """The sea map."""
    cells = list_cells()
    on_sale = offers.list_offers_on_sale(clock.now())
    free = [cell for cell in cells if cell.on_sale and cell.free_count]
    return render_template(
        "screens/landing.html",
        map=sea_map(cells) if cells else None,
        cells=cells,
        most_free=sorted(free, key=lambda cell: -cell.free_count)[:4],
        free_count=sum(cell.free_count for cell in free),
        offers=on_sale,
        household_count=farm.count_households(),
        request_key=new_request_key(),
    )


@bp.get("/sea/<code>")
@access.public()
def cell(code: str) -> str:
    """One square: its plots and who works them."""
    found = next((cell for cell in list_cells() if cell.code == code), None)
    if found is None:
        raise NotFound
    species = request.args.get("species")
    plots = farm.list_plots(code)
    kinds = sorted({plot.species for plot in plots})
    on_sale = offers.plot_ids_on_sale(clock.now())
    shown = [plot for plot in plots if species not in kinds or plot.species == species]
    shown.sort(key=lambda plot: (plot.free_count == 0, plot.code))
    prices = [offer.price_fen for offer in offers.list_offers_on_sale(clock.now())]
    return render_template(
        "screens/cell.html",
        cell=found,
        figure_of_cell=cell_figure(found),
        plots=shown,
        kinds=kinds,
        species=species if species in kinds else None,
        on_sale=on_sale,
        price_from_fen=min(prices, default=None),
        neighbours=sorted(
            (other for other in list_cells() if other.on_sale and other.free_count and other.code != code),
            key=lambda other: abs(other.column - found.column) + abs(other.row - found.row),
        )[:2],
    )


@bp.get("/plots/<code>")
@access.public()
def plot(code: str) -> Any:
    """One plot: its household, its growth so far, its ropes; choose one and adopt it."""
    found = farm.get_plot(code)
    ropes = farm.list_ropes(found.id)
    measurements = farm.list_measurements(found.id)
    for_sale = offers.list_offers_of_plot(found.id, clock.now())
    person = access.caller()
    mine = adoptions.list_own_of_plot(person.person_id, found.id) if person else {}
    free = [rope.number for rope in ropes if rope.free]
    wanted = request.args.get("rope", "")
    chosen = int(wanted) if wanted.isdecimal() and int(wanted[:4]) in free else (free[0] if free else None)
    first = _page_of(request.args.get("from", ""), chosen, len(ropes))
    points = [Point(row.measured_on, row.mean_shell_length_mm) for row in measurements]
    harvest = (for_sale[0].harvest_from_on, for_sale[0].harvest_to_on) if for_sale else None
    charts = [
        growth_chart(
            points,
            harvest=harvest,
            closed_season=found.species is Species.HARD_MUSSEL,
            width=width,
            height=height,
            uid=uid,
        )
        for width, height, uid in ((343, 250, "p"), (640, 300, "w"))
        if len(points) > 1
    ]
    return render_template(
        "screens/plot.html",
        plot=found,
        ropes=ropes[first : first + FIRST_ROPES],
        first=first,
        step=FIRST_ROPES,
        rope_total=len(ropes),
        chosen=chosen,
        mine=mine,
        charts=charts,
        offers=for_sale,
        minutes=hold_minutes(),
        request_key=new_request_key(),
    )


def _page_of(given: str, chosen: int | None, total: int) -> int:
    if given.isdecimal() and int(given[:4]) < total:
        return int(given[:4]) // FIRST_ROPES * FIRST_ROPES
    return (chosen - 1) // FIRST_ROPES * FIRST_ROPES if chosen else 0
