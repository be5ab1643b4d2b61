"""When how many ropes are ready: each rope once, whatever the columns; windows and the closed season marked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cofu_adopt.farm.models import Species
from cofu_adopt.growth.harvest_calendar import Bucket, Line, Ropes, Unit, buckets, is_closed, make_calendar
from cofu_adopt.growth.outlook import Outlook
from tests.growth.test_outlook import TODAY, WINDOW, outlook


def sea() -> list[Outlook]:
    """A1: ready today, in some months, never measured; B2: hard mussels, ready in years."""
    return [
        outlook(1, 70),
        outlook(2, 45),
        outlook(3),
        outlook(4, 30, grid="B2", species=Species.HARD_MUSSEL),
        outlook(5, 52, grid="B2", species=Species.HARD_MUSSEL, window=None),
    ]


def test_months_are_whole_and_follow_each_other() -> None:
    found = buckets(date(2027, 12, 31), Unit.MONTH, 3)
    assert found == (
        Bucket(date(2027, 12, 1), date(2027, 12, 31)),
        Bucket(date(2028, 1, 1), date(2028, 1, 31)),
        Bucket(date(2028, 2, 1), date(2028, 2, 29)),
    )


def test_weeks_begin_on_monday() -> None:
    found = buckets(date(2026, 11, 29), Unit.WEEK, 2)
    assert found == (
        Bucket(date(2026, 11, 23), date(2026, 11, 29)),
        Bucket(date(2026, 11, 30), date(2026, 12, 6)),
    )


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("by_plot", [False, True])
@pytest.mark.parametrize("start_on", [TODAY, TODAY + timedelta(days=400)])
def test_every_rope_is_counted_once(unit: Unit, by_plot: bool, start_on: date) -> None:  # noqa: FBT001
    made = make_calendar(sea(), start_on, unit, by_plot=by_plot)
    assert made.total.total == Ropes(500, 15)
    assert sum((line.total for line in made.lines), Ropes()) == Ropes(500, 15)
    assert [line.name for line in made.lines] == (
        ["A1-01", "A1-02", "A1-03", "B2-04", "B2-05"] if by_plot else ["A1", "B2"]
    )


def test_each_stands_in_the_column_of_its_day() -> None:
    rows = sea()
    made = make_calendar(rows, TODAY, Unit.MONTH, by_plot=True, count=12)
    lines: dict[str, Line] = {line.name: line for line in made.lines}
    assert lines["A1-01"].ready == Ropes(100, 3)
    assert lines["A1-03"].uncertain == Ropes(100, 3)
    assert lines["B2-04"].later == Ropes(100, 3)
    ready_on = rows[1].forecast.ready_on if rows[1].forecast else None
    assert ready_on is not None
    (place,) = [place for place, cell in enumerate(lines["A1-02"].cells) if cell.count.ropes]
    assert made.buckets[place].from_on <= ready_on <= made.buckets[place].to_on
    later = make_calendar(rows, ready_on, Unit.MONTH, by_plot=True)
    assert next(line for line in later.lines if line.name == "A1-02").ready == Ropes(100, 3)


def test_windows_and_the_closed_season_are_marked() -> None:
    made = make_calendar(sea(), TODAY, Unit.MONTH)
    blue, hard = made.lines
    assert [bucket.from_on.month for bucket, cell in zip(made.buckets, blue.cells, strict=True) if cell.in_window] == [
        WINDOW.from_on.month,
        9,
        WINDOW.to_on.month,
    ]
    assert not any(cell.is_closed for cell in blue.cells), "nobody forbids 紫贻贝"
    assert [bucket.from_on.month for bucket, cell in zip(made.buckets, hard.cells, strict=True) if cell.is_closed] == [
        4,
        5,
        6,
    ]


def test_the_closed_season_is_found_to_the_day() -> None:
    assert not is_closed(Bucket(date(2027, 4, 12), date(2027, 4, 19)))
    assert is_closed(Bucket(date(2027, 4, 12), date(2027, 4, 20)))
    assert is_closed(Bucket(date(2027, 6, 30), date(2027, 7, 6)))
    assert not is_closed(Bucket(date(2027, 7, 1), date(2027, 7, 7)))


def test_an_empty_sea_has_an_empty_calendar() -> None:
    made = make_calendar([], TODAY, Unit.WEEK)
    assert (made.lines, made.total.total) == ((), Ropes())
