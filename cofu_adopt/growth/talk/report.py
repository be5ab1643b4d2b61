"""Somebody says that a comment should not stand there."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.growth.talk.errors import TooMuchTalk
from cofu_adopt.growth.talk.models import ReportReason, TalkComment, TalkReport
from cofu_adopt.growth.talk.words import check_note
from cofu_adopt.identity import limits

PER_PERSON = (limits.Limit("talk_report_day", 20, 86400),)


def report(comment: TalkComment, person_id: int, typed_reason: str, typed_note: str = "") -> None:
    """Report a comment; the caller has checked that the person can see it. Twice is once.

    Who reported is for the workshop only. Raises NotFound for one's own, Invalid, TooMuchTalk.
    """
    if comment.person_id == person_id:
        raise NotFound
    if typed_reason not in set(ReportReason):
        raise Invalid({"reason": _("请选一个原因。")})
    note = check_note(typed_note)
    # Against its writer, who may be deleting it just now: either she finds the report, or this one finds it gone.
    still_there = select(TalkComment.id).where(TalkComment.id == comment.id, TalkComment.deleted_at.is_(None))
    if db.session.scalar(still_there.with_for_update()) is None:
        raise NotFound
    mine = select(TalkReport.id).where(TalkReport.comment_id == comment.id, TalkReport.person_id == person_id)
    if db.session.scalar(mine) is not None:
        return
    wait = limits.claim((PER_PERSON, str(person_id)))
    if wait is not None:
        raise TooMuchTalk(retry_after_seconds=wait)
    # The comment is locked: nobody else reports it meanwhile.
    db.session.add(
        TalkReport(
            comment_id=comment.id,
            person_id=person_id,
            reason=ReportReason(typed_reason),
            note=note,
            created_at=clock.now(),
        )
    )
    db.session.flush()
