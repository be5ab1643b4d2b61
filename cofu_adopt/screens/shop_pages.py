"""The shop front is the sea itself: map -> cell -> plot -> rope."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from cofu_adopt.adoptions import queries as adoptions
from cofu_adopt.adoptions.pages import hold_minutes, new_request_key
from cofu_adopt.core import access, clock
from cofu_adopt.core.errors import NotFound
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.rows import PlotRow
from cofu_adopt.growth.words import WEATHERS, WORKS
from cofu_adopt.offers import queries as offers
from cofu_adopt.screens.draw.sea_map import Cell, cell_figure, places, sea_map
from cofu_adopt.screens.rope_diary import newest_photo, read_diary

bp = Blueprint("shop", __name__, template_folder="templates")
FIRST_ROPES = 21
"""Ropes shown at a time: three rows of seven on a phone and beside a plot."""
MOST_FREE = 4
NEIGHBOURS = 2
NEWEST_POSTS = 3


def list_cells() -> list[Cell]:
    """All squares as the map shows them: only ropes that are on sale count."""
    grids = farm.list_grids(offers.plot_ids_on_sale(clock.now()))
    at = places({grid.code: (grid.longitude, grid.latitude) for grid in grids})
    return [
        Cell(
            code=grid.code,
            free_count=grid.free_count,
            rope_count=grid.rope_count,
            on_sale=grid.rope_count > 0,
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
    free = [cell for cell in cells if cell.on_sale and cell.free_count]
    return render_template(
        "screens/landing.html",
        map=sea_map(cells) if cells else None,
        cells=cells,
        most_free=sorted(free, key=lambda cell: -cell.free_count)[:MOST_FREE],
        free_count=sum(cell.free_count for cell in free),
        offers=offers.list_offers_on_sale(clock.now()),
        household_count=farm.count_households(),
        storyteller=_storyteller(free or cells),
        minutes=hold_minutes(),
        request_key=new_request_key(),
    )


def _storyteller(cells: list[Cell]) -> PlotRow | None:
    """A plot whose household tells its story in public; another square each day."""
    if not cells:
        return None
    today = cells[clock.today().toordinal() % len(cells)]
    told = [plot for plot in farm.list_plots(today.code) if plot.households and plot.households[0].story]
    return told[0] if told else None


@bp.get("/sea/<code>")
@access.public()
def cell(code: str) -> str:
    """One square: its plots and who works them."""
    cells = list_cells()
    found = next((cell for cell in cells if cell.code == code), None)
    if found is None:
        raise NotFound
    species = request.args.get("species")
    plots = farm.list_plots(code)
    kinds = sorted({plot.species for plot in plots})
    cheapest = _cheapest_by_plot()
    shown = [plot for plot in plots if species not in kinds or plot.species == species]
    shown.sort(key=lambda plot: (plot.id not in cheapest, plot.free_count == 0, plot.code))
    warm = [plot.latest for plot in plots if plot.latest and plot.latest.water_temperature_c is not None]
    return render_template(
        "screens/cell.html",
        cell=found,
        figure_of_cell=cell_figure(found),
        plots=shown,
        plot_count=len(plots),
        kinds=kinds,
        species=species if species in kinds else None,
        cheapest=cheapest,
        water=max(warm, key=lambda row: row.measured_on, default=None),
        neighbours=sorted(
            (other for other in cells if other.on_sale and other.free_count and other.code != code),
            key=lambda other: abs(other.column - found.column) + abs(other.row - found.row),
        )[:NEIGHBOURS],
    )


def _cheapest_by_plot() -> dict[int, offers.OfferRow]:
    """The cheapest offer on sale of each plot that has one, by plot id."""
    found: dict[int, offers.OfferRow] = {}
    for offer in offers.list_offers_on_sale(clock.now()):
        for plot_id in offers.plot_ids_of_offer(offer.id):
            found.setdefault(plot_id, offer)
    return found


@bp.get("/plots/<code>")
@access.public()
def plot(code: str) -> Any:
    """One plot: its household, its growth so far, its ropes; choose one and adopt it."""
    found = farm.get_plot(code)
    ropes = farm.list_ropes(found.id)
    for_sale = offers.list_offers_of_plot(found.id, clock.now())
    person = access.caller()
    mine = adoptions.list_own_of_plot(person.person_id, found.id) if person else {}
    free = [rope.number for rope in ropes if rope.free]
    wanted = request.args.get("rope", "")
    chosen = int(wanted) if wanted.isdecimal() and int(wanted[:4]) in free else None
    first = _page_of(request.args.get("from", ""), chosen or next(iter(free), 1), len(ropes))
    shown = ropes[first : first + FIRST_ROPES]
    if chosen not in {rope.number for rope in shown}:
        chosen = next((rope.number for rope in shown if rope.free), None)
    diary = read_diary(found.id, (), adopted_at=None, until=None, start=None, limit=NEWEST_POSTS)
    return render_template(
        "screens/plot.html",
        plot=found,
        ropes=shown,
        first=first,
        step=FIRST_ROPES,
        rope_total=len(ropes),
        free_shown=sum(rope.free for rope in shown),
        chosen=chosen,
        mine=mine,
        measurements=farm.list_measurements(found.id),
        diary=diary,
        newest=newest_photo(diary),
        weathers=WEATHERS,
        works=WORKS,
        offers=for_sale,
        harvest=(for_sale[0].harvest_from_on, for_sale[0].harvest_to_on) if for_sale else None,
        minutes=hold_minutes(),
        request_key=new_request_key(),
    )


def _page_of(given: str, number: int, total: int) -> int:
    """Where the part of the picker begins that was asked for, else the one with the rope `number`."""
    if given.isdecimal() and int(given[:4]) < total:
        return int(given[:4]) // FIRST_ROPES * FIRST_ROPES
    return (number - 1) // FIRST_ROPES * FIRST_ROPES
