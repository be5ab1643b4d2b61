"""Reactions to what was said: who is told. One message a fact, and none of it says what was said."""

from __future__ import annotations

from cofu_adopt.adoptions import queries as adoptions
from cofu_adopt.adoptions.share import TOLD_STATES
from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.events import QuestionAnswered, QuestionAsked
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth.models import GrowthUpdate
from cofu_adopt.growth.queries import plots_of_update
from cofu_adopt.notify.fan_out import Note, tell_by_preference
from cofu_adopt.notify.rules import Kind


def on_question_asked(event: QuestionAsked) -> None:
    """The household's people."""
    post = db.session.get_one(GrowthUpdate, event.update_id)
    params: dict[str, str | int] = {"day": clock.day_of(post.happened_at).isoformat()}
    note = Note(Kind.TALK, "asked", f"talk:{event.comment_id}:asked", params)
    for person_id in farm.people_of_household(event.household_id):
        if person_id != event.person_id:
            tell_by_preference(person_id, note)


def on_question_answered(event: QuestionAnswered) -> None:
    """Whoever asked, on the page of her rope; one who has it no more is told nothing."""
    ropes = adoptions.list_own_of_plots(event.asker_id, plots_of_update(event.update_id), TOLD_STATES)
    if not ropes or event.asker_id == event.person_id:
        return
    post = db.session.get_one(GrowthUpdate, event.update_id)
    household = farm.get_story(post.household_id)
    params: dict[str, str | int] = {
        "rope": ropes[0].label,
        "code": ropes[0].code,
        "update_id": event.update_id,
        "day": clock.day_of(post.happened_at).isoformat(),
        "household": (household.public_name or "") if household.consents else "",
        "by_workshop": int(event.by_workshop),
    }
    tell_by_preference(event.asker_id, Note(Kind.TALK, "answered", f"talk:{event.comment_id}:answered", params))
