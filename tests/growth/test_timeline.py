"""The diary of a plot page by page, who is named, and which photos of people are shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import NotFound
from cofu_adopt.farm.tell_story import tell_story
from cofu_adopt.growth import queries
from cofu_adopt.growth.people_photos import mark_people, revoke_people
from tests.growth.diary import Diary
from tests.season import NOON


def mark(diary: Diary, update_id: int, photo_id: int, *, people: bool, agreed: bool) -> None:
    with unit_of_work():
        mark_people(update_id, photo_id, [diary.ours.id], shows_people=people, consents=agreed)


def test_page_by_page_each_post_once(diary: Diary) -> None:
    made = [diary.post(happened_at=NOON - timedelta(days=days)) for days in (3, 1, 1, 1, 2, 0)]
    found: list[int] = []
    before = None
    while rows := diary.timeline(before=before, limit=2):
        found += [row.id for row in rows]
        before = rows[-1].place
    assert found == [made[5], made[3], made[2], made[1], made[4], made[0]]


def test_the_last_post_of_each_plot(diary: Diary) -> None:
    diary.post("A1-01", "A1-02", happened_at=NOON - timedelta(days=2))
    diary.post("A1-01")
    with unit_of_work(writes=False):
        days = queries.plot_days(list(diary.season.plots.values()))
    plots = diary.season.plots
    assert days == {plots["A1-01"]: NOON, plots["A1-02"]: NOON - timedelta(days=2)}


def test_the_household_is_named_only_with_its_consent(diary: Diary) -> None:
    diary.post()
    assert diary.timeline()[0].household_name is None
    told = {"public_name": "阿良", "story": "", "story_en": ""}
    for consents, name in ((True, "阿良"), (False, None)):
        with unit_of_work():
            tell_story(diary.ours.id, consents=consents, **told)
        assert diary.timeline()[0].household_name == name


def test_people_are_shown_while_they_agree(diary: Diary) -> None:
    (plain, plain_id), (faces, faces_id) = diary.photo(), diary.photo()
    assert plain_id is not None
    assert faces_id is not None
    update_id = diary.post(photo_uuids=(plain, faces), people_uuids=frozenset({faces}))
    seen = [diary.timeline()[0].photos]
    for people, agreed in ((True, True), (True, False), (True, True), (False, False)):
        mark(diary, update_id, faces_id, people=people, agreed=agreed)
        seen.append(diary.timeline()[0].photos)
    both, one = (plain_id, faces_id), (plain_id,)
    assert seen == [one, both, one, both, both]
    mark(diary, update_id, plain_id, people=True, agreed=False)
    assert diary.timeline()[0].photos == (faces_id,)


def test_all_consents_are_taken_back_at_once(diary: Diary) -> None:
    uuids = [diary.photo()[0] for _one in range(2)]
    for uuid in uuids:
        diary.post(photo_uuids=(uuid,), people_uuids=frozenset({uuid}), people_consent=True)
    assert all(row.photos for row in diary.timeline())
    with unit_of_work():
        assert revoke_people(diary.theirs.id) == 0
    with unit_of_work():
        assert revoke_people(diary.ours.id) == 2
    assert not any(row.photos for row in diary.timeline())


def test_another_household_says_nothing_about_our_photos(diary: Diary) -> None:
    uuid, photo_id = diary.photo()
    update_id = diary.post(photo_uuids=(uuid,))
    assert photo_id is not None
    with pytest.raises(NotFound), unit_of_work():
        mark_people(update_id, photo_id, [diary.theirs.id], shows_people=True, consents=False)


def test_a_photo_sent_again_with_people_is_shown_only_with_their_consent(diary: Diary) -> None:
    for consent in (False, True):
        uuid, photo_id = diary.photo()
        update_id = diary.post(photo_uuids=(uuid,))
        diary.edit(update_id, photo_uuids=(uuid,), people_uuids=frozenset({uuid}), people_consent=consent)
        (own,) = diary.own(update_id).photos
        assert (own.shows_people, own.is_shown) == (True, consent)
        assert (photo_id in {one for row in diary.timeline() for one in row.photos}) is consent
