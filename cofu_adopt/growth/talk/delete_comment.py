"""Whoever wrote a comment deletes it."""

from __future__ import annotations

from sqlalchemy import select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.growth.talk.models import TalkComment, TalkReport


def delete_comment(person_id: int, comment_id: int) -> int:
    """Delete a comment of the person's own; twice is once. Return the post's id. Raises NotFound.

    Its words are forgotten, unless somebody has reported them: then once the workshop has decided.
    """
    found = db.session.scalar(
        select(TalkComment)
        .where(TalkComment.id == comment_id, TalkComment.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    if found.deleted_at is None:
        found.deleted_at = clock.now()
        if not has_open_report(comment_id):
            found.words = ""
        db.session.flush()
    return found.update_id


def has_open_report(comment_id: int) -> bool:
    """True while the workshop has not decided about a report of it."""
    open_one = select(TalkReport.id).where(TalkReport.comment_id == comment_id, TalkReport.settled_at.is_(None))
    return db.session.scalar(open_one.limit(1)) is not None
