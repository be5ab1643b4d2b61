"""Reads of payments for other slices: frozen rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from cofu_adopt.core.db import db
from cofu_adopt.payments.models import Payment, PaymentState, Refund, RefundReason, RefundState
from cofu_adopt.payments.rules import AWAITED, BESIDE_ORDER, LIVE_PAYMENTS


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment of an order."""

    id: int
    order_id: int
    state: PaymentState
    amount_fen: int
    wallet: str | None
    provider: str
    livemode: bool
    gateway_ref: str | None
    succeeded_at: datetime | None
    refundable_until: datetime | None
    review_reason: str | None


@dataclass(frozen=True, slots=True)
class RefundRow:
    """One refund of an order."""

    id: int
    state: RefundState
    amount_fen: int
    reason: RefundReason
    requested_at: datetime
    finished_at: datetime | None


def list_payments(order_id: int) -> list[PaymentRow]:
    """The payments of an order, oldest first."""
    rows = db.session.scalars(select(Payment).where(Payment.order_id == order_id).order_by(Payment.id))
    return [_row(row) for row in rows]


def list_refunds(order_id: int) -> list[RefundRow]:
    """The refunds of an order, oldest first."""
    rows = db.session.scalars(
        select(Refund)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.order_id == order_id)
        .order_by(Refund.id)
    )
    return [
        RefundRow(
            row.id, RefundState(row.state), row.amount_fen, RefundReason(row.reason), row.requested_at, row.finished_at
        )
        for row in rows
    ]


def is_undecided(order_id: int) -> bool:
    """True while the gateway may still take money for the order, or holds some that a person must look at."""
    return _has(order_id, LIVE_PAYMENTS | AWAITED)


def awaits_word(order_id: int) -> bool:
    """True while the payer has paid and waits for a word: not confirmed yet, or in review."""
    return _has(order_id, AWAITED)


def list_reviews() -> list[PaymentRow]:
    """The payments that a person must look at, oldest first."""
    rows = db.session.scalars(select(Payment).where(Payment.state == PaymentState.REVIEW).order_by(Payment.id))
    return [_row(row) for row in rows]


def find_paying(order_id: int) -> int | None:
    """The payment that paid the order: it succeeded, and was not given back as one beside it."""
    second = exists().where(Refund.payment_id == Payment.id, Refund.reason.in_(BESIDE_ORDER))
    return db.session.scalar(
        select(Payment.id).where(Payment.order_id == order_id, Payment.state == PaymentState.SUCCEEDED, ~second)
    )


def _has(order_id: int, states: Collection[PaymentState]) -> bool:
    return bool(db.session.scalar(select(exists().where(Payment.order_id == order_id, Payment.state.in_(states)))))


def _row(row: Payment) -> PaymentRow:
    return PaymentRow(
        row.id,
        row.order_id,
        PaymentState(row.state),
        row.amount_fen,
        row.wallet,
        row.provider,
        row.livemode,
        row.gateway_ref,
        row.succeeded_at,
        row.refundable_until,
        row.review_reason,
    )
