"""What was reported, what the workshop does about it, and how each act is taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.core.registry import exceptions
from cofu_adopt.growth.talk import moderate, moderation
from cofu_adopt.growth.talk.errors import Muted, TooMuchTalk
from cofu_adopt.growth.talk.models import TalkComment
from cofu_adopt.growth.talk.moderation import Pile
from cofu_adopt.growth.talk.report import PER_PERSON
from tests.growth.talk.talking import Talk

WHY = "骂人的话"


def do(act: Callable[..., None], *arguments: object) -> None:
    with unit_of_work():
        act(*arguments)


def pile(which: Pile) -> list[int]:
    with unit_of_work(writes=False):
        found = [row.id for row in moderation.list_comments(which)]
        assert moderation.count_comments(which) == len(found)
        return found


def acts() -> list[str]:
    with unit_of_work(writes=False):
        return list(
            db.session.scalars(select(AuditRecord.act).where(AuditRecord.act.like("talk.%")).order_by(AuditRecord.id))
        )


def waiting() -> list[str]:
    with unit_of_work(writes=False):
        (kind,) = (kind for kind in exceptions() if kind.name == "talk_reported")
        return [matter.path for matter in kind.find(9)]


def test_a_report_waits_until_the_workshop_decides(talk: Talk) -> None:
    question = talk.ask().id
    assert (pile(Pile.NEW), pile(Pile.REPORTED)) == ([question], [])
    talk.report(question, note="骂我")
    talk.report(question, note="再报一次")
    talk.report_as_household(question)
    assert (pile(Pile.NEW), pile(Pile.REPORTED)) == ([], [question])
    with unit_of_work(writes=False):
        row = moderation.get_comment(question)
        assert [(one.person_id, one.note) for one in row.reports] == [
            (talk.neighbour.person_id, "骂我"), (talk.diary.ours.person_id, ""),
        ]  # fmt: skip
        assert moderation.open_reports() == 2
    do(moderate.keep_comment, question)
    assert (pile(Pile.NEW), pile(Pile.REPORTED)) == ([], [])
    assert talk.said() == [("长得慢吗", [])]
    do(moderate.look_again, question)
    assert pile(Pile.REPORTED) == [question]
    assert acts() == ["talk.keep", "talk.look_again"]


def test_an_old_report_needs_a_person(talk: Talk) -> None:
    question = talk.ask().id
    talk.report(question)
    assert waiting() == []
    talk.diary.season.clock.advance(days=1, seconds=1)
    assert waiting() == [f"/desk/talk/{question}"]
    do(moderate.hide_comment, question, WHY)
    assert waiting() == []


def test_hidden_is_seen_by_nobody_with_its_answers_and_comes_back(talk: Talk) -> None:
    question = talk.ask().id
    answer = talk.answer(question).id
    do(moderate.hide_comment, question, WHY)
    assert talk.said() == talk.said(talk.neighbour) == []
    assert (talk.seen().question_count, talk.open(), pile(Pile.HIDDEN)) == (0, [], [question])
    with pytest.raises(NotFound):
        talk.report(answer)
    assert not talk.ask().is_new, "sent again, it does not come back"
    assert talk.said() == []
    do(moderate.restore_comment, question, WHY)
    assert talk.said() == [("长得慢吗", ["不慢"])]
    do(moderate.hide_comment, answer, WHY)
    assert talk.said() == [("长得慢吗", [])]
    assert talk.open() == ["长得慢吗"], "it waits for an answer again"
    assert acts() == ["talk.hide", "talk.restore", "talk.hide"]


def test_each_act_has_its_reason(talk: Talk) -> None:
    question = talk.ask().id
    for act in (moderate.hide_comment, moderate.restore_comment, moderate.unmute_person):
        with pytest.raises(Invalid):
            do(act, question, "嗯")
        with pytest.raises(NotFound):
            do(act, question + 1, WHY)
    for days in (None, 0, 366):
        with pytest.raises(Invalid):
            do(moderate.mute_person, question, days, WHY)
    assert acts() == []


def test_the_muted_says_nothing_until_the_day_comes_or_it_is_taken_back(talk: Talk) -> None:
    question = talk.ask().id
    do(moderate.mute_person, question, 2, WHY)
    with pytest.raises(Muted, match="muted"):
        talk.ask("水温呢")
    talk.cheer()
    assert talk.ask("水温呢", rope=talk.neighbour).is_new
    do(moderate.unmute_person, question, WHY)
    assert talk.ask("水温呢").is_new
    do(moderate.mute_person, question, 2, WHY)
    talk.diary.season.clock.advance(days=2)
    assert talk.ask("风大吗").is_new
    assert acts() == ["talk.mute", "talk.unmute", "talk.mute"]


def test_whoever_wrote_it_deletes_it_and_nobody_else(talk: Talk) -> None:
    question = talk.ask().id
    answer = talk.answer(question).id
    for other in (talk.neighbour.person_id, talk.diary.ours.person_id):
        with pytest.raises(NotFound):
            talk.delete(question, other)
    talk.delete(answer, talk.diary.ours.person_id)
    assert (talk.said(), talk.open()) == ([("长得慢吗", [])], ["长得慢吗"])
    talk.delete(question)
    talk.delete(question)
    assert (talk.said(), talk.open(), pile(Pile.NEW)) == ([], [], [])
    assert [row.words for row in talk.stored()] == ["", ""]


def test_what_was_reported_is_forgotten_once_it_is_decided(talk: Talk) -> None:
    question = talk.ask().id
    talk.report(question)
    talk.delete(question)
    assert talk.said() == []
    assert [row.words for row in talk.stored()] == ["长得慢吗"]
    do(moderate.keep_comment, question)
    assert [row.words for row in talk.stored()] == [""]
    with pytest.raises(NotFound):
        talk.report(question)


def test_reports_have_a_reason_a_limit_and_are_not_of_oneself(talk: Talk) -> None:
    question = talk.ask().id
    with pytest.raises(NotFound):
        talk.report(question, rope=talk.rope)
    with pytest.raises(Invalid):
        talk.report(question, reason="dull")
    with pytest.raises(Invalid):
        talk.report(question, note="长" * 201)
    for number in range(PER_PERSON[0].most + 1):
        talk.diary.season.clock.advance(minutes=1)
        other = talk.ask(f"第 {number} 问").id
        if number < PER_PERSON[0].most:
            talk.report(other)
        else:
            with pytest.raises(TooMuchTalk):
                talk.report(other)


def test_verify_finds_an_answer_that_stands_elsewhere(talk: Talk) -> None:
    name = "talk: an answer stands under a question of the same post"
    answer = talk.answer(talk.ask().id)
    assert name not in talk.diary.season.violations()
    elsewhere = talk.diary.post("A1-02")
    with unit_of_work():
        db.session.get_one(TalkComment, answer.id).update_id = elsewhere
    assert talk.diary.season.violations()[name] == [f"comment {answer.id} answers what is no question of its post"]
