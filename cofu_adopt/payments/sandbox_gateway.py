"""The embedded default gateway. Same port, same webhook view, really signed events, its own book in the database.

It never starts in production (config.check_settings), and every payment through it says livemode = false.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cofu_adopt.core import clock
from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from cofu_adopt.payments import sandbox_book, stripe_events
from cofu_adopt.payments.gateway import (
    Checkout,
    CheckoutRequest,
    CheckoutState,
    GatewayDispute,
    GatewayPayout,
    GatewayRefund,
    GatewayRefundState,
    Notification,
    Rejected,
    SettlementLine,
)
from cofu_adopt.payments.models import SandboxCheckout, SandboxEvent, SandboxRefund, SandboxSetting

REFUND_OUTCOMES = ("succeeded", "pending", "failed")
PAGE = 100


@dataclass(frozen=True, slots=True)
class SandboxGateway:
    """A gateway that moves no money."""

    webhook_secret: str
    name: str = "sandbox"
    livemode: bool = False

    def create_checkout(self, request: CheckoutRequest) -> Checkout:
        """Open a checkout, or give the one that this key opened before."""
        with unit_of_work():
            insert = postgresql_insert if is_postgresql() else sqlite_insert
            db.session.execute(
                insert(SandboxCheckout)
                .values(
                    ref=f"cs_test_{uuid4().hex}",
                    key=request.key,
                    client_reference=request.client_reference,
                    title=request.title,
                    amount_fen=request.amount_fen,
                    currency=request.currency,
                    state="open",
                    return_url=request.return_url,
                    created_at=clock.now(),
                    expires_at=request.expires_at,
                )
                .on_conflict_do_nothing(index_elements=["key"])
            )
            return _checkout(
                db.session.scalars(select(SandboxCheckout).where(SandboxCheckout.key == request.key)).one()
            )

    def fetch(self, ref: str) -> Checkout:
        """The checkout as it stands; one whose time is over expires now."""
        with unit_of_work():
            return _checkout(_current(ref))

    def close(self, ref: str) -> Checkout:
        """Expire an open checkout; one that is paid or pending stays so."""
        with unit_of_work():
            move(ref, ("open",), "expired")
            return _checkout(_current(ref))

    def refund(self, *, key: str, checkout_ref: str, amount_fen: int) -> GatewayRefund:
        """Give money back, with the outcome that the desk chose."""
        with unit_of_work():
            paid = _current(checkout_ref)
            row = db.session.scalar(select(SandboxRefund).where(SandboxRefund.key == key))
            if row is None:
                given = db.session.scalars(
                    select(SandboxRefund.amount_fen).where(
                        SandboxRefund.checkout_ref == checkout_ref, SandboxRefund.state != "failed"
                    )
                )
                if paid.state != "paid" or sum(given) + amount_fen > paid.amount_fen:
                    raise Rejected("not paid, or more than was paid")
                if sandbox_book.is_disputed(checkout_ref):
                    raise Rejected("the payment is disputed")
                row = SandboxRefund(
                    ref=f"re_test_{uuid4().hex}",
                    key=key,
                    checkout_ref=checkout_ref,
                    amount_fen=amount_fen,
                    state=refund_outcome(),
                    created_at=clock.now(),
                )
                db.session.add(row)
            return _refund(row)

    def fetch_refund(self, ref: str) -> GatewayRefund:
        """The refund as it stands."""
        with unit_of_work(writes=False):
            row = db.session.get(SandboxRefund, ref)
            if row is None:
                raise Rejected(ref)
            return _refund(row)

    def fetch_dispute(self, ref: str) -> GatewayDispute:
        """The dispute as it stands."""
        with unit_of_work(writes=False):
            return sandbox_book.read_dispute(ref)

    def send_evidence(self, *, key: str, ref: str, evidence: Mapping[str, str]) -> GatewayDispute:
        """Take the answer to an open dispute, once and in time."""
        with unit_of_work():
            return sandbox_book.take_evidence(key, ref, evidence)

    def events_since(self, at: datetime) -> Iterator[Notification]:
        """What it has told since then, and what it should have told, a page at a time."""
        last_id, told = 0, SandboxEvent.created_at >= at
        while True:
            query = select(SandboxEvent).where(told, SandboxEvent.id > last_id).order_by(SandboxEvent.id).limit(PAGE)
            with unit_of_work(writes=False):
                rows = db.session.scalars(query).all()
            if not rows:
                return
            yield from (self.parse(self.headers(row.body), row.body.encode()) for row in rows)
            last_id = rows[-1].id

    def payouts_since(self, at: datetime) -> Iterator[GatewayPayout]:
        """What was paid out from the sandbox's desk."""
        with unit_of_work(writes=False):
            return iter(sandbox_book.list_payouts(at))

    def settlement(self, payout_ref: str) -> Iterator[SettlementLine]:
        """What makes up a payout."""
        with unit_of_work(writes=False):
            return iter(sandbox_book.list_lines(payout_ref))

    def parse(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """Verify and read a notification as Stripe's are."""
        return stripe_events.parse_event(headers, body, self.webhook_secret, livemode=self.livemode)

    def list_event(self, event_type: str, kind: str, ref: str) -> int:
        """Add an event to the list, in the open unit of work; which may be told, or not."""
        row = SandboxEvent(body=self.new_event(event_type, kind, ref), created_at=clock.now())
        db.session.add(row)
        db.session.flush()
        return row.id

    def new_event(self, event_type: str, kind: str, ref: str) -> str:
        """The body of an event that nobody has listed."""
        body = {
            "id": f"evt_test_{uuid4().hex}",
            "object": "event",
            "type": event_type,
            "livemode": self.livemode,
            "created": int(clock.now().timestamp()),
            "data": {"object": {"id": ref, "object": kind}},
        }
        return json.dumps(body)

    def headers(self, body: str) -> dict[str, str]:
        """The headers with which the gateway would send an event now."""
        return {"Stripe-Signature": stripe_events.sign(body.encode(), self.webhook_secret, clock.now())}


def move(ref: str, states: tuple[str, ...], state: str, *, wallet: str | None = None, tells_fee: bool = True) -> bool:
    """Move a checkout from one of `states` to `state` in the sandbox's book; False when it was not there.

    A paid one has a fee, which the sandbox tells at once unless `tells_fee` is False.
    """
    values: dict[str, Any] = {"state": state}
    if state == "paid" and tells_fee:
        values["fee_fen"] = sandbox_book.fee_of(SandboxCheckout.amount_fen)
    if wallet:
        values["wallet"] = wallet
    moved = db.session.execute(
        update(SandboxCheckout)
        .where(SandboxCheckout.ref == ref, SandboxCheckout.state.in_(states))
        .values(values)
        .execution_options(synchronize_session="fetch")
    )
    return bool(moved.rowcount)  # type: ignore[attr-defined]


def refund_outcome() -> str:
    """What the sandbox does with the next refund."""
    row = db.session.get(SandboxSetting, "refund_outcome")
    return row.value if row else "succeeded"


def _current(ref: str) -> SandboxCheckout:
    row = db.session.get(SandboxCheckout, ref, with_for_update=True, populate_existing=True)
    if row is None:
        raise Rejected(ref)
    if row.state == "open" and row.expires_at <= clock.now():
        row.state = "expired"
    return row


def _checkout(row: SandboxCheckout) -> Checkout:
    return Checkout(
        ref=row.ref,
        client_reference=row.client_reference,
        state=CheckoutState(row.state),
        amount_fen=row.amount_fen,
        currency=row.currency,
        livemode=False,
        url=f"/sandbox/checkout/{row.ref}",
        wallet=row.wallet,
        fee_fen=row.fee_fen if row.state == "paid" else None,
    )


def _refund(row: SandboxRefund) -> GatewayRefund:
    return GatewayRefund(row.ref, row.key, GatewayRefundState(row.state), row.amount_fen)


def sandbox() -> SandboxGateway:
    """The sandbox, where it is the gateway of the settings. Raises LookupError elsewhere."""
    found = next(iter(current_app.extensions["gateways"].values()))
    if not isinstance(found, SandboxGateway):
        raise LookupError("the sandbox is not the gateway")  # noqa: TRY004 - it is a setting, not a type
    return found
