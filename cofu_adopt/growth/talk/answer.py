"""The post's household, or the workshop, answers a question."""

from __future__ import annotations

from collections.abc import Collection

from cofu_adopt import events
from cofu_adopt.core.bus import publish
from cofu_adopt.core.errors import NotFound
from cofu_adopt.growth.talk.audience import comment_of_households
from cofu_adopt.growth.talk.models import Side, TalkComment
from cofu_adopt.growth.talk.speak import Said, say


def answer_as_household(
    household_ids: Collection[int], question_id: int, person_id: int, typed: str, client_uuid: str
) -> Said:
    """Answer under a post of one of these households. Raises NotFound, Invalid, Muted, TooMuchTalk."""
    question = comment_of_households(household_ids, question_id)
    return _answer(question, person_id, Side.HOUSEHOLD, typed, client_uuid)


def answer_as_workshop(question_id: int, person_id: int, typed: str, client_uuid: str) -> Said:
    """Answer in the workshop's name, under any post that is seen. Raises NotFound, Invalid, Muted, TooMuchTalk."""
    return _answer(comment_of_households(None, question_id), person_id, Side.WORKSHOP, typed, client_uuid)


def _answer(question: TalkComment, person_id: int, side: Side, typed: str, client_uuid: str) -> Said:
    if question.parent_id is not None:
        raise NotFound
    said = say(question.update_id, person_id, side, typed, client_uuid, parent_id=question.id)
    if said.is_new:
        publish(
            events.QuestionAnswered(
                comment_id=said.id,
                update_id=question.update_id,
                person_id=person_id,
                asker_id=question.person_id,
                by_workshop=side is Side.WORKSHOP,
            )
        )
    return said
