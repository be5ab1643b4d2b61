"""Reads of the sea. Other slices get frozen rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import Case, Select, case, func, select
from sqlalchemy.orm import aliased

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.farm.models import (
    Household,
    HouseholdMember,
    Plot,
    PlotMeasurement,
    PlotShare,
    Rope,
    SeaGrid,
    Species,
)
from cofu_adopt.farm.rows import GridRow, MeasurementRow, PlotRow, PublicHousehold, RopeRow, StoryRow


def list_grids(plot_ids: Collection[int] | None = None) -> list[GridRow]:
    """All squares by code, with their free ropes; given `plot_ids`, only the ropes of these plots are counted."""
    counted = Plot.id.is_not(None) if plot_ids is None else Plot.id.in_(plot_ids)
    places = (
        select(
            Plot.sea_grid_id.label("grid_id"),
            func.avg(Plot.longitude).label("longitude"),
            func.avg(Plot.latitude).label("latitude"),
        )
        .group_by(Plot.sea_grid_id)
        .subquery()
    )
    counts = (
        select(
            Plot.sea_grid_id.label("grid_id"),
            func.count().label("ropes"),
            func.sum(_is_free()).label("free"),
        )
        .join(Rope, Rope.plot_id == Plot.id)
        .where(counted)
        .group_by(Plot.sea_grid_id)
        .subquery()
    )
    query = (
        select(SeaGrid.id, SeaGrid.code, places.c.longitude, places.c.latitude, counts.c.ropes, counts.c.free)
        .join(places, places.c.grid_id == SeaGrid.id)
        .outerjoin(counts, counts.c.grid_id == SeaGrid.id)
        .order_by(SeaGrid.code)
    )
    return [
        GridRow(row.id, row.code, float(row.longitude), float(row.latitude), row.ropes or 0, int(row.free or 0))
        for row in db.session.execute(query)
    ]


def get_grid(code: str) -> GridRow:
    """The square with this code. Raises NotFound."""
    for grid in list_grids():
        if grid.code == code:
            return grid
    raise NotFound


def list_plots(grid_code: str) -> list[PlotRow]:
    """The plots of a square by code. Raises NotFound when there is no such square."""
    grid = db.session.scalar(select(SeaGrid).where(SeaGrid.code == grid_code))
    if grid is None:
        raise NotFound
    return _plot_rows(list(db.session.scalars(select(Plot).where(Plot.sea_grid_id == grid.id).order_by(Plot.code))))


def list_plots_of_household(household_ids: Sequence[int]) -> list[PlotRow]:
    """The plots in which one of the households has a share today."""
    mine = select(PlotShare.plot_id).where(PlotShare.household_id.in_(household_ids))
    plots = _plot_rows(list(db.session.scalars(select(Plot).where(Plot.id.in_(mine)).order_by(Plot.code))))
    wanted = set(household_ids)
    return [plot for plot in plots if wanted.intersection(household.id for household in plot.households)]


def page_plots(grid_code: str | None = None, *, after: str | None = None, limit: int = 50) -> list[PlotRow]:
    """Plots by code, of one square or of all, after the code `after`. Raises NotFound for an unknown square."""
    query = select(Plot).order_by(Plot.code).limit(limit)
    if grid_code is not None:
        grid_id = db.session.scalar(select(SeaGrid.id).where(SeaGrid.code == grid_code))
        if grid_id is None:
            raise NotFound
        query = query.where(Plot.sea_grid_id == grid_id)
    if after is not None:
        query = query.where(Plot.code > after)
    return _plot_rows(list(db.session.scalars(query)))


def get_plot(code: str) -> PlotRow:
    """The plot with this code. Raises NotFound."""
    plot = db.session.scalar(select(Plot).where(Plot.code == code))
    if plot is None:
        raise NotFound
    return _plot_rows([plot])[0]


def find_plot_id(code: str) -> int | None:
    """The id of the plot with this code."""
    return db.session.scalar(select(Plot.id).where(Plot.code == code))


def plot_ids_of_grid(grid_code: str) -> list[int | None]:
    """The ids of a square's plots; none when there is no such square."""
    query = select(Plot.id).join(SeaGrid, SeaGrid.id == Plot.sea_grid_id).where(SeaGrid.code == grid_code)
    return list(db.session.scalars(query.order_by(Plot.id)))


def all_plot_ids() -> list[int]:
    """The ids of all plots."""
    return list(db.session.scalars(select(Plot.id).order_by(Plot.id)))


def plot_code(plot_id: int) -> str:
    """The code of a plot. Raises NotFound."""
    code = db.session.scalar(select(Plot.code).where(Plot.id == plot_id))
    if code is None:
        raise NotFound
    return code


