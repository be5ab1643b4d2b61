"""What a plot asks of its household next."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cofu_adopt.growth.models import Work
from cofu_adopt.screens.boat_tasks import (
    MEASURE_DAYS,
    UPDATE_DAYS,
    News,
    Next,
    Task,
    news_of,
    next_task,
    work_of_season,
)

TODAY = date(2026, 11, 24)
LONG_AGO = date(2026, 1, 1)


def before(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("posted_on", "news"),
    [
        (None, (News.NEVER, 0)),
        (before(0), (News.TODAY, 0)),
        (before(-1), (News.TODAY, 0)),
        (before(6), (News.FRESH, 6)),
        (before(7), (News.SOON, 7)),
        (before(UPDATE_DAYS - 1), (News.SOON, UPDATE_DAYS - 1)),
        (before(UPDATE_DAYS), (News.LATE, UPDATE_DAYS)),
    ],
)
def test_how_long_a_plot_has_been_silent(posted_on: date | None, news: tuple[News, int]) -> None:
    assert news_of(posted_on, TODAY) == news


@pytest.mark.parametrize(
    ("news", "has_adopters", "measured_on", "task"),
    [
        (News.LATE, True, None, Task.POST),
        (News.NEVER, True, before(1), Task.POST),
        (News.NEVER, False, before(1), Task.NONE),
        (News.SOON, True, None, Task.MEASURE),
        (News.FRESH, True, before(MEASURE_DAYS + 1), Task.MEASURE),
        (News.FRESH, True, before(MEASURE_DAYS), Task.NONE),
    ],
)
def test_who_waits_comes_before_what_is_old(
    news: News, *, has_adopters: bool, measured_on: date | None, task: Task
) -> None:
    found = next_task(news, has_adopters=has_adopters, measured_on=measured_on, seeded_on=LONG_AGO, today=TODAY)
    assert found.task is task


@pytest.mark.parametrize(
    ("seeded_on", "today", "work"),
    [
        (date(2026, 12, 1), TODAY, Work.HANGING),
        (before(44), TODAY, None),
        (before(45), TODAY, Work.THINNING),
        (before(120), TODAY, Work.THINNING),
        (LONG_AGO, date(2026, 6, 1), Work.CLEANING),
        (LONG_AGO, date(2026, 8, 1), Work.INSPECTION),
        (LONG_AGO, TODAY, None),
    ],
)
def test_what_the_season_asks(seeded_on: date, today: date, work: Work | None) -> None:
    assert work_of_season(seeded_on, today) is work
    wanted = Next(Task.NONE) if work is None else Next(Task.WORK, work)
    assert next_task(News.FRESH, has_adopters=True, measured_on=today, seeded_on=seeded_on, today=today) == wanted
