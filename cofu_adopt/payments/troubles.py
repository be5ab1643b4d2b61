"""What of payments and refunds waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.payments.models import Payment, PaymentState, Refund, RefundState

LACKING_SINCE = timedelta(days=1)
MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class Troubles:
    """How much there is to look at."""

    reviews: int
    """Payments whose amount or currency is not ours."""
    owed_refunds: int
    """Refunds that the gateway could not make, or that are past the wallet's window."""
    owed_fen: int
    lacking_wallets: int = 0
    """Pages of the last day on which a way to pay was missing."""


@dataclass(frozen=True, slots=True)
class LackingPage:
    """A gateway's page that did not offer all ways to pay."""

    payment_id: int
    order_id: int
    opened_at: datetime
    wallets: tuple[str, ...]
    """Those that are missing."""


def list_lacking_pages() -> list[LackingPage]:
    """The pages of the last day on which a way to pay was missing, newest first."""
    query = (
        select(Payment)
        .where(Payment.missing_wallets.is_not(None), Payment.opened_at > clock.now() - LACKING_SINCE)
        .order_by(Payment.id.desc())
        .limit(MOST_PAGES)
    )
    return [
        LackingPage(row.id, row.order_id, row.opened_at, tuple((row.missing_wallets or "").split(",")))
        for row in db.session.scalars(query)
    ]


def count_lacking_pages() -> int:
    """How many pages of the last day lacked a way to pay."""
    query = select(func.count()).where(
        Payment.missing_wallets.is_not(None), Payment.opened_at > clock.now() - LACKING_SINCE
    )
    return db.session.scalar(query) or 0


def count_troubles() -> Troubles:
    """What a person must look at: payments that do not fit, refunds that are still owed."""
    reviews = db.session.scalar(select(func.count()).where(Payment.state == PaymentState.REVIEW))
    owed, owed_fen = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Refund.amount_fen), 0)).where(
            Refund.state.in_((RefundState.FAILED, RefundState.MANUAL_DUE))
        )
    ).one()
    return Troubles(reviews or 0, owed, int(owed_fen), count_lacking_pages())
