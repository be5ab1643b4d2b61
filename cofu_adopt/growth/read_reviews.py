"""Readings that look wrong and that the workshop has not looked at yet, beside what the plot had and should have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.desk_plots import list_plot_names
from cofu_adopt.farm.rows import MeasurementRow
from cofu_adopt.growth.assemble import reading_rows
from cofu_adopt.growth.forecast import ForecastPoint, forecasts_of
from cofu_adopt.growth.models import GrowthReading, GrowthUpdate, ReadingState
from cofu_adopt.growth.rows import ReadingRow
from cofu_adopt.growth.rules import RECALIBRATE_FROM
from cofu_adopt.growth.species import growths

MOST = 100
BEFORE = 4
"""So many earlier measurements are shown."""
LONG = timedelta(days=3)
"""Longer than this, a reading that waits is somebody's fault."""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A reading for the workshop to look at. No update: a sensor sent it."""

    reading: ReadingRow
    update_id: int | None
    household_id: int | None
    since: datetime
    """When it came in; of a sensor's, the beginning of its day."""
    confirmed_at: datetime | None
    before: tuple[MeasurementRow, ...]
    """What the plot had before that day, oldest first."""
    expected: ForecastPoint | None
    """What was to be expected on that day."""
    has_own_speed: bool

    @property
    def last_mm(self) -> float | None:
        """The length before it."""
        return self.before[-1].mean_shell_length_mm if self.before else None


def readings_to_review(limit: int = MOST) -> list[ReviewRow]:
    """Those that wait, oldest first; the same statements for one and for a hundred."""
    found = db.session.execute(_waiting().order_by(GrowthReading.id).limit(limit)).all()
    readings = [reading for reading, _household, _at in found]
    rows = {row.id: row for row in reading_rows(readings)}
    measured = farm.list_measurements_of(list({reading.plot_id for reading in readings}))
    before = {
        reading.id: [one for one in measured.get(reading.plot_id, ()) if one.measured_on < reading.measured_on]
        for reading in readings
    }
    expected = _expected(readings, before)
    return [
        ReviewRow(
            reading=rows[reading.id],
            update_id=reading.update_id,
            household_id=household_id,
            since=created_at or _day_began(reading.measured_on),
            confirmed_at=reading.confirmed_at,
            before=tuple(before[reading.id][-BEFORE:]),
            expected=expected.get(reading.id),
            has_own_speed=len(before[reading.id]) >= RECALIBRATE_FROM,
        )
        for reading, household_id, created_at in found
    ]


def count_readings_to_review() -> int:
    """How many readings wait for the workshop."""
    return db.session.scalar(select(func.count()).select_from(_waiting().subquery())) or 0


def readings_waiting_long(limit: int) -> list[tuple[int, str, datetime]]:
    """Id, plot and since when of those that have waited longer than LONG, oldest first."""
    now = clock.now()
    query = _waiting().where(
        or_(
            GrowthUpdate.created_at < now - LONG,
            and_(GrowthReading.update_id.is_(None), GrowthReading.measured_on < clock.day_of(now - LONG)),
        )
    )
    found = db.session.execute(query.order_by(GrowthReading.id).limit(limit)).all()
    codes = farm.plot_codes(list({reading.plot_id for reading, _household, _at in found}))
    return [(one.id, codes[one.plot_id], at or _day_began(one.measured_on)) for one, _household, at in found]


def _expected(
    readings: Sequence[GrowthReading], before: Mapping[int, Sequence[MeasurementRow]]
) -> dict[int, ForecastPoint]:
    plots, species = {plot.id: plot for plot in list_plot_names()}, growths()
    found = {}
    for reading in readings:
        known = {reading.plot_id: before[reading.id]}
        forecast = forecasts_of([plots[reading.plot_id]], known, species).get(reading.plot_id)
        if forecast is not None:
            found[reading.id] = forecast.at(reading.measured_on)
    return found


def _waiting() -> Select[GrowthReading, int | None, datetime | None]:
    query = select(GrowthReading, GrowthUpdate.household_id, GrowthUpdate.created_at)
    return query.outerjoin(GrowthUpdate, GrowthUpdate.id == GrowthReading.update_id).where(_waits())


def _waits() -> ColumnElement[bool]:
    return (
        GrowthReading.question.is_not(None)
        & GrowthReading.reviewed_at.is_(None)
        & GrowthReading.state.in_((ReadingState.KEPT, ReadingState.QUESTIONED))
        & or_(GrowthReading.update_id.is_(None), GrowthUpdate.withdrawn_at.is_(None))
    )


def _day_began(on: date) -> datetime:
    return datetime.combine(on, time(), tzinfo=clock.SHANGHAI)
