"""What was told about some facts, and whether the e-mail of it has left: for the desk's story of an order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cofu_adopt.core.db import db
from cofu_adopt.core.outbox import OutboxRow
from cofu_adopt.notify.models import Message


@dataclass(frozen=True, slots=True)
class Told:
    """A message, when it was read in the product, and when its e-mail was sent or given up (None: none, or not yet)."""

    template: str
    params: dict[str, Any]
    created_at: datetime
    read_at: datetime | None
    has_email: bool
    email_sent_at: datetime | None
    email_given_up_at: datetime | None


def told_about(person_id: int, facts: Collection[str]) -> list[Told]:
    """What the person was told of these facts, oldest first."""
    if not facts:
        return []
    messages = db.session.scalars(
        select(Message).where(Message.person_id == person_id, Message.fact.in_(facts)).order_by(Message.id)
    ).all()
    emails = [f"email:{person_id}:{fact}" for fact in facts]
    query = select(OutboxRow.fact, OutboxRow.sent_at, OutboxRow.given_up_at).where(OutboxRow.fact.in_(emails))
    sent = {row.fact: row for row in db.session.execute(query)}
    return [_told(message, sent.get(f"email:{person_id}:{message.fact}")) for message in messages]


def _told(message: Message, email: Any) -> Told:
    return Told(
        message.template,
        message.params,
        message.created_at,
        message.read_at,
        has_email=email is not None,
        email_sent_at=email.sent_at if email else None,
        email_given_up_at=email.given_up_at if email else None,
    )
