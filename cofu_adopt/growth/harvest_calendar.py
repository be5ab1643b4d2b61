"""When how many ropes reach market size: weeks or months against squares or plots. Pure functions."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cofu_adopt.farm.models import Species
from cofu_adopt.growth.outlook import Outlook
from cofu_adopt.growth.rules import CLOSED_FROM, CLOSED_TO
from cofu_adopt.offers.windows import Window

WEEK = timedelta(days=7)


class Unit(StrEnum):
    """How wide a column is."""

    MONTH = "month"
    WEEK = "week"


COLUMNS = {Unit.MONTH: 12, Unit.WEEK: 16}
"""As many as a sheet of paper takes."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A column: its first and its last day."""

    from_on: date
    to_on: date

    def meets(self, from_on: date, to_on: date) -> bool:
        """True when one of these days is in it."""
        return from_on <= self.to_on and to_on >= self.from_on


@dataclass(frozen=True, slots=True)
class Ropes:
    """So many ropes, and so many of them are somebody's."""

    ropes: int = 0
    adopted: int = 0

    def __add__(self, other: Ropes) -> Ropes:
        """Both together."""
        return Ropes(self.ropes + other.ropes, self.adopted + other.adopted)


@dataclass(frozen=True, slots=True)
class Cell:
    """What becomes ready in a column of a row. `in_window`: an offer promises it then; `is_closed`: no trade then."""

    count: Ropes
    in_window: bool
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A square or a plot."""

    name: str
    ready: Ropes
    """At market size on the day from which it is shown."""
    cells: tuple[Cell, ...]
    later: Ropes
    """After the last column."""
    uncertain: Ropes
    """Never measured, or not within three years."""

    @property
    def total(self) -> Ropes:
        """All its ropes."""
        return sum((cell.count for cell in self.cells), self.ready + self.later + self.uncertain)


@dataclass(frozen=True, slots=True)
class HarvestCalendar:
    """The whole table; `total` is its last line."""

    unit: Unit
    buckets: tuple[Bucket, ...]
    lines: tuple[Line, ...]
    total: Line


def buckets(start_on: date, unit: Unit, count: int) -> tuple[Bucket, ...]:
    """So many months, or weeks from Monday to Sunday, from that of a day on."""
    found: list[Bucket] = []
    start = start_on.replace(day=1) if unit is Unit.MONTH else start_on - timedelta(days=start_on.weekday())
    for _n in range(count):
        days = monthrange(start.year, start.month)[1] if unit is Unit.MONTH else WEEK.days
        found.append(Bucket(start, start + timedelta(days=days - 1)))
        start += timedelta(days=days)
    return tuple(found)


def make_calendar(
    outlooks: Iterable[Outlook], start_on: date, unit: Unit, *, by_plot: bool = False, count: int | None = None
) -> HarvestCalendar:
    """The plots, or their squares, against the columns from `start_on` on. Every rope is counted once."""
    name: Callable[[Outlook], str] = lambda one: one.plot.code if by_plot else one.plot.grid_code  # noqa: E731
    columns = buckets(start_on, unit, count or COLUMNS[unit])
    rows: dict[str, list[Outlook]] = {}
    for outlook in outlooks:
        rows.setdefault(name(outlook), []).append(outlook)
    lines = tuple(_line(key, rows[key], columns, start_on) for key in sorted(rows))
    everything = [outlook for group in rows.values() for outlook in group]
    return HarvestCalendar(unit, columns, lines, _line("", everything, columns, start_on))


def is_closed(bucket: Bucket) -> bool:
    """True when the closed season of 厚壳贻贝 touches the column."""
    years = range(bucket.from_on.year, bucket.to_on.year + 1)
    return any(bucket.meets(date(year, *CLOSED_FROM), date(year, *CLOSED_TO)) for year in years)


def _line(name: str, rows: Sequence[Outlook], columns: Sequence[Bucket], start_on: date) -> Line:
    counts = [Ropes() for _column in columns]
    ready, later, uncertain = Ropes(), Ropes(), Ropes()
    for row in rows:
        ropes, on = Ropes(row.plot.rope_count, row.adopted), row.forecast.ready_on if row.forecast else None
        if on is None:
            uncertain += ropes
        elif on <= start_on:
            ready += ropes
        elif on > columns[-1].to_on:
            later += ropes
        else:
            counts[next(place for place, column in enumerate(columns) if on <= column.to_on)] += ropes
    windows: set[Window] = {row.window for row in rows if row.window is not None}
    has_closed_season = any(row.plot.species is Species.HARD_MUSSEL for row in rows)
    cells = tuple(
        Cell(
            count=count,
            in_window=any(column.meets(window.from_on, window.to_on) for window in windows),
            is_closed=has_closed_season and is_closed(column),
        )
        for column, count in zip(columns, counts, strict=True)
    )
    return Line(name, ready, cells, later, uncertain)