def plot_codes(plot_ids: Sequence[int]) -> dict[int, str]:
    """The codes of plots by id."""
    return dict(db.session.execute(select(Plot.id, Plot.code).where(Plot.id.in_(plot_ids))).all())


def select_plot_codes() -> Select[int, str]:
    """Ids and codes of plots, for another slice's statement over many rows."""
    return select(Plot.id, Plot.code)


def select_people_of_plots(on: date) -> Select[int, str, int]:
    """Plots with their codes and the people who act for a household that shares them on a day; each pair once.

    For another slice's statement over many plots. Columns: plot_id, code, person_id.
    """
    newest = (
        select(PlotShare.plot_id, func.max(PlotShare.valid_from).label("since"))
        .where(PlotShare.valid_from <= on)
        .group_by(PlotShare.plot_id)
        .subquery()
    )
    return (
        select(PlotShare.plot_id, Plot.code, HouseholdMember.person_id)
        .join(newest, (newest.c.plot_id == PlotShare.plot_id) & (newest.c.since == PlotShare.valid_from))
        .join(Plot, Plot.id == PlotShare.plot_id)
        .join(HouseholdMember, HouseholdMember.household_id == PlotShare.household_id)
        .distinct()
    )


def list_measurements(plot_id: int) -> list[MeasurementRow]:
    """All measurements of a plot, oldest first."""
    query = select(PlotMeasurement).where(PlotMeasurement.plot_id == plot_id).order_by(PlotMeasurement.measured_on)
    return [_measurement(row) for row in db.session.scalars(query)]


def list_measurements_of(plot_ids: Sequence[int]) -> dict[int, list[MeasurementRow]]:
    """All measurements of many plots, oldest first; a plot that was never measured is not there."""
    query = (
        select(PlotMeasurement)
        .where(PlotMeasurement.plot_id.in_(plot_ids))
        .order_by(PlotMeasurement.plot_id, PlotMeasurement.measured_on)
    )
    found: dict[int, list[MeasurementRow]] = {}
    for row in db.session.scalars(query):
        found.setdefault(row.plot_id, []).append(_measurement(row))
    return found


def list_ropes(plot_id: int) -> list[RopeRow]:
    """The ropes of a plot by number."""
    query = select(Rope.number, Rope.live_adoption_id).where(Rope.plot_id == plot_id).order_by(Rope.number)
    return [RopeRow(row.number, row.live_adoption_id is None) for row in db.session.execute(query)]


def shares_on(plot_id: int, on: date) -> dict[int, int]:
    """The weights of the households in a plot on a day, by household id."""
    latest = (
        select(func.max(PlotShare.valid_from))
        .where(PlotShare.plot_id == plot_id, PlotShare.valid_from <= on)
        .scalar_subquery()
    )
    query = select(PlotShare.household_id, PlotShare.weight).where(
        PlotShare.plot_id == plot_id, PlotShare.valid_from == latest
    )
    return dict(db.session.execute(query).all())


def shares_of_plots_on(plot_ids: Collection[int], on: date) -> dict[int, dict[int, int]]:
    """The weights of the households in many plots on a day, by plot id; a plot without shares is not there."""
    newest = (
        select(PlotShare.plot_id, func.max(PlotShare.valid_from).label("since"))
        .where(PlotShare.plot_id.in_(plot_ids), PlotShare.valid_from <= on)
        .group_by(PlotShare.plot_id)
        .subquery()
    )
    query = select(PlotShare.plot_id, PlotShare.household_id, PlotShare.weight).join(
        newest, (newest.c.plot_id == PlotShare.plot_id) & (newest.c.since == PlotShare.valid_from)
    )
    found: dict[int, dict[int, int]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.plot_id, {})[row.household_id] = row.weight
    return found


def plots_of_household_on(household_id: int, on: date) -> dict[str, int]:
    """The ids, by code, of the plots in which the household had a share on a day."""
    newest = (
        select(PlotShare.plot_id, func.max(PlotShare.valid_from).label("since"))
        .where(PlotShare.valid_from <= on)
        .group_by(PlotShare.plot_id)
        .subquery()
    )
    query = (
        select(Plot.code, Plot.id)
        .join(PlotShare, PlotShare.plot_id == Plot.id)
        .join(newest, (newest.c.plot_id == PlotShare.plot_id) & (newest.c.since == PlotShare.valid_from))
        .where(PlotShare.household_id == household_id)
        .order_by(Plot.code)
    )
    return dict(db.session.execute(query).all())


def public_names(household_ids: Collection[int]) -> dict[int, str | None]:
    """What the public calls these households; None for one that did not agree to be named."""
    query = select(Household.id, Household.public_name, Household.public_consent_at)
    rows = db.session.execute(query.where(Household.id.in_(household_ids)))
    return {row.id: row.public_name if row.public_consent_at else None for row in rows}


