"""Notifications: store first, then fetch and act. What is not finished is due and tried again."""

from __future__ import annotations

import structlog
from sqlalchemy import select

from cofu_adopt.core import clock, due
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import Due
from cofu_adopt.payments import apply
from cofu_adopt.payments.gateway import Checkout, GatewayRefund, Notification, Rejected, gateway
from cofu_adopt.payments.models import GatewayEvent

APPLY_EVENT = "apply_event"
log = structlog.get_logger()


def store(notification: Notification) -> int | None:
    """Store a verified notification in the open unit of work and make it due; None when it was stored before."""
    provider = gateway().name
    known = db.session.scalar(
        select(GatewayEvent.id).where(GatewayEvent.provider == provider, GatewayEvent.event_id == notification.event_id)
    )
    if known is not None:
        return None
    row = GatewayEvent(
        provider=provider,
        event_id=notification.event_id,
        type=notification.type,
        subject=notification.subject,
        object_ref=notification.ref,
        livemode=notification.livemode,
        payload=notification.payload,
        received_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    due.declare(APPLY_EVENT, row.id, clock.now())
    return row.id


def apply_event(event_id: int) -> None:
    """Fetch what a stored notification is about and apply it; opens its own units of work.

    An object that is not ours is marked `ignored`. Raises what the gateway or a handler raised: the row stays due.
    """
    with unit_of_work(writes=False):
        event = db.session.get_one(GatewayEvent, event_id)
    if event.done_at is not None:
        return
    fetched: Checkout | GatewayRefund | None = None
    if event.subject in {"checkout", "refund"}:
        try:
            if event.subject == "checkout":
                fetched = gateway().fetch(event.object_ref)
            else:
                fetched = gateway().fetch_refund(event.object_ref)
        except Rejected:
            log.info("inbox.not_ours", event_type=event.type)
    with unit_of_work("webhook.apply"):
        row = db.session.get_one(GatewayEvent, event_id, with_for_update=True)
        if row.done_at is not None:
            return
        ours = False
        if isinstance(fetched, Checkout):
            ours = apply.apply_checkout(fetched)
        elif fetched is not None:
            ours = apply.apply_refund(fetched)
        row.done_at, row.outcome = clock.now(), "applied" if ours else "ignored"
        due.withdraw(APPLY_EVENT, event_id)


def apply_due_event(row: Due) -> None:
    """The clock's way to apply_event()."""
    apply_event(int(row.subject))
