"""Keep an event in the transaction that made it true: one row for it, and one for each endpoint that wants it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from cofu_adopt.core import clock, due
from cofu_adopt.core.db import db
from cofu_adopt.webhooks.models import DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookEvent

SEND_WEBHOOK = "webhook_send"


def keep_event(kind: str, facts: dict[str, Any], *, fact: str | None = None) -> None:
    """Tell every endpoint that wants it, after the commit. The same `fact` is told once."""
    wanting = [row.id for row in db.session.scalars(_called()) if kind in row.events]
    if not wanting:
        return
    if fact is not None and db.session.scalar(select(WebhookEvent.id).where(WebhookEvent.fact == fact)):
        return
    keep_for(wanting, kind, facts, fact=fact)


def keep_for(endpoint_ids: Collection[int], kind: str, facts: dict[str, Any], *, fact: str | None = None) -> list[int]:
    """Keep an event for these endpoints; return the ids of its deliveries, in their order."""
    now = clock.now()
    event = WebhookEvent(public_id=f"evt_{uuid4().hex}", type=kind, facts=facts, fact=fact, happened_at=now)
    db.session.add(event)
    db.session.flush()
    deliveries = [
        WebhookDelivery(
            endpoint_id=endpoint_id, event_id=event.id, state=DeliveryState.WAITING, next_try_at=now, created_at=now
        )
        for endpoint_id in endpoint_ids
    ]
    db.session.add_all(deliveries)
    db.session.flush()
    for delivery in deliveries:
        due.declare(SEND_WEBHOOK, delivery.id, now)
    return [delivery.id for delivery in deliveries]


def _called() -> Any:
    return (
        select(WebhookEndpoint)
        .where(WebhookEndpoint.off_at.is_(None), WebhookEndpoint.deleted_at.is_(None))
        .order_by(WebhookEndpoint.id)
    )
