"""What a plot asks of its household next. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cofu_adopt.growth.models import Work

UPDATE_DAYS = 14
"""So long adopters wait without asking themselves whether anybody is there."""
SOON_DAYS = 7
MEASURE_DAYS = 45
"""Older than this, a measurement says little about today, and the forecast's band is wide."""
THINNING_DAYS = (45, 120)
"""After hanging the seed has grown so thick that it is spread over more rope."""
FOULING_MONTHS = range(5, 9)
STORM_MONTHS = range(7, 10)


class News(StrEnum):
    """How long a plot has been silent."""

    TODAY = "today"
    FRESH = "fresh"
    SOON = "soon"
    """The next post may wait, but not for long."""
    LATE = "late"
    NEVER = "never"


class Task(StrEnum):
    """What to do next on a plot."""

    POST = "post"
    MEASURE = "measure"
    WORK = "work"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Next:
    """The next task; `work` only with Task.WORK."""

    task: Task
    work: Work | None = None


def news_of(posted_on: date | None, today: date) -> tuple[News, int]:
    """How silent a plot has been, and for how many days."""
    if posted_on is None:
        return News.NEVER, 0
    days = max(0, (today - posted_on).days)
    if days == 0:
        return News.TODAY, 0
    if days >= UPDATE_DAYS:
        return News.LATE, days
    return (News.SOON if days >= SOON_DAYS else News.FRESH), days


def next_task(news: News, *, has_adopters: bool, measured_on: date | None, seeded_on: date, today: date) -> Next:
    """What to do next: first whoever waits, then the measurement, then what the season asks."""
    if has_adopters and news in {News.NEVER, News.LATE}:
        return Next(Task.POST)
    if measured_on is None or (today - measured_on).days > MEASURE_DAYS:
        return Next(Task.MEASURE)
    work = work_of_season(seeded_on, today)
    return Next(Task.NONE) if work is None else Next(Task.WORK, work)


def work_of_season(seeded_on: date, today: date) -> Work | None:
    """What the season asks of a plot that was hung on `seeded_on`."""
    first, last = THINNING_DAYS
    if (today - seeded_on).days < 0:
        return Work.HANGING
    if first <= (today - seeded_on).days <= last:
        return Work.THINNING
    if today.month in STORM_MONTHS:
        return Work.INSPECTION
    return Work.CLEANING if today.month in FOULING_MONTHS else None
