"""Write a season that was understood and compared: households, plots with their ropes, shares, measurements."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any, cast

from sqlalchemy import CursorResult, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.farm.compare_season import stored_measurements, stored_shares
from cofu_adopt.farm.errors import RopesInUse
from cofu_adopt.farm.models import (
    Household,
    HouseholdMember,
    Plot,
    PlotMeasurement,
    PlotShare,
    Rope,
    SeaGrid,
)
from cofu_adopt.farm.season_input import SeasonInput
from cofu_adopt.identity.people import enrol_household_person
from cofu_adopt.identity.phone import phone_index

BATCH = 1000
"""So many ropes are written by one statement: 24,000 at once would all lie in memory."""


def write_households(season: SeasonInput) -> dict[str, int]:
    """Insert and update the households and the people who sign in for them. Returns all ids by code."""
    stored = {row.code: row for row in db.session.scalars(select(Household))}
    indexes = {code: phone_index(row.phone) for code, row in season.households.items()}
    moved = [code for code in season.households if code in stored and stored[code].phone_index != indexes[code]]
    for code in moved:
        # Two households may have swapped numbers: free all of them before the first one is taken.
        stored[code].phone_index = f"moving:{code}"
    db.session.flush()
    for code, row in season.households.items():
        values = row.values() | {"phone_index": indexes[code]}
        household = stored.get(code)
        if household is None:
            stored[code] = Household(**values)
            db.session.add(stored[code])
        else:
            for name, value in values.items():
                setattr(household, name, value)
    db.session.flush()
    _write_members(season, stored, moved)
    return {code: row.id for code, row in stored.items()}


def _write_members(season: SeasonInput, stored: Mapping[str, Household], moved: list[str]) -> None:
    members = set(db.session.scalars(select(HouseholdMember.household_id)))
    # A changed phone means that another person signs in for the household; the one before no longer does.
    db.session.execute(
        delete(HouseholdMember).where(HouseholdMember.household_id.in_([stored[code].id for code in moved]))
    )
    for code, row in season.households.items():
        household_id = stored[code].id
        if household_id not in members or code in moved:
            person_id = enrol_household_person(row.phone, row.head_name)
            db.session.add(HouseholdMember(household_id=household_id, person_id=person_id))
    db.session.flush()


def write_plots(season: SeasonInput) -> dict[str, int]:
    """Insert and update the sea grids, the plots and their ropes. Returns all plot ids by code. Raises RopesInUse."""
    grids = {row.code: row for row in db.session.scalars(select(SeaGrid))}
    for code in sorted({plot.grid_code for plot in season.plots.values()} - grids.keys()):
        grids[code] = SeaGrid(code=code)
        db.session.add(grids[code])
    db.session.flush()
    stored = {row.code: row for row in db.session.scalars(select(Plot))}
    had = {code: plot.rope_count for code, plot in stored.items()}
    for code, row in season.plots.items():
        values = row.values() | {"sea_grid_id": grids[row.grid_code].id}
        if code not in stored:
            stored[code] = Plot(code=code, **values)
            db.session.add(stored[code])
        else:
            for name, value in values.items():
                setattr(stored[code], name, value)
    db.session.flush()
    ids = {code: plot.id for code, plot in stored.items()}
    for code, row in season.plots.items():
        if row.rope_count < had.get(code, 0):
            _take_ropes_away(code, ids[code], keep=row.rope_count, lost=had[code] - row.rope_count)
    ropes = (
        {"plot_id": ids[code], "number": number}
        for code, row in season.plots.items()
        for number in range(had.get(code, 0) + 1, row.rope_count + 1)
    )
    while batch := list(islice(ropes, BATCH)):
        db.session.execute(insert(Rope), batch)
    return ids


def _take_ropes_away(code: str, plot_id: int, *, keep: int, lost: int) -> None:
    # A rope may be adopted between the preview and now, and one of an old order is held by its foreign key.
    try:
        result = db.session.execute(
            delete(Rope).where(Rope.plot_id == plot_id, Rope.number > keep, Rope.live_adoption_id.is_(None))
        )
    except IntegrityError as error:
        raise RopesInUse(code=code) from error
    if cast(CursorResult[Any], result).rowcount != lost:
        raise RopesInUse(code=code)


def write_shares(season: SeasonInput, household_ids: Mapping[str, int], plot_ids: Mapping[str, int]) -> None:
    """Write each division that is new or has changed; the ones of the past stay."""
    stored = stored_shares()
    rows: list[dict[str, Any]] = []
    for code, plot in season.plots.items():
        before = stored.get(code)
        if before == plot.shares:
            continue
        # The first division holds since seeding; a changed one from today on, so that what was sold keeps its own.
        since = plot.seeded_on if before is None else clock.today()
        db.session.execute(delete(PlotShare).where(PlotShare.plot_id == plot_ids[code], PlotShare.valid_from == since))
        rows += [
            {"plot_id": plot_ids[code], "valid_from": since, "household_id": household_ids[household], "weight": weight}
            for household, weight in plot.shares.items()
        ]
    if rows:
        db.session.execute(insert(PlotShare), rows)


def write_measurements(season: SeasonInput, plot_ids: Mapping[str, int]) -> None:
    """Insert and update the measurements; one that the file leaves out stays."""
    stored = stored_measurements()
    new: list[dict[str, Any]] = []
    for (code, day), row in season.measurements.items():
        found = stored.get((code, day))
        if found is None:
            new.append({"plot_id": plot_ids[code], "measured_on": day, **row.values()})
        elif found != row.values():
            db.session.execute(
                update(PlotMeasurement)
                .where(PlotMeasurement.plot_id == plot_ids[code], PlotMeasurement.measured_on == day)
                .values(**row.values())
            )
    if new:
        db.session.execute(insert(PlotMeasurement), new)
