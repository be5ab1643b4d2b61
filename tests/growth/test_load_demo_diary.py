"""The demo's diary goes through the doors of a household's own, once, and is taken up where it stopped."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from cofu_adopt.core import clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.media.models import Photo
from cofu_adopt.growth import load_demo
from cofu_adopt.growth.demo_posts import CLEANING, CLOUDY, FOG, POSTS, SUNNY, Told
from cofu_adopt.growth.load_demo import PHOTOS, load_demo_diary
from cofu_adopt.identity.people import enrol_staff
from tests.growth.diary import Diary
from tests.growth.telling import told

LARGEST_BYTES = 60_000
FEW = (
    Told(("A1-01", "D1-10"), 20, "甲", SUNNY, (), ("fog",), measured=True, misread_mm=30, corrected="乙"),
    Told(("A1-01",), 10, "丙", FOG, (CLEANING,), ("people", "fog"), people=("people",), edited="丁"),
    Told(("A1-02",), 2, "戊", CLOUDY, on_behalf=True),
    Told(("Z9-99",), 1, "己", CLOUDY, (), ("deck",)),
)


@pytest.fixture
def few(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> Diary:
    """A diary whose plot was measured before and after, an adopter of eleven days, and few posts to make."""
    with unit_of_work():
        enrol_staff("operator", "gouqi-2026", "工坊", (Role.OPERATOR,))
    today = clock.today()
    diary.measured(today.replace(day=1), 40)
    diary.measured(today.replace(day=9), 44)
    monkeypatch.setattr(load_demo, "POSTS", FEW)
    return diary


def test_posts_are_made_at_their_moments_and_her_adopters_were_told_then(few: Diary) -> None:
    now = clock.now()
    load_demo_diary()
    assert clock.now() == now
    later, earlier = few.timeline()
    assert (earlier.note, later.note, later.edited) == ("甲", "丁", True)
    assert [(clock.today() - clock.day_of(row.happened_at)).days for row in (later, earlier)] == [10, 20]
    (correction,) = earlier.corrections
    assert (correction.note, correction.readings[0].mean_shell_length_mm) == ("乙", 41.5)
    assert earlier.readings == ()
    assert len(later.photos) == 2
    assert few.timeline("A1-02")[0].on_behalf
    assert few.lengths() == [40, 41.5, 44]


def test_whoever_had_a_rope_by_then_was_told_of_what_came_after(few: Diary) -> None:
    adopter = few.season.paid(plot="A1-01").person_id
    few.season.clock.advance(days=12)
    load_demo_diary()
    assert [(person, template) for person, template, _params in told()] == [
        (adopter, "adopted"),
        (adopter, "first_photo"),
    ]


def test_a_second_load_adds_nothing_and_a_part_is_made_whole(few: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_demo, "POSTS", FEW[:1])
    load_demo_diary()
    assert few.count() == 2
    monkeypatch.setattr(load_demo, "POSTS", FEW)
    load_demo_diary()
    assert few.count() == 4
    with unit_of_work(writes=False):
        photos = db.session.scalar(select(func.count(Photo.id)))
    load_demo_diary()
    assert (few.count(), photos) == (4, 2)


def test_the_posts_keep_the_voice_and_the_pictures_are_there() -> None:
    for post in POSTS:
        assert not set("！!亲") & set(post.note + post.corrected + post.edited)
        assert set(post.people) <= set(post.photos)
    assert 30 <= len(POSTS) <= 60
    assert len({code for post in POSTS for code in post.plots}) == 12
    shown = {name for post in POSTS for name in post.photos}
    assert shown == {path.stem for path in PHOTOS.glob("*.webp")}
    assert all(path.stat().st_size <= LARGEST_BYTES for path in PHOTOS.glob("*.webp"))
