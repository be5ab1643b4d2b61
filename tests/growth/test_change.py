"""Within a day a post is edited and withdrawn, with its history; afterwards it is corrected by a new entry."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from cofu_adopt import events
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import DueRow
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.growth import queries
from cofu_adopt.growth.content import MOST_PHOTOS
from cofu_adopt.growth.correct_update import correct_update
from cofu_adopt.growth.errors import (
    ReadingQuestioned,
    TooEarlyToCorrect,
    TooLateToChange,
    UpdateWithdrawnAlready,
)
from cofu_adopt.growth.hide_update import hide_update, restore_update
from cofu_adopt.growth.models import Weather
from cofu_adopt.growth.withdraw_update import withdraw_update
from tests.growth.diary import Diary, Family, sample
from tests.growth.test_post import heard
from tests.season import NOON


def withdraw(diary: Diary, update_id: int, by: Family | None = None) -> None:
    family = by or diary.ours
    with unit_of_work():
        withdraw_update(update_id, [family.id], family.person_id)


def correct(diary: Diary, update_id: int, by: Family | None = None, **said: object) -> int:
    family = by or diary.ours
    draft = diary.draft(**said)
    with unit_of_work():
        return correct_update(update_id, [family.id], family.person_id, draft).id


def test_an_edit_keeps_what_was_said(diary: Diary) -> None:
    update_id = diary.post(note="浪大", weather=Weather.WINDY, readings=(("A1-01", sample(45)),))
    said = heard(diary, events.UpdatePosted)
    diary.season.clock.advance(hours=23)
    diary.edit(update_id, content={"note": "浪小了"}, readings={"A1-01": sample(46, 30)})
    (row,) = diary.timeline()
    assert (row.note, row.weather, row.edited, said) == ("浪小了", Weather.WINDY, True, [])
    assert [(one.mean_shell_length_mm, one.sample_count) for one in diary.measurements()] == [(46.0, 30)]
    with unit_of_work(writes=False):
        (revision,) = queries.history(update_id)
    assert revision.before["note"] == "浪大"
    assert revision.before["readings"][0]["mean_shell_length_mm"] == 45


def test_an_edit_is_asked_about_its_reading_without_the_old_one(diary: Diary) -> None:
    diary.measured(diary.season.clock.at.date().replace(day=1), 44)
    update_id = diary.post(readings=(("A1-01", sample(54)),), confirmed=True)
    diary.edit(update_id, readings={"A1-01": sample(45)})
    with pytest.raises(ReadingQuestioned):
        diary.edit(update_id, readings={"A1-01": sample(40)})
    assert diary.lengths() == [44.0, 45.0]


def test_what_was_confirmed_is_not_asked_about_twice(diary: Diary) -> None:
    diary.post(readings=(("A1-01", sample(54)),))
    update_id = diary.post(readings=(("A1-01", sample(40, 20, 0.9)),), confirmed=True)
    diary.edit(update_id, content={"note": "浪大"}, readings={"A1-01": sample(40, 20, 0.9)})
    assert (diary.lengths(), diary.own(update_id).readings[0].question) == ([47.0], "falls")


def test_an_edit_that_changes_nothing_leaves_no_trace(diary: Diary) -> None:
    update_id = diary.post(note="a", water_temperature_c=Decimal("18.5"))
    diary.edit(update_id, content={"note": "a"})
    assert not diary.own(update_id).row.edited


def test_photos_are_added_and_dropped(diary: Diary) -> None:
    (first, first_id), (second, second_id) = diary.photo(), diary.photo()
    update_id = diary.post(photo_uuids=(first,))
    diary.edit(update_id, photo_uuids=(first, second))
    assert diary.timeline()[0].photos == (first_id, second_id)
    assert first_id is not None
    diary.edit(update_id, dropped_photo_ids=frozenset({first_id}))
    assert diary.timeline()[0].photos == (second_id,)
    with pytest.raises(Invalid):
        diary.edit(update_id, photo_uuids=tuple(diary.photo()[0] for _one in range(MOST_PHOTOS)))


def test_after_a_day_nothing_is_changed(diary: Diary) -> None:
    update_id = diary.post(note="a")
    diary.season.clock.advance(days=1)
    with pytest.raises(TooLateToChange):
        diary.edit(update_id, content={"note": "b"})
    with pytest.raises(TooLateToChange):
        withdraw(diary, update_id)
    assert diary.timeline()[0].note == "a"


def test_withdrawn_it_is_seen_by_nobody_else_and_counts_no_more(diary: Diary) -> None:
    update_id = diary.post(readings=(("A1-01", sample(45)),))
    said = heard(diary, events.UpdateWithdrawn)
    withdraw(diary, update_id)
    withdraw(diary, update_id)
    assert said == [events.UpdateWithdrawn(update_id=update_id)]
    assert (diary.timeline(), diary.lengths()) == ([], [])
    assert diary.own(update_id).withdrawn_at is not None
    with pytest.raises(UpdateWithdrawnAlready):
        diary.edit(update_id, content={"note": "b"})


def test_another_household_can_do_nothing(diary: Diary) -> None:
    update_id = diary.post()
    with pytest.raises(NotFound):
        diary.edit(update_id, diary.theirs, content={"note": "b"})
    with pytest.raises(NotFound):
        withdraw(diary, update_id, diary.theirs)
    diary.season.clock.advance(days=1)
    with pytest.raises(NotFound):
        correct(diary, update_id, diary.theirs)
    with pytest.raises(NotFound), unit_of_work(writes=False):
        queries.get_update(update_id, [diary.theirs.id])


def test_a_correction_stands_with_what_it_corrects(diary: Diary) -> None:
    update_id = diary.post(note="长得慢", readings=(("A1-01", sample(54)),))
    with pytest.raises(TooEarlyToCorrect):
        correct(diary, update_id)
    said = heard(diary, events.UpdatePosted)
    diary.season.clock.advance(days=2)
    newer = diary.post("A1-01")
    later = correct(diary, update_id, note="看错尺了", readings=(("A1-01", sample(45)),))
    diary.season.clock.advance(days=2)
    last = correct(diary, later, note="还是 46", readings=(("A1-01", sample(46)),))
    rows = diary.timeline()
    assert [row.id for row in rows] == [newer, update_id]
    assert [row.id for row in rows[1].corrections] == [later, last]
    assert (rows[1].readings, rows[1].corrections[0].readings, diary.lengths()) == ((), (), [46.0])
    assert [event.update_id for event in said] == [newer], "nobody is told twice"


def test_a_withdrawn_correction_gives_back_what_it_replaced(diary: Diary) -> None:
    update_id = diary.post(readings=(("A1-01", sample(45)),))
    diary.season.clock.advance(days=2)
    later = correct(diary, update_id, readings=(("A1-01", sample(46)),))
    assert diary.lengths() == [46.0]
    withdraw(diary, later)
    assert (diary.lengths(), diary.timeline()[0].corrections) == ([45.0], ())
    assert [one.mean_shell_length_mm for one in diary.timeline()[0].readings] == [45.0]


def test_each_act_says_once_that_the_day_has_moved(diary: Diary) -> None:
    update_id = diary.post(readings=(("A1-01", sample(45)),))
    moved = events.ReadingKept(plot_id=diary.season.plots["A1-01"], measured_on=NOON.date())
    said = heard(diary, events.ReadingKept)
    diary.edit(update_id, readings={"A1-01": sample(46)})
    assert said == [moved]
    diary.season.clock.advance(days=2)
    later = correct(diary, update_id, readings=(("A1-01", sample(47)),))
    assert said == [moved] * 2
    withdraw(diary, later)
    assert (said, diary.lengths()) == ([moved] * 3, [46.0])
    other = diary.post(readings=(("A1-01", sample(48)),))
    said.clear()
    diary.edit(other, readings={"A1-01": None})
    assert (len(said), diary.lengths()) == (1, [46.0])


def test_what_is_withdrawn_tells_nobody_of_market_size(diary: Diary) -> None:
    def expected() -> list[str]:
        with unit_of_work(writes=False):
            return list(db.session.scalars(select(DueRow.subject).where(DueRow.subject.startswith("market_size"))))

    update_id = diary.post(readings=(("A1-01", sample(60)),))
    assert expected() == [f"market_size:{diary.season.plots['A1-01']}"]
    withdraw(diary, update_id)
    assert expected() == []


def test_a_correction_is_about_the_same_plots(diary: Diary) -> None:
    update_id = diary.post()
    diary.season.clock.advance(days=1)
    for plot in ("A1-02", "B2-01"):
        with pytest.raises(NotFound), unit_of_work():
            correct_update(update_id, [diary.ours.id], diary.ours.person_id, diary.draft(plot))


def test_the_workshop_takes_it_off_and_puts_it_back(diary: Diary) -> None:
    update_id = diary.post(readings=(("A1-01", sample(45)),))
    said = heard(diary, events.UpdateWithdrawn)
    with pytest.raises(Invalid), unit_of_work():
        hide_update(update_id, "")
    for _twice in range(2):
        with unit_of_work():
            hide_update(update_id, "somebody's phone number")
    assert (diary.timeline(), len(said)) == ([], 1)
    assert diary.lengths() == [45.0], "what was measured is still right"
    back = heard(diary, events.UpdateRestored)
    for _twice in range(2):
        with unit_of_work():
            restore_update(update_id, "it was blurred")
    assert [row.id for row in diary.timeline()] == [update_id]
    assert back == [events.UpdateRestored(update_id=update_id)]


def test_what_is_put_back_is_no_post_when_it_is_withdrawn_or_a_correction(diary: Diary) -> None:
    withdrawn, corrected = diary.post(), diary.post()
    withdraw(diary, withdrawn)
    diary.season.clock.advance(days=2)
    correction = correct(diary, corrected, note="看错尺了")
    back = heard(diary, events.UpdateRestored)
    for update_id in (withdrawn, correction):
        with unit_of_work():
            hide_update(update_id, "somebody's phone number")
            restore_update(update_id, "it was blurred")
    assert back == []
