"""Notifications: store first, then fetch and act. What is not finished is due and tried again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import event as database_event
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import SQLAlchemyError

from cofu_adopt.core import audit, clock, due, metrics
from cofu_adopt.core.db import count, db, is_postgresql, record_apart, unit_of_work
from cofu_adopt.core.due import Due
from cofu_adopt.core.errors import NotFound
from cofu_adopt.core.logs import in_one_line
from cofu_adopt.payments import apply, dispute, payouts
from cofu_adopt.payments.gateway import Checkout, GatewayDispute, GatewayRefund, Notification, Rejected, gateway
from cofu_adopt.payments.models import EventOutcome, GatewayEvent

APPLY_EVENT = "apply_event"
LONGEST_ERROR = 200
log = structlog.get_logger()
Fetched = TypeVar("Fetched")


@dataclass(frozen=True, slots=True)
class Followed(Generic[Fetched]):
    """A subject whose notifications we follow."""

    fetch: Callable[[GatewayEvent], Fetched]
    """Ask the gateway, with no transaction open. Raises Rejected when it does not know it."""
    apply: Callable[[GatewayEvent, Fetched], bool]
    """Make its word true here, in the open unit of work; False when it is not ours. Again: nothing changes."""


def _apply_checkout(_event: GatewayEvent, word: Checkout) -> bool:
    return apply.apply_checkout(word)


def _apply_refund(_event: GatewayEvent, word: GatewayRefund) -> bool:
    return apply.apply_refund(word)


def _apply_dispute(event: GatewayEvent, word: GatewayDispute) -> bool:
    ours = dispute.apply_dispute(event.provider, word)
    if not ours:
        # It may have been told before its payment was.
        due.declare(dispute.SEEK_DISPUTE, event.id, clock.now() + dispute.SEEK_AFTER)
    return ours


def _ask_for_payouts(event: GatewayEvent, _word: str) -> bool:
    due.declare(payouts.FETCH_PAYOUTS, event.provider, clock.now())
    return True


FOLLOWED: dict[str, Followed[Any]] = {
    "checkout": Followed(lambda event: gateway(event.provider).fetch(event.object_ref), _apply_checkout),
    "refund": Followed(lambda event: gateway(event.provider).fetch_refund(event.object_ref), _apply_refund),
    "dispute": Followed(lambda event: dispute.fetch_dispute(event.provider, event.object_ref), _apply_dispute),
    "payout": Followed(lambda event: event.object_ref, _ask_for_payouts),
}
"""By subject. What is not here is stored and ignored."""


def store(notification: Notification, provider: str | None = None) -> int | None:
    """Store a verified notification in the open unit of work and make it due; None when it was stored before."""
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    # Two deliveries may come in one moment; the later one waits here and then finds the first.
    event_id: int | None = db.session.scalar(
        insert(GatewayEvent)
        .values(
            provider=provider or gateway().name,
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

    Raises what the gateway or a handler raised: the row keeps its error and stays due.
    """
    try:
        _apply(event_id)
    except Exception as error:
        _keep_error(event_id, error)
        raise


def apply_due_event(row: Due) -> None:
    """The clock's way to apply_event()."""
    apply_event(int(row.subject))


def replay_event(event_id: int) -> None:
    """Let a stored notification be done once more by the clock, in the open unit of work. Harmless where it was done.

    Raises NotFound when there is none.
    """
    event = db.session.get(GatewayEvent, event_id, with_for_update=True)
    if event is None:
        raise NotFound
    audit.record(
        "inbox.replay", "gateway_event", event_id, before={"outcome": event.outcome, "error": event.last_error}
    )
    event.done_at = event.outcome = None
    due.declare(APPLY_EVENT, event_id, clock.now())


def _apply(event_id: int) -> None:
    with unit_of_work(writes=False):
        event = db.session.get_one(GatewayEvent, event_id)
    if event.done_at is not None:
        return
    followed, fetched = FOLLOWED.get(event.subject), None
    if followed is not None:
        try:
            fetched = followed.fetch(event)
        except Rejected:
            log.info("inbox.not_ours", event_type=event.type)
    with unit_of_work("webhook.apply"):
        row = db.session.get_one(GatewayEvent, event_id, with_for_update=True)
        if row.done_at is not None:
            return
        outcome = EventOutcome.IGNORED
        if followed is not None and fetched is not None:
            outcome = _outcome_of(lambda: followed.apply(row, fetched))
        row.done_at, row.outcome, row.attempts = clock.now(), outcome, row.attempts + 1
        due.withdraw(APPLY_EVENT, event_id)
        count(metrics.GATEWAY_EVENTS.labels(row.subject, outcome))


def _outcome_of(work: Callable[[], bool]) -> EventOutcome:
    changed: list[object] = []

    def look(session: Any, *_: object) -> None:
        changed.extend(session.new)
        changed.extend(one for one in session.dirty if session.is_modified(one))

    # The session is this unit of work's own and is thrown away with the listener.
    database_event.listen(db.session(), "before_flush", look)
    ours = work()
    db.session.flush()
    if not ours:
        return EventOutcome.IGNORED
    return EventOutcome.APPLIED if changed else EventOutcome.NOTHING_CHANGED


def _keep_error(event_id: int, error: Exception) -> None:
    def write() -> None:
        db.session.execute(
            update(GatewayEvent)
            .where(GatewayEvent.id == event_id, GatewayEvent.done_at.is_(None))
            .values(attempts=GatewayEvent.attempts + 1, last_error=in_one_line(error)[:LONGEST_ERROR])
        )

    try:
        record_apart(write)
    except SQLAlchemyError as trouble:
        # It may be the database itself that failed; its error must not hide the first one.
        log.warning("inbox.error_not_kept", event_id=event_id, error=type(trouble).__name__)
