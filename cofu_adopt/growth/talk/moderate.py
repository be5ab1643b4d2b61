"""The workshop looks at comments: takes them off, lets them stand, silences a person. Each act can be taken back."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cofu_adopt.core import audit, clock
from cofu_adopt.core.db import db, is_postgresql
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.core.reason import load_reason
from cofu_adopt.growth.talk.models import TalkComment, TalkMute, TalkReport
from cofu_adopt.growth.talk.speak import find_mute

LONGEST_MUTE_DAYS = 365


def hide_comment(comment_id: int, typed_reason: str) -> None:
    """Take a comment off; its reports are decided. Raises NotFound, Invalid."""
    reason, comment = load_reason(typed_reason), _lock(comment_id)
    if comment.hidden_at is not None:
        return
    comment.hidden_at = clock.now()
    _settle(comment)
    _note("talk.hide", comment, reason)


def restore_comment(comment_id: int, typed_reason: str) -> None:
    """Show a comment again. Raises NotFound, Invalid."""
    reason, comment = load_reason(typed_reason), _lock(comment_id)
    if comment.hidden_at is None:
        return
    comment.hidden_at = None
    _note("talk.restore", comment, reason)


def keep_comment(comment_id: int) -> None:
    """It may stand: whoever reported it is not followed. Raises NotFound."""
    comment = _lock(comment_id)
    _settle(comment)
    _note("talk.keep", comment)


def look_again(comment_id: int) -> None:
    """Put a comment back on the list, with the reports that were decided last. Raises NotFound."""
    comment = _lock(comment_id)
    if comment.checked_at is None:
        return
    db.session.execute(
        update(TalkReport)
        .where(TalkReport.comment_id == comment.id, TalkReport.settled_at == comment.checked_at)
        .values(settled_at=None)
    )
    comment.checked_at = None
    _note("talk.look_again", comment)


def mute_person(comment_id: int, days: int | None, typed_reason: str) -> None:
    """Let whoever wrote this comment say nothing for so many days, from now on. Raises NotFound, Invalid."""
    reason, comment = load_reason(typed_reason), _lock(comment_id)
    if days is None or not 1 <= days <= LONGEST_MUTE_DAYS:
        raise Invalid({"days": _("请填 1 到 %(most)s 天。", most=LONGEST_MUTE_DAYS)})
    _mute_until(comment.person_id, clock.now() + timedelta(days=days))
    audit.record("talk.mute", "person", comment.person_id, after={"days": days, "reason": reason})


def unmute_person(comment_id: int, typed_reason: str) -> None:
    """Let whoever wrote this comment speak again. Raises NotFound, Invalid."""
    reason, comment = load_reason(typed_reason), _lock(comment_id)
    if find_mute(comment.person_id) is None:
        return
    _mute_until(comment.person_id, clock.now())
    audit.record("talk.unmute", "person", comment.person_id, after={"reason": reason})


def _lock(comment_id: int) -> TalkComment:
    query = select(TalkComment).where(TalkComment.id == comment_id).with_for_update()
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def _settle(comment: TalkComment) -> None:
    now = clock.now()
    db.session.execute(
        update(TalkReport)
        .where(TalkReport.comment_id == comment.id, TalkReport.settled_at.is_(None))
        .values(settled_at=now)
    )
    comment.checked_at = now
    if comment.deleted_at is not None:
        comment.words = ""


def _mute_until(person_id: int, until_at: datetime) -> None:
    new = postgresql_insert if is_postgresql() else sqlite_insert
    statement = new(TalkMute).values(person_id=person_id, until_at=until_at)
    db.session.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_={"until_at": until_at}))


def _note(act: str, comment: TalkComment, reason: str = "") -> None:
    # Not what was said: the log is kept for ever.
    db.session.flush()
    audit.record(act, "talk_comment", comment.id, after={"reason": reason} if reason else None)
