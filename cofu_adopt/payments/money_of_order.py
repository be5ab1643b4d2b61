"""The money of an order for the desk: every step of its payments and refunds, and what would go back now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.payments.credit import granted_of
from cofu_adopt.payments.disputed import lost_of
from cofu_adopt.payments.models import Payment, PaymentState, Refund, RefundReason, RefundState
from cofu_adopt.payments.rules import LIVE_PAYMENTS, OPEN_REFUNDS


@dataclass(frozen=True, slots=True)
class PaymentSteps:
    """A payment with the moments of its steps."""

    id: int
    state: PaymentState
    amount_fen: int
    provider: str
    wallet: str | None
    gateway_ref: str | None
    opened_at: datetime
    succeeded_at: datetime | None
    closed_at: datetime | None
    refundable_until: datetime | None
    review_reason: str | None


@dataclass(frozen=True, slots=True)
class RefundSteps:
    """A refund with the moments of its steps."""

    id: int
    payment_id: int
    state: RefundState
    amount_fen: int
    reason: str
    gateway_ref: str | None
    requested_at: datetime
    sent_at: datetime | None
    finished_at: datetime | None
    last_error: str | None


class Way(StrEnum):
    """How money goes back."""

    NONE = "none"
    """Nothing was paid."""
    WALLET = "wallet"
    """The way it came, through the gateway."""
    BY_HAND = "by_hand"
    """The wallet's window is over: the workshop transfers it."""


@dataclass(frozen=True, slots=True)
class Refundable:
    """What of an order's money can go back at this moment, and how."""

    payment_id: int
    amount_fen: int
    provider: str
    wallet: str | None
    refundable_until: datetime | None
    way: Way


def list_payment_steps(order_id: int) -> list[PaymentSteps]:
    """The payments of an order, oldest first."""
    query = select(Payment).where(Payment.order_id == order_id).order_by(Payment.id)
    return [
        PaymentSteps(
            id=row.id,
            state=PaymentState(row.state),
            amount_fen=row.amount_fen,
            provider=row.provider,
            wallet=row.wallet,
            gateway_ref=row.gateway_ref,
            opened_at=row.opened_at,
            succeeded_at=row.succeeded_at,
            closed_at=row.closed_at,
            refundable_until=row.refundable_until,
            review_reason=row.review_reason,
        )
        for row in db.session.scalars(query)
    ]


def list_refund_steps(order_id: int) -> list[RefundSteps]:
    """The refunds of an order, oldest first."""
    query = (
        select(Refund)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.order_id == order_id)
        .order_by(Refund.id)
    )
    return [
        RefundSteps(
            id=row.id,
            payment_id=row.payment_id,
            state=RefundState(row.state),
            amount_fen=row.amount_fen,
            reason=row.reason,
            gateway_ref=row.gateway_ref,
            requested_at=row.requested_at,
            sent_at=row.sent_at,
            finished_at=row.finished_at,
            last_error=row.last_error,
        )
        for row in db.session.scalars(query)
    ]


def find_refundable(order_id: int) -> Refundable | None:
    """The payment that paid the order and how its rest would go back now; None when there is no money to give back.

    What credit has paid goes back as credit (credit.spent_on). A second payment that is already on its way back is
    passed over.
    """
    return refundables([order_id]).get(order_id)


def refundables(order_ids: Collection[int]) -> dict[int, Refundable]:
    """The same for many orders, in one query; those with nothing to give back are not in it."""
    refunded = (
        select(func.coalesce(func.sum(Refund.amount_fen), 0))
        .where(
            Refund.payment_id == Payment.id,
            Refund.state.in_(OPEN_REFUNDS),
            Refund.reason != RefundReason.CREDIT_TO_MONEY,
        )
        .scalar_subquery()
    )
    # What became credit is no longer the order's.
    given = refunded + granted_of(Payment.id) + lost_of(Payment.id)
    query = (
        select(Payment, given.label("given"))
        .where(Payment.order_id.in_(order_ids), Payment.state == PaymentState.SUCCEEDED, given < Payment.amount_fen)
        .order_by(Payment.id)
    )
    now, found = clock.now(), dict[int, Refundable]()
    for payment, given_fen in db.session.execute(query):
        until = payment.refundable_until
        found.setdefault(
            payment.order_id,
            Refundable(
                payment_id=payment.id,
                amount_fen=payment.amount_fen - int(given_fen),
                provider=payment.provider,
                wallet=payment.wallet,
                refundable_until=until,
                way=Way.BY_HAND if until is None or now > until else Way.WALLET,
            ),
        )
    return found


def find_live_state(order_id: int) -> PaymentState | None:
    """The state of the order's payment that the gateway may still take money for."""
    found = db.session.scalar(
        select(Payment.state).where(Payment.order_id == order_id, Payment.state.in_(LIVE_PAYMENTS)).limit(1)
    )
    return None if found is None else PaymentState(found)
