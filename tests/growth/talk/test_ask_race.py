"""A question that is sent twice at once is stored once; without the unique key it would be there twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete, insert, text

from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from cofu_adopt.growth.talk import speak
from cofu_adopt.growth.talk.models import TalkComment
from tests.growth.talk.talking import Talk
from tests.growth.telling import told

KEY = "3f6c1a52-9a5e-4d0e-8a53-0f5d7a3c1b11"


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch, talk: Talk) -> None:
    """Two requests both look for the last words before either has written any."""
    if not is_postgresql():
        pytest.skip("SQLite's writers wait for each other before they look")
    meet, look = threading.Barrier(2, timeout=10), speak._last_said

    def both_look(update_id: int, person_id: int, parent_id: int | None) -> TalkComment | None:
        found = look(update_id, person_id, parent_id)
        meet.wait()
        return found

    monkeypatch.setattr(speak, "_last_said", both_look)


@pytest.fixture
def no_key(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The unique key is taken away."""
    with unit_of_work():
        db.session.execute(text("ALTER TABLE talk_comment DROP CONSTRAINT uq_talk_comment_person_id_client_uuid"))

    def plain(values: dict[str, Any]) -> int | None:
        return db.session.scalar(insert(TalkComment).values(values).returning(TalkComment.id))

    monkeypatch.setattr(speak, "_insert", plain)
    yield
    with unit_of_work():
        db.session.execute(delete(TalkComment))
        db.session.execute(
            text(
                "ALTER TABLE talk_comment ADD CONSTRAINT uq_talk_comment_person_id_client_uuid"
                " UNIQUE (person_id, client_uuid)"
            )
        )


def test_pressed_twice_is_one_question_and_one_message(talk: Talk, together: None) -> None:
    said: list[Any] = talk.diary.season.at_once([partial(talk.ask, uuid=KEY)] * 2, threads=2)
    assert sorted(one.is_new for one in said) == [False, True]
    assert len(talk.stored()) == 1
    assert [template for _person_id, template, _params in told()].count("asked") == 1


def test_without_the_key_it_is_there_twice(talk: Talk, together: None, no_key: None) -> None:
    talk.diary.season.at_once([partial(talk.ask, uuid=KEY)] * 2, threads=2)
    assert len(talk.stored()) == 2
