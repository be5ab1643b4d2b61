"""A reading that looks wrong is asked about; confirmed it counts and waits for the workshop's eyes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from cofu_adopt import events
from cofu_adopt.core import audit
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth.errors import AlreadyReviewed, ReadingQuestioned
from cofu_adopt.growth.models import ReadingState
from cofu_adopt.growth.questions import questions_about
from cofu_adopt.growth.read_reviews import ReviewRow, readings_to_review
from cofu_adopt.growth.review_reading import accept_reading, reject_reading
from cofu_adopt.growth.rows import ReadingRow
from cofu_adopt.growth.sample import Sample
from cofu_adopt.growth.send_reading import send_reading
from tests.growth.diary import Diary, operator, sample
from tests.growth.test_post import heard

BEFORE, TODAY = date(2026, 11, 10), date(2026, 11, 24)
LOW = (("A1-01", sample(71.0, 20, 0.9)),)


@pytest.fixture
def measured(diary: Diary) -> Diary:
    """A plot that was 78.4 mm two weeks ago."""
    diary.measured(BEFORE, 78.4)
    return diary


def plot_id(code: str) -> int:
    found = farm.find_plot_id(code)
    assert found is not None
    return found


def to_review() -> list[ReviewRow]:
    with unit_of_work(writes=False):
        return readings_to_review()


def send(diary: Diary, taken: Sample, on: date | None = None, plot: str = "A1-01") -> ReadingRow:
    with unit_of_work():
        return send_reading(diary.ours.id, plot, on, taken)


def test_asked_and_not_confirmed_nothing_is_kept(measured: Diary) -> None:
    draft = measured.draft(readings=LOW)
    with pytest.raises(ReadingQuestioned) as asked:
        measured.send(draft)
    assert [one.code for one in asked.value.questions] == ["falls"]
    assert "A1-01 上次是 78.4 毫米，这次 71.0 毫米，小了 9%。" in asked.value.message
    assert (measured.count(), measured.lengths()) == (0, [78.4])
    measured.send(replace(draft, readings=(("A1-01", sample(79)),)))
    assert measured.lengths() == [78.4, 79.0]


def test_confirmed_it_counts_and_waits_for_a_look(measured: Diary) -> None:
    update_id = measured.post(readings=LOW, confirmed=True)
    assert measured.lengths() == [78.4, 71.0]
    (row,) = to_review()
    assert (row.update_id, row.reading.question, row.last_mm) == (update_id, "falls", 78.4)
    assert row.confirmed_at is not None


def test_what_was_not_asked_is_not_looked_at(measured: Diary) -> None:
    measured.post(readings=(("A1-01", sample(79)),), confirmed=True)
    assert to_review() == []


@pytest.mark.parametrize(
    ("taken", "codes"),
    [
        (sample(74.5), []),
        (sample(74.4), ["falls"]),
        (sample(92), ["outside_band"]),
        (sample(79, survival=0.91), []),
        (sample(79, survival=0.92), ["survival_rises"]),
        (sample(60, survival=1), ["falls", "survival_rises"]),
    ],
)
def test_what_is_doubted(measured: Diary, taken: Sample, codes: list[str]) -> None:
    with unit_of_work(writes=False):
        asked = questions_about(plot_id("A1-01"), "A1-01", TODAY, taken)
    assert [one.code for one in asked] == codes
    assert all("要再" in one.words for one in asked)


def test_a_first_sample_is_not_doubted(diary: Diary) -> None:
    with unit_of_work(writes=False):
        assert questions_about(plot_id("A1-01"), "A1-01", TODAY, sample(20)) == []


def test_the_workshop_lets_it_stand(measured: Diary) -> None:
    measured.post(readings=LOW, confirmed=True)
    (row,) = to_review()
    with unit_of_work():
        accept_reading(row.reading.id, operator_id := measured.theirs.person_id, "called the family")
    assert (to_review(), measured.lengths()) == ([], [78.4, 71.0])
    with pytest.raises(AlreadyReviewed), unit_of_work():
        reject_reading(row.reading.id, operator_id, "changed my mind")


def test_the_workshop_takes_it_out(measured: Diary) -> None:
    update_id = measured.post(readings=LOW, confirmed=True)
    (row,) = to_review()
    person_id = operator()
    with pytest.raises(Invalid), unit_of_work():
        reject_reading(row.reading.id, person_id, "no")
    said = heard(measured, events.ReadingKept)
    with unit_of_work():
        reject_reading(row.reading.id, person_id, "other species")
    assert [event.measured_on for event in said] == [TODAY], "the day has moved"
    assert (to_review(), measured.lengths()) == ([], [78.4])
    assert measured.timeline()[0].readings == ()
    assert measured.own(update_id).readings[0].state is ReadingState.REJECTED
    with unit_of_work(writes=False):
        found = db.session.scalars(select(audit.AuditRecord).where(audit.AuditRecord.act.like("growth.%"))).one()
    assert (found.act, found.after["reason"]) == ("growth.reject_reading", "other species")  # type: ignore[index]


def test_samples_of_one_day_are_one_mean(measured: Diary) -> None:
    measured.post(readings=(("A1-01", sample(78, 30)),))
    second = measured.post(readings=(("A1-01", sample(80, 10)),))
    (_before, day) = measured.measurements()
    assert (day.mean_shell_length_mm, day.sample_count, day.survival) == (78.5, 40, 0.9)
    measured.edit(second, readings={"A1-01": None})
    assert (measured.lengths(), measured.measurements()[1].sample_count) == ([78.4, 78.0], 30)


def test_what_was_imported_for_the_day_is_a_sample_too(measured: Diary) -> None:
    measured.measured(TODAY, 80)
    posted = measured.post(readings=(("A1-01", sample(78, 20)),))
    assert measured.lengths() == [78.4, 79.0]
    measured.edit(posted, readings={"A1-01": None})
    assert measured.lengths() == [78.4, 80.0], "as it was imported"


def test_nobody_counted_the_living(diary: Diary) -> None:
    diary.post(readings=(("A1-01", sample(40)),))
    assert diary.measurements()[0].survival == 1


def test_a_sensor_is_not_asked_so_the_workshop_is(measured: Diary) -> None:
    assert send(measured, sample(79)).state is ReadingState.KEPT
    assert send(measured, sample(60), plot="A1-01").state is ReadingState.QUESTIONED
    assert measured.lengths() == [78.4, 79.0]
    (row,) = to_review()
    assert (row.update_id, row.household_id, row.confirmed_at) == (None, None, None)
    person_id = operator()
    with unit_of_work():
        accept_reading(row.reading.id, person_id, "looked myself")
    assert measured.lengths() == [78.4, 69.5]


def test_a_sensor_of_another_household_or_day(measured: Diary) -> None:
    with pytest.raises(NotFound):
        send(measured, sample(79), plot="B2-01")
    for on in (date(2026, 11, 25), date(2026, 10, 1)):
        with pytest.raises(Invalid):
            send(measured, sample(79), on)
