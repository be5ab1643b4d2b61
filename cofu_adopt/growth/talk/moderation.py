"""Reads for the workshop: what nobody has looked at, what was reported, what was taken off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.core.registry import Matter, exception, gauge
from cofu_adopt.growth.talk.models import ReportReason, Side, TalkComment, TalkReport
from cofu_adopt.growth.talk.rows import ModerationRow, ReportRow
from cofu_adopt.growth.talk.words import REASONS

TOO_LONG = timedelta(days=1)
"""So long a report may wait before the desk's list of what needs a person tells it."""


class Pile(StrEnum):
    """Which comments the workshop looks at."""

    REPORTED = "reported"
    """Somebody has reported them, and nobody has decided."""
    NEW = "new"
    """Not reported, and nobody has looked yet."""
    HIDDEN = "hidden"
    """Taken off."""
    ALL = "all"


def list_comments(pile: Pile, *, before: int | None = None, limit: int = 20) -> list[ModerationRow]:
    """The comments of a pile, newest first: the newest, or those before the id `before`."""
    query = select(TalkComment).where(_in(pile))
    if before is not None:
        query = query.where(TalkComment.id < before)
    return _rows(list(db.session.scalars(query.order_by(TalkComment.id.desc()).limit(limit))))


def count_comments(pile: Pile) -> int:
    """How many there are in a pile."""
    return db.session.scalar(select(func.count()).select_from(TalkComment).where(_in(pile))) or 0


def get_comment(comment_id: int) -> ModerationRow:
    """A comment, also hidden or deleted. Raises NotFound."""
    found = db.session.get(TalkComment, comment_id)
    if found is None:
        raise NotFound
    return _rows([found])[0]


def list_thread(comment_id: int) -> list[ModerationRow]:
    """The question that a comment is or answers, and all its answers, oldest first. Raises NotFound."""
    found = get_comment(comment_id)
    root_id = found.parent_id or found.id
    query = select(TalkComment).where((TalkComment.id == root_id) | (TalkComment.parent_id == root_id))
    return _rows(list(db.session.scalars(query.order_by(TalkComment.id))))


@gauge("cofu_open_reports", "Reports of comments about which the workshop has not decided.")
def open_reports() -> int:
    """By the index of open reports."""
    return db.session.scalar(select(func.count()).where(TalkReport.settled_at.is_(None))) or 0


@exception("talk_reported", _l("举报没有人看"))
def old_reports(limit: int) -> Sequence[Matter]:
    """Reports that have waited for more than a day. What was said and who reported it is not told here."""
    query = (
        select(TalkReport)
        .where(TalkReport.settled_at.is_(None), TalkReport.created_at < clock.now() - TOO_LONG)
        .order_by(TalkReport.created_at, TalkReport.id)
        .limit(limit)
    )
    return [
        Matter(
            _("有人举报了一条留言：%(reason)s", reason=REASONS[ReportReason(row.reason)]),
            _("看一看：该收起就收起，没事就留着。"),
            row.created_at,
            f"/desk/talk/{row.comment_id}",
        )
        for row in db.session.scalars(query)
    ]


def _in(pile: Pile) -> ColumnElement[bool]:
    waits = TalkReport.settled_at.is_(None)
    reported: ColumnElement[bool] = TalkComment.id.in_(select(TalkReport.comment_id).where(waits))
    if pile is Pile.REPORTED:
        return reported
    if pile is Pile.NEW:
        return TalkComment.checked_at.is_(None) & TalkComment.deleted_at.is_(None) & ~reported
    if pile is Pile.HIDDEN:
        return TalkComment.hidden_at.is_not(None)
    # What its writer has deleted is the workshop's no more, unless somebody has reported it.
    return TalkComment.deleted_at.is_(None) | reported


def _rows(comments: Sequence[TalkComment]) -> list[ModerationRow]:
    query = select(TalkReport).where(TalkReport.comment_id.in_([comment.id for comment in comments]))
    reports: dict[int, list[ReportRow]] = defaultdict(list)
    for one in db.session.scalars(query.order_by(TalkReport.id)):
        row = ReportRow(ReportReason(one.reason), one.note, one.person_id, one.created_at, one.settled_at)
        reports[one.comment_id].append(row)
    return [
        ModerationRow(
            id=comment.id,
            update_id=comment.update_id,
            parent_id=comment.parent_id,
            side=Side(comment.side),
            person_id=comment.person_id,
            words=comment.words,
            created_at=comment.created_at,
            deleted_at=comment.deleted_at,
            hidden_at=comment.hidden_at,
            checked_at=comment.checked_at,
            reports=tuple(reports[comment.id]),
        )
        for comment in comments
    ]
