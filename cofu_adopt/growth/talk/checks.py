"""What must hold of what was said, as a check of `flask verify`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from cofu_adopt.core.db import db
from cofu_adopt.core.registry import check
from cofu_adopt.growth.talk.models import TalkComment


@check("talk: an answer stands under a question of the same post")
def answers_stand_under_questions() -> Iterator[str]:
    """Nobody's words stand where another audience reads them."""
    question = aliased(TalkComment)
    astray = (
        select(TalkComment.id)
        .join(question, question.id == TalkComment.parent_id)
        .where(or_(question.parent_id.is_not(None), question.update_id != TalkComment.update_id))
    )
    for comment_id in db.session.scalars(astray.order_by(TalkComment.id)):
        yield f"comment {comment_id} answers what is no question of its post"
