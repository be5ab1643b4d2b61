"""Who is told that somebody asked or answered: each once, nothing of what was said, nothing before the commit."""

from __future__ import annotations

from typing import Any

import pytest

from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.growth.talk.ask import ask
from cofu_adopt.notify.texts import text_of
from tests.growth.diary import operator
from tests.growth.talk.talking import Talk
from tests.growth.telling import told


def news() -> list[tuple[int, str, dict[str, Any]]]:
    return [one for one in told() if one[1] in {"asked", "answered"}]


def test_the_household_is_told_of_each_question_once(talk: Talk) -> None:
    talk.ask(uuid="a" * 36)
    talk.ask(uuid="a" * 36)
    assert news() == [(talk.diary.ours.person_id, "asked", {"day": "2026-11-24"})]
    assert text_of("asked", news()[0][2]).href == "/household/questions"


def test_whoever_asked_is_told_of_each_answer(talk: Talk) -> None:
    question = talk.ask()
    talk.answer(question.id)
    talk.answer(question.id)
    talk.answer_as_workshop(question.id, operator())
    answered = [params for person_id, _template, params in news() if person_id == talk.rope.person_id]
    assert [one["by_workshop"] for one in answered] == [0, 1]
    assert text_of("answered", answered[0]).href == f"/my/ropes/{talk.rope.code}/updates/{talk.post_id}"
    assert "工坊" in text_of("answered", answered[1]).body


def test_whoever_has_no_rope_any_more_is_told_nothing(talk: Talk) -> None:
    question = talk.ask()
    with unit_of_work():
        db.session.get_one(Adoption, talk.rope.id).state = AdoptionState.REFUNDED
    talk.answer(question.id)
    assert [template for _person_id, template, _params in news()] == ["asked"]


def test_what_is_rolled_back_was_not_told(talk: Talk) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work():
        ask(talk.row(), talk.post_id, "长得慢吗", talk.diary.uuid())
        raise ZeroDivisionError
    assert (talk.stored(), news()) == ([], [])
