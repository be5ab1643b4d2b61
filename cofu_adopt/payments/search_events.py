"""The desk's reads of the inbox: what gateways told, what became of it, and what still waits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.payments.models import GatewayEvent


class Which(StrEnum):
    """Which events of the inbox."""

    WAITING = "waiting"
    """Stored and not done."""
    IGNORED = "ignored"
    """Done, and about nothing of ours."""
    ALL = "all"
    """Every one."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event of the inbox, without its payload."""

    id: int
    provider: str
    event_id: str
    type: str
    subject: str
    object_ref: str
    livemode: bool
    received_at: datetime
    done_at: datetime | None
    outcome: str | None
    attempts: int
    last_error: str | None


COLUMNS = tuple(getattr(GatewayEvent, name) for name in EventRow.__dataclass_fields__)
MOST_OF_ONE = 200


def list_events(which: Which, *, reference: str = "", before_id: int | None = None, limit: int = 51) -> list[EventRow]:
    """The events that fit, newest first, older than the one with the id `before_id`.

    `reference`: the event's own id, or that of what it is about.
    """
    query = select(*COLUMNS).where(*_conditions(which)).order_by(GatewayEvent.id.desc()).limit(limit)
    if reference:
        query = query.where(or_(GatewayEvent.event_id == reference, GatewayEvent.object_ref == reference))
    if before_id is not None:
        query = query.where(GatewayEvent.id < before_id)
    return [EventRow(*row) for row in db.session.execute(query)]


def events_about(object_refs: Collection[str]) -> list[EventRow]:
    """The events about some objects of a gateway, oldest first."""
    query = select(*COLUMNS).where(GatewayEvent.object_ref.in_(object_refs)).order_by(GatewayEvent.id)
    return [EventRow(*row) for row in db.session.execute(query.limit(MOST_OF_ONE))] if object_refs else []


def get_event(event_id: int) -> tuple[EventRow, dict[str, Any]]:
    """The event and its payload, as it came. Raises NotFound."""
    found = db.session.execute(select(*COLUMNS, GatewayEvent.payload).where(GatewayEvent.id == event_id)).first()
    if found is None:
        raise NotFound
    *row, payload = found
    return EventRow(*row), payload


def _conditions(which: Which) -> list[ColumnElement[bool]]:
    if which is Which.WAITING:
        return [GatewayEvent.done_at.is_(None)]
    return [GatewayEvent.outcome == "ignored"] if which is Which.IGNORED else []
