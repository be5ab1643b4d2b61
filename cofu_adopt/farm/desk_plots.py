"""The desk's reads of the sea: shares with their days, who works which plot, what only staff see of a plot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.farm.models import Household, Plot, PlotShare, SeaGrid, Species


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A household's weight in a plot from a day on; `of` is the sum of the weights of that day."""

    plot_code: str
    household_code: str
    head_name: str
    valid_from: date
    weight: int
    of: int
    is_valid: bool


@dataclass(frozen=True, slots=True)
class PlotName:
    """What a list over all plots says of one."""

    id: int
    code: str
    grid_code: str
    species: Species
    seeded_on: date
    rope_count: int
    rope_length_m: Decimal


def list_plot_names(grid_code: str | None = None) -> list[PlotName]:
    """All plots by code, or those of a square; in one statement."""
    query = (
        select(Plot.id, Plot.code, SeaGrid.code, Plot.species, Plot.seeded_on, Plot.rope_count, Plot.rope_length_m)
        .join(SeaGrid, SeaGrid.id == Plot.sea_grid_id)
        .order_by(Plot.code)
    )
    if grid_code is not None:
        query = query.where(SeaGrid.code == grid_code)
    return [
        PlotName(plot_id, code, grid, Species(species), seeded_on, ropes, length_m)
        for plot_id, code, grid, species, seeded_on, ropes, length_m in db.session.execute(query)
    ]


def list_heads() -> list[tuple[str, str]]:
    """Code and head's name of every household, by code."""
    return list(db.session.execute(select(Household.code, Household.head_name).order_by(Household.code)).all())


def list_grid_codes() -> list[str]:
    """The codes of all squares."""
    return list(db.session.scalars(select(SeaGrid.code).order_by(SeaGrid.code)))


def count_plots_by_grid() -> dict[str, int]:
    """How many plots each square has, by the square's code."""
    query = select(SeaGrid.code, func.count()).join(Plot, Plot.sea_grid_id == SeaGrid.id).group_by(SeaGrid.code)
    return dict(db.session.execute(query).all())


def list_shares(*, plot_id: int | None = None, household_id: int | None = None) -> list[ShareRow]:
    """The shares in a plot, or of a household, with their days: newest day first, larger share first."""
    today = clock.today()
    total = (
        select(PlotShare.plot_id, PlotShare.valid_from, func.sum(PlotShare.weight).label("of"))
        .group_by(PlotShare.plot_id, PlotShare.valid_from)
        .subquery()
    )
    newest = (
        select(PlotShare.plot_id, func.max(PlotShare.valid_from).label("since"))
        .where(PlotShare.valid_from <= today)
        .group_by(PlotShare.plot_id)
        .subquery()
    )
    query = (
        select(Plot.code, Household.code, Household.head_name, PlotShare.valid_from, PlotShare.weight, total.c.of,
               newest.c.since)
        .join(Plot, Plot.id == PlotShare.plot_id)
        .join(Household, Household.id == PlotShare.household_id)
        .join(total, (total.c.plot_id == PlotShare.plot_id) & (total.c.valid_from == PlotShare.valid_from))
        .outerjoin(newest, newest.c.plot_id == PlotShare.plot_id)
        .order_by(PlotShare.valid_from.desc(), Plot.code, PlotShare.weight.desc(), Household.code)
    )  # fmt: skip
    if plot_id is not None:
        query = query.where(PlotShare.plot_id == plot_id)
    if household_id is not None:
        query = query.where(PlotShare.household_id == household_id)
    return [
        ShareRow(plot, household, head, since, weight, int(of), is_valid=since == valid)
        for plot, household, head, since, weight, of, valid in db.session.execute(query)
    ]


def heads_of_plots(plot_ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """Code and head's name of the households that share each plot today, the larger share first."""
    newest = (
        select(PlotShare.plot_id, func.max(PlotShare.valid_from).label("since"))
        .where(PlotShare.plot_id.in_(list(plot_ids)), PlotShare.valid_from <= clock.today())
        .group_by(PlotShare.plot_id)
        .subquery()
    )
    query = (
        select(PlotShare.plot_id, Household.code, Household.head_name)
        .join(newest, (newest.c.plot_id == PlotShare.plot_id) & (newest.c.since == PlotShare.valid_from))
        .join(Household, Household.id == PlotShare.household_id)
        .order_by(PlotShare.plot_id, PlotShare.weight.desc(), Household.code)
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for plot_id, code, head_name in db.session.execute(query):
        found.setdefault(plot_id, []).append((code, head_name))
    return found


def insurance_number(plot_id: int) -> str | None:
    """The number of the plot's insurance; None when it is not insured."""
    return db.session.scalar(select(Plot.insurance_number).where(Plot.id == plot_id))


def position(plot_id: int) -> tuple[float, float]:
    """Longitude and latitude of the plot."""
    longitude, latitude = db.session.execute(select(Plot.longitude, Plot.latitude).where(Plot.id == plot_id)).one()
    return float(longitude), float(latitude)
