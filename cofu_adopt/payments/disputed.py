"""What disputes do to payments and orders, as facts that others ask. Reads only."""

from __future__ import annotations

from sqlalchemy import exists, func, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.selectable import ScalarSelect

from cofu_adopt.core.db import db
from cofu_adopt.payments.dispute_models import Dispute, DisputeStep
from cofu_adopt.payments.models import Payment
from cofu_adopt.payments.rules import OPEN_DISPUTES


def is_disputed(order_id: int) -> bool:
    """True while a bank holds money of the order: its shares are frozen, it cannot be cancelled or refunded."""
    query = exists().where(
        Payment.order_id == order_id, Dispute.payment_id == Payment.id, Dispute.state.in_(OPEN_DISPUTES)
    )
    return bool(db.session.scalar(select(query)))


def has_open_dispute(payment_id: int) -> bool:
    """True while a bank holds money of this payment."""
    query = exists().where(Dispute.payment_id == payment_id, Dispute.state.in_(OPEN_DISPUTES))
    return bool(db.session.scalar(select(query)))


def lost_in_disputes(payment_id: int) -> int:
    """How much of the payment banks have given back to the payer for good, in fen."""
    return int(db.session.scalar(select(lost_of(Payment.id)).where(Payment.id == payment_id)) or 0)


def taken_back(order_id: int) -> int:
    """How much of the order's payments banks have given back to the payer for good, in fen."""
    query = (
        select(func.coalesce(func.sum(Dispute.amount_fen), 0))
        .join(Payment, Payment.id == Dispute.payment_id)
        .where(Payment.order_id == order_id, Dispute.state == DisputeStep.LOST)
    )
    return int(db.session.scalar(query) or 0)


def lost_of(payment_id: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """What lost_in_disputes() says, as a column beside others."""
    return (
        select(func.coalesce(func.sum(Dispute.amount_fen), 0))
        .where(Dispute.payment_id == payment_id, Dispute.state == DisputeStep.LOST)
        .scalar_subquery()
    )
