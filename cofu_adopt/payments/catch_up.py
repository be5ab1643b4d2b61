"""Look for what was lost on its way: notifications, answers, due rows. It only stores and declares; due work does it.

Every step may be repeated, by any number of processes at once: events have one row each, due rows are declared where
there is none, and the moment until which a gateway was heard moves only after its events are stored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import structlog
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cofu_adopt.core import clock, due
from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from cofu_adopt.core.due import Handler
from cofu_adopt.payments import apply, check, inbox, refund
from cofu_adopt.payments.gateway import Gateway, Notification, Rejected, Retryable, UnknownOutcome, gateways
from cofu_adopt.payments.models import CatchUp, GatewayEvent, Payment, PaymentState, Refund, RefundState
from cofu_adopt.payments.rules import LIVE_PAYMENTS

OVERLAP = timedelta(minutes=30)
"""Heard again each time: a gateway's list may be late, and its clock and ours may differ by minutes."""
FIRST = timedelta(days=3)
"""How far back the first time goes. Source: for so long Stripe tries to deliver a notification."""
SILENCE = timedelta(minutes=10)
"""After so long without a word we ask about an open payment."""
UNANSWERED = timedelta(minutes=5)
"""After so long the call that opens a payment has surely ended, with or without an answer."""
PIECE = 100
"""Rows of one transaction; and no more payments are asked about each time, so that other due work comes in between."""
HANDLERS = {
    inbox.APPLY_EVENT: Handler(inbox.apply_due_event, own_transactions=True),
    apply.CHECK_PAYMENT: Handler(check.check_payment, own_transactions=True),
    refund.SEND_REFUND: Handler(refund.send_refund, own_transactions=True),
}
"""What does the work that is declared here."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Found:
    """What had been lost."""

    events: int
    """Events that the gateways told and nobody had heard."""
    silent: tuple[str, ...]
    """Gateways that did not say what they told."""
    payments: int
    """Live payments to ask about: past their time, long without a word, or whose opening had no answer."""
    refunds: int
    """Refunds on their way that nobody was following."""
    inbox: int
    """Stored notifications that nobody was doing."""


def catch_up(since: datetime | None = None) -> Found:
    """Store the events that were not heard (`since` then, or since the last time), and declare what was forgotten."""
    payments = _declare(apply.CHECK_PAYMENT, _payments_to_ask_about())
    refunds = _declare(refund.SEND_REFUND, _refunds_nobody_follows())
    unfinished = _declare(inbox.APPLY_EVENT, _events_nobody_does())
    events, silent = 0, []
    for gateway in gateways():
        try:
            for stored in _hear(gateway, since):
                events += stored
        except (Rejected, Retryable, UnknownOutcome) as error:
            log.warning("catch_up.not_heard", provider=gateway.name, error=type(error).__name__)
            silent.append(gateway.name)
    found = Found(events, tuple(silent), payments, refunds, unfinished)
    if events or payments or refunds or unfinished:
        log.info("catch_up.found", events=events, payments=payments, refunds=refunds, inbox=unfinished)
    return found


def heard_until() -> Collection[datetime]:
    """Until when each gateway has been heard; none while one of them never was."""
    names = {gateway.name for gateway in gateways()}
    heard = db.session.scalars(select(CatchUp.heard_until).where(CatchUp.provider.in_(names))).all()
    return heard if len(heard) == len(names) else []


def _hear(gateway: Gateway, since: datetime | None) -> Iterator[int]:
    began = clock.now()
    told = gateway.events_since(since or _begin_at(gateway.name, began))
    for piece in _pieces(told):
        with unit_of_work("catch_up.store"):
            known = set(
                db.session.scalars(
                    select(GatewayEvent.event_id).where(
                        GatewayEvent.provider == gateway.name,
                        GatewayEvent.event_id.in_([one.event_id for one in piece]),
                    )
                )
            )
            new = [one for one in piece if one.event_id not in known]
            stored = sum(inbox.store(one, gateway.name) is not None for one in new)
        yield stored
    with unit_of_work("catch_up.move"):
        insert = postgresql_insert if is_postgresql() else sqlite_insert
        # Several may catch up in one moment; the row is one, and each may write it first.
        db.session.execute(
            insert(CatchUp)
            .values(provider=gateway.name, heard_until=began)
            .on_conflict_do_update(index_elements=["provider"], set_={"heard_until": began})
        )


def _begin_at(provider: str, now: datetime) -> datetime:
    with unit_of_work(writes=False):
        row = db.session.get(CatchUp, provider)
    # One in the future was written by a clock that ran ahead: when it really was is not known.
    return row.heard_until - OVERLAP if row is not None and row.heard_until <= now else now - FIRST


def _pieces(told: Iterator[Notification]) -> Iterator[list[Notification]]:
    while piece := list(islice(told, PIECE)):
        yield piece


def _declare(kind: str, wanted: Select[int]) -> int:
    with unit_of_work("catch_up.declare"):
        return due.declare_missing(kind, db.session.scalars(wanted.limit(PIECE)).all(), clock.now())


def _payments_to_ask_about() -> Select[int]:
    now = clock.now()
    waits: ColumnElement[bool] = or_(
        and_(Payment.state == PaymentState.OPENING, Payment.opened_at <= now - UNANSWERED),
        and_(Payment.state == PaymentState.OPEN, Payment.opened_at <= now - SILENCE),
        Payment.state == PaymentState.PENDING,
        Payment.expires_at <= now,
    )
    is_forgotten = ~due.has_row(apply.CHECK_PAYMENT, Payment.id)
    # Those whose time is over come first: whatever the gateway says of them, they are then out of the way.
    return (
        select(Payment.id)
        .where(Payment.state.in_(LIVE_PAYMENTS), waits, is_forgotten)
        .order_by(Payment.expires_at, Payment.id)
    )


def _refunds_nobody_follows() -> Select[int]:
    on_the_way = Refund.state.in_((RefundState.APPROVED, RefundState.SENT))
    return select(Refund.id).where(on_the_way, ~due.has_row(refund.SEND_REFUND, Refund.id)).order_by(Refund.id)


def _events_nobody_does() -> Select[int]:
    unfinished = GatewayEvent.done_at.is_(None)
    is_forgotten = ~due.has_row(inbox.APPLY_EVENT, GatewayEvent.id)
    return select(GatewayEvent.id).where(unfinished, is_forgotten).order_by(GatewayEvent.received_at, GatewayEvent.id)
