"""A cheer is one tap, once a person, and can be taken back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text

from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from cofu_adopt.growth.talk import cheer as cheering
from cofu_adopt.growth.talk.errors import TooMuchTalk
from cofu_adopt.growth.talk.models import TalkCheer
from cofu_adopt.identity.limits import Limit
from tests.growth.talk.talking import Talk


def count() -> int:
    with unit_of_work(writes=False):
        return db.session.scalar(select(func.count()).select_from(TalkCheer)) or 0


def test_once_a_person_and_back(talk: Talk) -> None:
    talk.cheer()
    talk.cheer()
    talk.cheer(talk.neighbour)
    assert (talk.seen().cheer_count, talk.seen().cheered) == (2, True)
    talk.take_back()
    talk.take_back()
    assert (talk.seen().cheer_count, talk.seen().cheered) == (1, False)
    assert talk.seen(talk.neighbour).cheered


def test_so_many_an_hour(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cheering, "PER_PERSON", (Limit("talk_cheer_hour", 2, 3600),))
    for _time in range(2):
        talk.cheer()
        talk.take_back()
    with pytest.raises(TooMuchTalk):
        talk.cheer()
    assert count() == 0


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch, talk: Talk) -> None:
    """Two requests both look before either has written. SQLite lets one begin after the other."""
    if not is_postgresql():
        pytest.skip("SQLite's writers wait for each other before they look")
    meet, look = threading.Barrier(2, timeout=10), cheering.has_cheered

    def both_look(update_id: int, person_id: int) -> bool:
        found = look(update_id, person_id)
        meet.wait()
        return found

    monkeypatch.setattr(cheering, "has_cheered", both_look)


@pytest.fixture
def no_key(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The primary key is taken away."""
    with unit_of_work():
        db.session.execute(text("ALTER TABLE talk_cheer DROP CONSTRAINT pk_talk_cheer"))

    def plain(values: dict[str, Any]) -> None:
        db.session.execute(insert(TalkCheer).values(values))

    monkeypatch.setattr(cheering, "_insert", plain)
    yield
    with unit_of_work():
        db.session.execute(delete(TalkCheer))
        db.session.execute(
            text("ALTER TABLE talk_cheer ADD CONSTRAINT pk_talk_cheer PRIMARY KEY (update_id, person_id)")
        )


def test_both_looked_and_one_wrote(talk: Talk, together: None) -> None:
    assert talk.diary.season.at_once([talk.cheer] * 2, threads=2) == [None, None]
    assert count() == 1


def test_without_the_key_it_is_there_twice(talk: Talk, together: None, no_key: None) -> None:
    talk.diary.season.at_once([talk.cheer] * 2, threads=2)
    assert count() == 2
