"""How the refunds of orders stand today, as their adopter and the desk read it: the state and the expected day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.payments.house_rules import house
from cofu_adopt.payments.models import Payment, Refund, RefundReason, RefundState
from cofu_adopt.payments.refund_account import find_account
from cofu_adopt.payments.refund_models import RefundTransfer, TransferState
from cofu_adopt.payments.refund_rules import OWED_BY_HAND, Progress, progress
from cofu_adopt.payments.rules import BESIDE_ORDER


@dataclass(frozen=True, slots=True)
class RefundProgress:
    """One refund on one day. `expected_on` is never over; None: not known yet, or the money is there."""

    id: int
    order_id: int
    amount_fen: int
    reason: RefundReason
    state: RefundState
    progress: Progress
    wallet: str | None
    expected_on: date | None
    ended_at: datetime | None
    paid_on: date | None
    account_kind: str | None
    account_masked: str | None
    can_give_account: bool

    @property
    def account_needed(self) -> bool:
        """True when nothing goes on before the adopter says where to pay."""
        return self.progress in {Progress.ACCOUNT_NEEDED, Progress.BOUNCED}

    @property
    def is_over(self) -> bool:
        """True when she has her money."""
        return self.progress is Progress.ARRIVED


def list_progress(order_id: int) -> list[RefundProgress]:
    """The refunds of an order, oldest first; one that was tried again is told as the one that took its place."""
    return progress_of([order_id]).get(order_id, [])


def progress_of(order_ids: Collection[int]) -> dict[int, list[RefundProgress]]:
    """The refunds of several orders, oldest first, by order."""
    if not order_ids:
        return {}
    rows = db.session.execute(
        select(Refund, Payment.order_id, Payment.wallet)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.order_id.in_(order_ids), Refund.state != RefundState.REPLACED)
        .order_by(Refund.id)
    ).all()
    found: dict[int, list[RefundProgress]] = {}
    for refund, order_id, wallet in rows:
        found.setdefault(order_id, []).append(_progress(refund, order_id, wallet))
    return found


def of_orders_themselves(order_ids: Collection[int]) -> dict[int, list[RefundProgress]]:
    """The same without those of money that had become credit: they are told with the credit."""
    found = progress_of(order_ids)
    return {
        order_id: own
        for order_id, rows in found.items()
        if (own := [one for one in rows if one.reason is not RefundReason.CREDIT_TO_MONEY])
    }


def refunded_by_order() -> dict[int, int]:
    """What of the money that paid each order has gone back or is owed back, where something has."""
    query = (
        select(Payment.order_id, func.sum(Refund.amount_fen))
        .join(Refund, Refund.payment_id == Payment.id)
        .where(Refund.state != RefundState.REPLACED, Refund.reason.not_in(BESIDE_ORDER))
        .group_by(Payment.order_id)
    )
    return {order_id: int(total) for order_id, total in db.session.execute(query)}


def refunded_fen(order_id: int) -> int:
    """The same of one order: what is promised, split and shown of its price is the price less this."""
    own = [one for one in list_progress(order_id) if one.reason not in BESIDE_ORDER]
    return sum(one.amount_fen for one in own)


def _progress(refund: Refund, order_id: int, wallet: str | None) -> RefundProgress:
    state = RefundState(refund.state)
    by_hand = state in OWED_BY_HAND | {RefundState.MANUAL_READY, RefundState.PAID}
    account = find_account(refund) if by_hand else None
    paid_on = None
    if state is RefundState.PAID:
        paid_on = db.session.scalar(
            select(RefundTransfer.paid_on).where(
                RefundTransfer.refund_id == refund.id, RefundTransfer.state == TransferState.PAID
            )
        )
    told, expected_on = progress(
        state,
        begun_on=clock.day_of(refund.sent_at or refund.requested_at),
        wallet=wallet,
        account_given_on=clock.day_of(account.given_at) if account else None,
        paid_on=paid_on,
        by_hand_days=house().refund_by_hand_days,
        today=clock.today(),
    )
    return RefundProgress(
        id=refund.id,
        order_id=order_id,
        amount_fen=refund.amount_fen,
        reason=RefundReason(refund.reason),
        state=state,
        progress=told,
        wallet=wallet,
        expected_on=expected_on,
        ended_at=refund.finished_at if state is RefundState.SUCCEEDED else None,
        paid_on=paid_on,
        account_kind=account.kind if account else None,
        account_masked=account.number_masked if account else None,
        can_give_account=state in OWED_BY_HAND,
    )
