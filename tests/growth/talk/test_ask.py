"""Who asks, who answers, and who reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.farm.tell_story import tell_story
from cofu_adopt.growth.hide_update import hide_update
from cofu_adopt.growth.talk.errors import TooMuchTalk
from cofu_adopt.growth.talk.models import Side
from cofu_adopt.growth.talk.speak import PER_ADOPTER
from cofu_adopt.growth.talk.words import LONGEST_WORDS, check_words, nickname
from cofu_adopt.growth.withdraw_update import withdraw_update
from tests.growth.diary import operator
from tests.growth.talk.talking import Talk


def test_words_are_tidied_and_what_cannot_stand_is_refused() -> None:
    assert check_words("  长得  慢吗\r\n\r\n\r\n\r\n真的 \n") == "长得 慢吗\n\n真的"
    assert check_words("长" * LONGEST_WORDS)
    for wrong in ("", " \n ", "长" * (LONGEST_WORDS + 1), "a\u202eb", "a\x00"):
        with pytest.raises(Invalid):
            check_words(wrong)


@pytest.mark.parametrize(("name", "shown"), [("小满", "小满"), ("5678", None), ("王13800005678", None), ("A3", "A3")])
def test_a_part_of_a_phone_is_no_nickname(name: str, shown: str | None) -> None:
    assert nickname(name) == shown


def test_a_question_and_its_answers_are_read_by_every_adopter_of_the_plot(talk: Talk) -> None:
    question = talk.ask()
    assert talk.open() == ["长得慢吗"]
    assert talk.open(talk.diary.theirs) == []
    talk.answer(question.id)
    talk.answer_as_workshop(question.id, operator())
    assert talk.said() == talk.said(talk.neighbour) == [("长得慢吗", ["不慢", "工坊答"])]
    assert talk.open() == []


def test_it_says_for_whom_they_speak_and_no_phone_and_no_name(talk: Talk) -> None:
    question = talk.ask()
    talk.answer(question.id)
    talk.answer_as_workshop(question.id, operator())
    row = talk.seen().questions[0]
    assert (row.side, row.name, row.is_mine) == (Side.ADOPTER, None, True)
    assert [(one.side, one.name, one.is_mine) for one in row.answers] == [
        (Side.HOUSEHOLD, None, False), (Side.WORKSHOP, None, False),
    ]  # fmt: skip
    talk.call(talk.rope.person_id, display_name="小满")
    with unit_of_work():
        tell_story(talk.diary.ours.id, public_name="信良", story="", story_en="", consents=True)
    row = talk.seen(talk.neighbour).questions[0]
    assert (row.name, row.is_mine, row.answers[0].name) == ("小满", False, "信良")


def test_without_a_rope_of_the_plot_there_is_nothing_to_speak_under(talk: Talk) -> None:
    question = talk.ask()
    with pytest.raises(NotFound):
        talk.ask(rope=talk.elsewhere)
    with pytest.raises(NotFound):
        talk.cheer(talk.elsewhere)
    with pytest.raises(NotFound):
        talk.report(question.id, rope=talk.elsewhere)
    with pytest.raises(NotFound):
        talk.answer(question.id, by=talk.diary.theirs)
    with pytest.raises(NotFound):
        talk.report_as_household(question.id, talk.diary.theirs)
    held = talk.diary.season.hold(talk.elsewhere.person_id, plot="A1-01")
    with pytest.raises(NotFound):
        talk.ask(rope=held)
    assert len(talk.stored()) == 1


@pytest.mark.parametrize(
    ("state", "speaks"),
    [(AdoptionState.HARVESTED, True), (AdoptionState.DELIVERED, False), (AdoptionState.LOST, False)],
)
def test_she_speaks_until_it_is_with_her(talk: Talk, state: AdoptionState, speaks: bool) -> None:  # noqa: FBT001
    with unit_of_work():
        db.session.get_one(Adoption, talk.rope.id).state = state
    if speaks:
        assert talk.ask().is_new
    else:
        with pytest.raises(NotFound):
            talk.ask()


def test_what_is_posted_after_the_harvest_is_of_other_ropes(talk: Talk) -> None:
    before = clock.today() - timedelta(days=1)
    with unit_of_work():
        adoption = db.session.get_one(Adoption, talk.rope.id)
        adoption.state, adoption.harvest_from_on, adoption.harvest_to_on = AdoptionState.HARVESTED, before, before
    with pytest.raises(NotFound):
        talk.ask()


def test_an_answer_answers_a_question(talk: Talk) -> None:
    answer = talk.answer(talk.ask().id)
    with pytest.raises(NotFound):
        talk.answer(answer.id)
    with pytest.raises(NotFound):
        talk.answer(answer.id + 1000)


@pytest.mark.parametrize("way", ["withdrawn", "hidden"])
def test_it_goes_with_its_post(talk: Talk, way: str) -> None:
    question = talk.ask()
    with unit_of_work():
        if way == "withdrawn":
            withdraw_update(talk.post_id, [talk.diary.ours.id], talk.diary.ours.person_id)
        else:
            hide_update(talk.post_id, "不该发的")
    assert talk.open() == []
    for again in (talk.ask, talk.cheer, lambda: talk.answer(question.id), lambda: talk.report(question.id)):
        with pytest.raises(NotFound):
            again()


def test_the_same_again_is_one(talk: Talk) -> None:
    first = talk.ask(uuid="a" * 36)
    assert talk.ask(uuid="a" * 36) == type(first)(first.id, is_new=False)
    assert talk.ask(" 长得慢吗 ").id == first.id, "the same words in a row"
    assert talk.ask("水温呢").is_new
    assert talk.ask().is_new, "not in a row"
    assert talk.ask(rope=talk.neighbour).is_new, "somebody else asks the same"
    assert len(talk.stored()) == 4


def test_an_answer_with_the_same_words_to_another_question_is_another(talk: Talk) -> None:
    first, second = talk.ask().id, talk.ask("水温呢").id
    assert talk.answer(first).is_new
    assert not talk.answer(first).is_new
    assert talk.answer(second).is_new


def test_so_many_a_minute(talk: Talk) -> None:
    most = PER_ADOPTER[0].most
    for number in range(most):
        talk.ask(f"第 {number} 问")
    with pytest.raises(TooMuchTalk):
        talk.ask("还有")
    assert len(talk.stored()) == most
    talk.diary.season.clock.advance(minutes=1)
    assert talk.ask("还有").is_new


def test_only_the_newest_stand_on_the_page(talk: Talk) -> None:
    for number in range(4):
        talk.ask(f"第 {number} 问")
    seen = talk.seen()
    assert (seen.question_count, [row.words for row in seen.questions]) == (4, ["第 3 问", "第 2 问"])
