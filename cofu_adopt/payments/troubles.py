"""What of payments and refunds waits for a person."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from cofu_adopt.core.db import db
from cofu_adopt.payments.models import Payment, PaymentState, Refund
from cofu_adopt.payments.refund_rules import NEEDS_A_PERSON


@dataclass(frozen=True, slots=True)
class Troubles:
    """How much there is to look at."""

    reviews: int
    """Payments whose amount or currency is not ours."""
    owed_refunds: int
    """Refunds that the gateway could not make, or that are paid by hand and not paid yet."""
    owed_fen: int


def count_troubles() -> Troubles:
    """What a person must look at: payments that do not fit, refunds that are still owed."""
    reviews = db.session.scalar(select(func.count()).where(Payment.state == PaymentState.REVIEW))
    owed, owed_fen = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Refund.amount_fen), 0)).where(Refund.state.in_(NEEDS_A_PERSON))
    ).one()
    return Troubles(reviews or 0, owed, int(owed_fen))
