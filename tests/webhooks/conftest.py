"""A diary on the tiny sea, and a receiver on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cofu_adopt.app import create_app
from config import Settings
from tests.growth.diary import Diary, make_diary
from tests.season import Season, season
from tests.webhooks.hooks import Hooks, allow_loopback
from tests.webhooks.receiver import Receiver, receiving

__all__ = ["season"]


@pytest.fixture(scope="module")
def sentences(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The application without a database: refusals are sentences."""
    path = tmp_path_factory.mktemp("never") / "never.sqlite3"
    with create_app(Settings(env="test", database_url=f"sqlite:///{path}")).app_context():
        yield


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def diary(season: Season) -> Diary:
    """At noon of 24 November 2026."""
    return make_diary(season)


@pytest.fixture
def hooks(diary: Diary, receiver: Receiver) -> Hooks:
    allow_loopback(diary.season.app)
    return Hooks(diary, receiver)
