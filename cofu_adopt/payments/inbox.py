"""Notifications: store first, then fetch and act. What is not finished is due and tried again."""

from __future__ import annotations

import structlog
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cofu_adopt.core import audit, clock, due
from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from cofu_adopt.core.due import Due
from cofu_adopt.core.errors import NotFound
from cofu_adopt.payments import apply, dispute, payouts
from cofu_adopt.payments.gateway import (
    Checkout,
    GatewayDispute,
    GatewayRefund,
    Notification,
    Rejected,
    gateway,
)
from cofu_adopt.payments.models import GatewayEvent

APPLY_EVENT = "apply_event"
log = structlog.get_logger()


def store(notification: Notification) -> int | None:
    """Store a verified notification in the open unit of work and make it due; None when it was stored before."""
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    # Two deliveries may come in one moment; the later one waits here and then finds the first.
    event_id: int | None = db.session.scalar(
        insert(GatewayEvent)
        .values(
            provider=gateway().name,
            event_id=notification.event_id,
            type=notification.type,
            subject=notification.subject,
            object_ref=notification.ref,
            livemode=notification.livemode,
            payload=notification.payload,
            received_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["provider", "event_id"])
        .returning(GatewayEvent.id)
    )
    if event_id is not None:
        due.declare(APPLY_EVENT, event_id, clock.now())
    return event_id


def apply_event(event_id: int) -> None:
    """Fetch what a stored notification is about and apply it; opens its own units of work.

    An object that is not ours is marked `ignored`. Raises what the gateway or a handler raised: the row stays due.
    """
    with unit_of_work(writes=False):
        event = db.session.get_one(GatewayEvent, event_id)
    if event.done_at is not None:
        return
    fetched = None
    try:
        fetched = _fetch(event)
    except Rejected:
        log.info("inbox.not_ours", event_type=event.type)
    with unit_of_work("webhook.apply"):
        row = db.session.get_one(GatewayEvent, event_id, with_for_update=True)
        if row.done_at is not None:
            return
        row.done_at, row.outcome = clock.now(), "applied" if _apply(row, fetched) else "ignored"
        due.withdraw(APPLY_EVENT, event_id)


Fetched = Checkout | GatewayRefund | GatewayDispute | None


def _fetch(event: GatewayEvent) -> Fetched:
    if event.subject == "checkout":
        return gateway(event.provider).fetch(event.object_ref)
    if event.subject == "refund":
        return gateway(event.provider).fetch_refund(event.object_ref)
    if event.subject == "dispute":
        return dispute.fetch_dispute(event.provider, event.object_ref)
    return None


def _apply(event: GatewayEvent, fetched: Fetched) -> bool:
    if isinstance(fetched, Checkout):
        return apply.apply_checkout(fetched)
    if isinstance(fetched, GatewayRefund):
        return apply.apply_refund(fetched)
    if isinstance(fetched, GatewayDispute):
        ours = dispute.apply_dispute(event.provider, fetched)
        if not ours:
            due.declare(dispute.SEEK_DISPUTE, event.id, clock.now() + dispute.SEEK_AFTER)
        return ours
    if event.subject == "payout":
        due.declare(payouts.FETCH_PAYOUTS, event.provider, clock.now())
        return True
    return False


def apply_due_event(row: Due) -> None:
    """The clock's way to apply_event()."""
    apply_event(int(row.subject))


def replay_event(event_id: int) -> None:
    """A person of ours has a stored event done again, in the open unit of work. Raises NotFound.

    What it says was never believed and is fetched anew, so doing it again changes only what is not so yet.
    """
    row = db.session.get(GatewayEvent, event_id, with_for_update=True)
    if row is None:
        raise NotFound
    before = row.outcome or "waiting"
    row.done_at, row.outcome = None, None
    due.declare(APPLY_EVENT, event_id, clock.now())
    audit.record("inbox.replay", "gateway_event", event_id, before={"outcome": before}, after={"outcome": "waiting"})
