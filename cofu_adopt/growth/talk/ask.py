"""An adopter asks under a post of her rope's plot."""

from __future__ import annotations

from cofu_adopt import events
from cofu_adopt.adoptions.queries import AdoptionRow
from cofu_adopt.core.bus import publish
from cofu_adopt.growth.talk.audience import post_of_rope
from cofu_adopt.growth.talk.models import Side
from cofu_adopt.growth.talk.speak import Said, say


def ask(rope: AdoptionRow, update_id: int, typed: str, client_uuid: str) -> Said:
    """Ask; `rope` is the asker's own. Raises NotFound, Invalid, Muted, TooMuchTalk."""
    post = post_of_rope(rope, update_id, speaking=True)
    said = say(post.id, rope.person_id, Side.ADOPTER, typed, client_uuid)
    if said.is_new:
        publish(
            events.QuestionAsked(
                comment_id=said.id, update_id=post.id, household_id=post.household_id, person_id=rope.person_id
            )
        )
    return said
