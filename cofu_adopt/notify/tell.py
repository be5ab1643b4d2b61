"""Tell a person a fact: in the product always, by e-mail where she gave one for it. One message a fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from cofu_adopt.core import clock, outbox
from cofu_adopt.core.db import db
from cofu_adopt.notify.models import Message


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as kept."""

    id: int
    template: str
    params: dict[str, Any]
    created_at: datetime
    read_at: datetime | None


def tell(person_id: int, template: str, params: dict[str, Any], *, fact: str, email: str | None, locale: str) -> None:
    """Write the message in the open unit of work; the e-mail is sent by the outbox after the commit."""
    known = db.session.scalar(select(Message.id).where(Message.person_id == person_id, Message.fact == fact))
    if known is None:
        db.session.add(
            Message(person_id=person_id, template=template, params=params, fact=fact, created_at=clock.now())
        )
        db.session.flush()
    if email:
        outbox.put(
            "email",
            {"template": template, "params": params, "locale": locale},
            aggregatetype="person",
            aggregateid=person_id,
            fact=f"email:{person_id}:{fact}",
            secret=email,
        )


def list_messages(person_id: int, *, before: int | None = None, limit: int = 100) -> list[MessageRow]:
    """The person's messages, newest first: the newest, or those older than `before`."""
    query = select(Message).where(Message.person_id == person_id).order_by(Message.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Message.id < before)
    return [
        MessageRow(row.id, row.template, row.params, row.created_at, row.read_at) for row in db.session.scalars(query)
    ]


def count_unread(person_id: int) -> int:
    """How many messages the person has not opened."""
    return (
        db.session.scalar(
            select(func.count()).select_from(Message).where(Message.person_id == person_id, Message.read_at.is_(None))
        )
        or 0
    )


def mark_all_read(person_id: int) -> None:
    """The person has seen her messages."""
    db.session.execute(
        update(Message).where(Message.person_id == person_id, Message.read_at.is_(None)).values(read_at=clock.now())
    )
