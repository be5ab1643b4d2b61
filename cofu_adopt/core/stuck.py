"""What the clock tries again and again in vain: due work and messages, for the desk's list of exceptions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.core.due import DueRow
from cofu_adopt.core.outbox import OutboxRow, is_waiting
from cofu_adopt.core.registry import Matter, exception, told_elsewhere

TRIES_OF_WORK = 5
"""After so many failures, some five minutes, work that is due is no longer expected to mend itself."""
TRIES_OF_MESSAGE = 8
"""After so many failures, some forty minutes, a person should look, although a message is still tried hourly."""
WAYS = {"sms": _l("短信"), "email": _l("邮件"), "push": _l("推送")}
SHOWN = timedelta(days=7)
"""For so long the list keeps what was given up."""


@exception("due_failing", _l("到期的事办不成"))
def failing_work(limit: int) -> Sequence[Matter]:
    """Due work whose handler raises each time."""
    query = (
        select(DueRow)
        .where(
            DueRow.tries >= TRIES_OF_WORK,
            DueRow.last_error.is_not(None),
            DueRow.kind.not_in(told_elsewhere),
        )
        .order_by(DueRow.id)
        .limit(limit)
    )
    return [
        Matter(
            _("%(kind)s %(subject)s：试了 %(count)s 次。%(error)s", kind=row.kind, subject=row.subject, count=row.tries,
              error=row.last_error),
            _("请技术的人看日志。最多每小时会自己再试一次，修好就会办。"),
            None,
        )
        for row in db.session.scalars(query)
    ]  # fmt: skip


@exception("messages_given_up", _l("消息发不出去"))
def unsent_messages(limit: int) -> Sequence[Matter]:
    """Messages that were refused so often that a person should look. What they say and to whom is not told.

    First those that are still tried, oldest first; then what was given up of late, newest first.
    """
    failing = (
        select(OutboxRow)
        .where(is_waiting(), OutboxRow.tries >= TRIES_OF_MESSAGE)
        .order_by(OutboxRow.created_at, OutboxRow.id)
        .limit(limit)
    )
    found = [_matter(row, _("请技术的人看短信和邮件的服务。站内消息不受影响。")) for row in db.session.scalars(failing)]
    given_up = (
        select(OutboxRow)
        .where(OutboxRow.given_up_at > clock.now() - SHOWN)
        .order_by(OutboxRow.given_up_at.desc(), OutboxRow.id.desc())
        .limit(limit - len(found))
    )
    words = _("不再发了：收件人的地址不对，或者服务停得太久。站内消息不受影响。")
    return [*found, *(_matter(row, words) for row in db.session.scalars(given_up))]


def _matter(row: OutboxRow, todo: str) -> Matter:
    way = WAYS.get(row.type, row.type)
    said = _("%(type)s，试了 %(count)s 次。%(error)s", type=way, count=row.tries, error=row.last_error or "")
    return Matter(said, todo, row.created_at)
