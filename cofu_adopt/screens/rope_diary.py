"""The days of a rope (绳上的日子): what was posted of its plot, what was measured, and the day it found somebody."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.queries import AdoptionRow
from cofu_adopt.adoptions.share import SharedRope
from cofu_adopt.core import clock
from cofu_adopt.core.errors import NotFound
from cofu_adopt.core.media.photos import PhotoRow, find_photos
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.rows import MeasurementRow, PlotRow
from cofu_adopt.growth import news
from cofu_adopt.growth.forecast import forecast_of
from cofu_adopt.growth.queries import timeline
from cofu_adopt.growth.rows import UpdateRow

DAYS_A_PAGE = 10
MARK = re.compile(r"(\d{1,17})-(\d{1,15})")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Place = tuple[datetime, int]
"""Where an entry stands: its moment and, of a post, its id."""


class Kind(StrEnum):
    """What an entry tells."""

    POST = "post"
    MEASURED = "measured"
    ADOPTED = "adopted"


@dataclass(frozen=True, slots=True)
class Entry:
    """One day on the rope. `length_mm`: how large its mussel is drawn."""

    kind: Kind
    place: Place
    post: UpdateRow | None = None
    measured: MeasurementRow | None = None

    @property
    def at(self) -> datetime:
        """When it was."""
        return self.place[0]

    @property
    def length_mm(self) -> float | None:
        """The mean shell length of that day."""
        if self.measured is not None:
            return self.measured.mean_shell_length_mm
        return self.post.readings[0].mean_shell_length_mm if self.post and self.post.readings else None

    @property
    def water_temperature_c(self) -> float | None:
        """How warm the sea was."""
        told = self.post or self.measured
        return told.water_temperature_c if told else None


@dataclass(frozen=True, slots=True)
class Water:
    """The newest water temperature that is known, and its day."""

    celsius: float
    on: date


@dataclass(frozen=True, slots=True)
class Diary:
    """A page of entries, newest first, with their photos. `older`: the mark of the page before; None on the last."""

    entries: Sequence[Entry]
    older: str | None
    photos: Mapping[int, PhotoRow] = field(default_factory=dict)

    @property
    def post_ids(self) -> list[int]:
        """The posts among the entries."""
        return [entry.post.id for entry in self.entries if entry.post]


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest photo of a page of days, and when and by whom it was taken; no name without consent."""

    photo: PhotoRow
    at: datetime
    household_name: str | None


@dataclass(frozen=True, slots=True)
class RopeView:
    """What a rope's page shows of the sea: the same for its adopter and for whoever has the link."""

    plot: PlotRow
    measurements: Sequence[MeasurementRow]
    harvest: tuple[date, date]
    days_left: int
    """Until the harvest window; negative when it has begun."""
    ready_on: date | None
    """The day on which it is expected to be large enough; None once it is, or when nobody knows."""
    diary: Diary
    water: Water | None


def view_rope(rope: AdoptionRow | SharedRope, *, adopted_at: datetime | None, before: str | None) -> RopeView:
    """The page of a rope; `adopted_at` is for its adopter alone. Raises NotFound for a mark that is none."""
    plot = farm.get_plot(rope.plot_code)
    measurements = measurements_of(rope, plot.id)
    start = read_mark(before) if before else None
    diary = read_diary(plot.id, measurements, adopted_at=adopted_at, until=seen_until(rope), start=start)
    forecast = forecast_of(plot, measurements) if rope.state is AdoptionState.PAID else None
    ready_on = forecast.ready_on if forecast else None
    return RopeView(
        plot=plot,
        measurements=measurements,
        harvest=(rope.harvest_from_on, rope.harvest_to_on),
        days_left=(rope.harvest_from_on - clock.today()).days,
        ready_on=ready_on if ready_on and ready_on > clock.today() else None,
        diary=diary,
        water=_water(measurements, diary),
    )


def read_diary(
    plot_id: int,
    measurements: Sequence[MeasurementRow],
    *,
    adopted_at: datetime | None,
    until: date | None,
    start: Place | None,
    limit: int = DAYS_A_PAGE,
) -> Diary:
    """A page of a plot's days: those before `start`, none later than `until`."""
    if until is not None:
        end = (datetime.combine(until + timedelta(days=1), time(), clock.SHANGHAI), 0)
        start = end if start is None else min(start, end)
    told = news.days_told(plot_id) if measurements else frozenset()
    others = [
        Entry(Kind.MEASURED, (datetime.combine(row.measured_on, time(), clock.SHANGHAI), 0), measured=row)
        for row in measurements
        if row.measured_on not in told
    ]
    if adopted_at is not None:
        others.append(Entry(Kind.ADOPTED, (adopted_at, 0)))
    posts = [Entry(Kind.POST, row.place, post=row) for row in timeline([plot_id], start, limit + 1)]
    known = [*posts, *(entry for entry in others if start is None or entry.place < start)]
    known.sort(key=lambda entry: entry.place, reverse=True)
    shown = known[:limit]
    seen = [row for entry in shown if entry.post for row in (entry.post, *entry.post.corrections)]
    return Diary(
        entries=shown,
        older=mark_of(shown[-1].place) if len(known) > limit else None,
        photos=find_photos({photo for row in seen for photo in row.photos}),
    )


def newest_photo(diary: Diary) -> Newest | None:
    """The first photo of the newest post that has one."""
    for entry in diary.entries:
        for photo_id in entry.post.photos if entry.post else ():
            if entry.post and photo_id in diary.photos:
                return Newest(diary.photos[photo_id], entry.at, entry.post.household_name)
    return None


def mark_of(place: Place) -> str:
    """Where a page ends, for its address."""
    return f"{(place[0] - EPOCH) // timedelta(microseconds=1)}-{place[1]}"


def read_mark(given: str) -> Place:
    """The place that a page's address names. Raises NotFound."""
    found = MARK.fullmatch(given)
    if found is None:
        raise NotFound
    try:
        return EPOCH + timedelta(microseconds=int(found[1])), int(found[2])
    except OverflowError as error:
        raise NotFound from error


def measurements_of(rope: AdoptionRow | SharedRope, plot_id: int) -> list[MeasurementRow]:
    """What was measured of the rope's plot while the rope hung there, oldest first."""
    until = seen_until(rope)
    return [row for row in farm.list_measurements(plot_id) if until is None or row.measured_on <= until]


def seen_until(rope: AdoptionRow | SharedRope) -> date | None:
    """The day after which the plot's news are no longer of this rope; None while it hangs there."""
    return None if rope.state is AdoptionState.PAID else rope.harvest_to_on


def _water(measurements: Sequence[MeasurementRow], diary: Diary) -> Water | None:
    known = [
        Water(row.water_temperature_c, row.measured_on) for row in measurements if row.water_temperature_c is not None
    ]
    known += [
        Water(entry.water_temperature_c, clock.day_of(entry.at))
        for entry in diary.entries
        if entry.water_temperature_c is not None
    ]
    return max(known, key=lambda water: water.on, default=None)