def households_of_person(person_id: int) -> list[tuple[int, str, str]]:
    """Id, code and head's name of the households that the person acts for."""
    query = (
        select(Household.id, Household.code, Household.head_name)
        .join(HouseholdMember, HouseholdMember.household_id == Household.id)
        .where(HouseholdMember.person_id == person_id)
        .order_by(Household.id)
    )
    return list(db.session.execute(query))


def people_of_household(household_id: int) -> list[int]:
    """The ids of the persons who act for the household."""
    query = select(HouseholdMember.person_id).where(HouseholdMember.household_id == household_id)
    return list(db.session.scalars(query.order_by(HouseholdMember.person_id)))


def get_story(household_id: int) -> StoryRow:
    """What the household tells about itself, also without consent: for itself and the operator. Raises NotFound."""
    household = db.session.get(Household, household_id)
    if household is None:
        raise NotFound
    return _story(household)


def get_stories(household_ids: Collection[int]) -> dict[int, StoryRow]:
    """What these households tell about themselves, also without consent: for the operator."""
    households = db.session.scalars(select(Household).where(Household.id.in_(household_ids)))
    return {household.id: _story(household) for household in households}


def _story(household: Household) -> StoryRow:
    return StoryRow(
        id=household.id,
        code=household.code,
        head_name=household.head_name,
        village=household.village,
        public_name=household.public_name,
        story=household.public_story,
        story_en=household.public_story_en,
        consents=household.public_consent_at is not None,
    )


def count_households() -> int:
    """How many households farm."""
    return db.session.scalar(select(func.count()).select_from(Household)) or 0


def _is_free() -> Case[int]:
    return case((Rope.live_adoption_id.is_(None), 1), else_=0)


def _plot_rows(plots: list[Plot]) -> list[PlotRow]:
    ids = [plot.id for plot in plots]
    grids = dict(db.session.execute(select(SeaGrid.id, SeaGrid.code)).all())
    free = dict(
        db.session.execute(
            select(Rope.plot_id, func.count())
            .where(Rope.plot_id.in_(ids), Rope.live_adoption_id.is_(None))
            .group_by(Rope.plot_id)
        ).all()
    )
    households, latest = _households(ids), _latest(ids)
    return [
        PlotRow(
            id=plot.id,
            code=plot.code,
            grid_code=grids[plot.sea_grid_id],
            inside_line=plot.inside_line,
            species=Species(plot.species),
            seeded_on=plot.seeded_on,
            rope_count=plot.rope_count,
            free_count=free.get(plot.id, 0),
            rope_length_m=plot.rope_length_m,
            insured=plot.insurance_number is not None,
            households=households.get(plot.id, ()),
            latest=latest.get(plot.id),
        )
        for plot in plots
    ]


def _households(plot_ids: Sequence[int]) -> Mapping[int, tuple[PublicHousehold, ...]]:
    today = clock.today()
    newest = (
        select(PlotShare.plot_id, func.max(PlotShare.valid_from).label("since"))
        .where(PlotShare.plot_id.in_(plot_ids), PlotShare.valid_from <= today)
        .group_by(PlotShare.plot_id)
        .subquery()
    )
    query = (
        select(PlotShare.plot_id, Household)
        .join(newest, (newest.c.plot_id == PlotShare.plot_id) & (newest.c.since == PlotShare.valid_from))
        .join(Household, Household.id == PlotShare.household_id)
        .order_by(PlotShare.plot_id, PlotShare.weight.desc(), Household.id)
    )
    found: dict[int, tuple[PublicHousehold, ...]] = {}
    for plot_id, household in db.session.execute(query):
        shown = household.public_consent_at is not None
        row = PublicHousehold(
            id=household.id,
            village=household.village,
            public_name=household.public_name if shown else None,
            story=household.public_story if shown else None,
            story_en=household.public_story_en if shown else None,
        )
        found[plot_id] = (*found.get(plot_id, ()), row)
    return found


def _latest(plot_ids: Sequence[int]) -> Mapping[int, MeasurementRow]:
    later = aliased(PlotMeasurement)
    newest = select(func.max(later.measured_on)).where(later.plot_id == PlotMeasurement.plot_id).scalar_subquery()
    query = select(PlotMeasurement).where(PlotMeasurement.plot_id.in_(plot_ids), PlotMeasurement.measured_on == newest)
    return {row.plot_id: _measurement(row) for row in db.session.scalars(query)}


def _measurement(row: PlotMeasurement) -> MeasurementRow:
    return MeasurementRow(
        measured_on=row.measured_on,
        mean_shell_length_mm=float(row.mean_shell_length_mm),
        sample_count=row.sample_count,
        survival=float(row.survival),
        water_temperature_c=None if row.water_temperature_c is None else float(row.water_temperature_c),
    )
