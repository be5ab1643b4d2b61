"""Reads of payments for other slices: frozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.sql import ColumnElement

from cofu_adopt.core.db import db
from cofu_adopt.payments.models import Payment, PaymentState, Refund, RefundState
from cofu_adopt.payments.rules import LIVE_PAYMENTS


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment of an order."""

    id: int
    state: PaymentState
    amount_fen: int
    wallet: str | None
    provider: str
    livemode: bool
    gateway_ref: str | None
    succeeded_at: datetime | None
    refundable_until: datetime | None


@dataclass(frozen=True, slots=True)
class RefundRow:
    """One refund of an order."""

    id: int
    state: RefundState
    amount_fen: int
    reason: str
    requested_at: datetime
    finished_at: datetime | None


def list_payments(order_id: int) -> list[PaymentRow]:
    """The payments of an order, oldest first."""
    rows = db.session.scalars(select(Payment).where(Payment.order_id == order_id).order_by(Payment.id))
    return [
        PaymentRow(
            row.id,
            PaymentState(row.state),
            row.amount_fen,
            row.wallet,
            row.provider,
            row.livemode,
            row.gateway_ref,
            row.succeeded_at,
            row.refundable_until,
        )
        for row in rows
    ]


def list_refunds(order_id: int) -> list[RefundRow]:
    """The refunds of an order, oldest first."""
    rows = db.session.scalars(
        select(Refund)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.order_id == order_id)
        .order_by(Refund.id)
    )
    return [
        RefundRow(row.id, RefundState(row.state), row.amount_fen, row.reason, row.requested_at, row.finished_at)
        for row in rows
    ]


def has_live_payment(order_id_column: ColumnElement[int] | int) -> ColumnElement[bool]:
    """A condition: the gateway may still take money for the order. Built upon by the release of holds."""
    return exists().where(Payment.order_id == order_id_column, Payment.state.in_(LIVE_PAYMENTS))


def succeeded_payment_id(order_id: int) -> int | None:
    """The payment that paid the order."""
    return db.session.scalar(
        select(Payment.id)
        .where(Payment.order_id == order_id, Payment.state == PaymentState.SUCCEEDED)
        .order_by(Payment.id)
        .limit(1)
    )
