"""The demo season is fresh on whatever day it is loaded, and is loaded once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from cofu_adopt.core import clock
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.registry import checks
from cofu_adopt.farm import queries
from cofu_adopt.farm.load_demo import STORIES, load_demo_season
from cofu_adopt.farm.models import Household, PlotMeasurement
from cofu_adopt.farm.tell_story import LONGEST_STORY

pytestmark = pytest.mark.usefixtures("sea")


def newest() -> date:
    with unit_of_work(writes=False):
        return db.session.execute(select(func.max(PlotMeasurement.measured_on))).scalar_one()


@pytest.mark.parametrize("days", [0, -400, 200])
def test_the_newest_measurement_is_three_days_old(still: FrozenClock, days: int) -> None:
    still.advance(days=days)
    with unit_of_work():
        load_demo_season()
    assert newest() == clock.today() - timedelta(days=3)


def test_a_second_load_leaves_everything(still: FrozenClock) -> None:
    with unit_of_work():
        load_demo_season()
    before = newest()
    still.advance(days=10)
    with unit_of_work():
        load_demo_season()
    assert newest() == before


def test_most_families_tell_a_fitting_story_and_some_are_silent() -> None:
    with unit_of_work():
        load_demo_season()
    with unit_of_work(writes=False):
        households = db.session.scalars(select(Household)).all()
        assert sum(household.public_consent_at is None for household in households) == 31
        least = {story.chinese: story.least_family for story in STORIES}
        assert all(least[household.public_story or ""] <= household.family_size for household in households)
        assert any(household.public_name is None for plot in queries.list_plots("A1") for household in plot.households)


def test_the_sea_is_sound() -> None:
    with unit_of_work():
        load_demo_season()
    with unit_of_work(writes=False):
        found = {name: list(check()) for name, check in checks().items() if name.startswith("farm:")}
    assert len(found) == 2
    assert not any(found.values())


def test_the_stories_keep_the_voice() -> None:
    assert len({story.chinese for story in STORIES}) == len(STORIES) == 12
    for story in STORIES:
        assert 0 < len(story.chinese) <= LONGEST_STORY
        assert story.english
        assert not set("！!亲") & set(story.chinese + story.english)
