"""What must hold between fees, disputes, payouts and the books, as checks of `flask verify`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import case, func, select

from cofu_adopt.core.db import db
from cofu_adopt.core.registry import check
from cofu_adopt.ledger.queries import balance, balances_of
from cofu_adopt.payments import rules
from cofu_adopt.payments.dispute_models import Dispute, DisputeStep, GatewayPayoutRow, PayoutStep
from cofu_adopt.payments.models import Payment, PaymentState, Refund, RefundState


@check("payments: the fees of payments whose money is still here are deferred, the others are lost")
def fees_agree_with_books() -> Iterator[str]:
    """Deferred = fees of open orders."""
    kept = {True: 0, False: 0}
    expected: dict[str, int] = {}
    rows = db.session.execute(
        select(Payment.order_id, Payment.fee_fen, Payment.fee_moves)
        .where(Payment.fee_fen.is_not(None))
        .order_by(Payment.id)
    )
    for order_id, fee_fen, moves in rows:
        is_lost = bool(moves % 2)
        kept[is_lost] += fee_fen or 0
        if not is_lost:
            expected[str(order_id)] = expected.get(str(order_id), 0) + (fee_fen or 0)
    books = balances_of("FeeDeferred")
    for order in sorted(expected.keys() | books.keys(), key=int):
        if books.get(order, 0) != expected.get(order, 0):
            yield f"FeeDeferred:{order} stands at {books.get(order, 0)} fen, not {expected.get(order, 0)}"
    if balance("FeeLost") != kept[True]:
        yield f"FeeLost stands at {balance('FeeLost')} fen, not {kept[True]}"


@check("payments: a fee is lost when, and only when, none of its payment's money is left")
def fees_stand_where_they_belong() -> Iterator[str]:
    """The stored place of each fee is what the rule says."""
    gone = _sum_of(Refund.amount_fen, Refund.payment_id == Payment.id, Refund.state.in_(rules.GONE_REFUNDS))
    covered = _sum_of(Dispute.covered_fen, Dispute.payment_id == Payment.id, Dispute.state == DisputeStep.LOST)
    rows = db.session.execute(
        select(Payment.id, Payment.amount_fen, Payment.fee_moves, gone, covered).where(Payment.fee_fen.is_not(None))
    )
    for payment_id, paid_fen, moves, gone_fen, covered_fen in rows:
        lost = rules.fee_is_lost(paid_fen=paid_fen, gone_fen=gone_fen, covered_fen=covered_fen)
        if lost is not bool(moves % 2):
            yield f"payment {payment_id}: its fee is {'not lost' if lost else 'lost'}"


@check("payments: what banks hold, kept and gave back in disputes is in the books")
def disputes_agree_with_books() -> Iterator[str]:
    """DisputeHeld:<dispute> is the amount while it is open, else zero; losses and fees add up."""
    books = balances_of("DisputeHeld")
    losses = fees = 0
    for dispute in db.session.scalars(select(Dispute).order_by(Dispute.id)):
        expected = dispute.amount_fen if dispute.state in rules.OPEN_DISPUTES else 0
        found = books.pop(str(dispute.id), 0)
        if found != expected:
            yield f"dispute {dispute.id} ({dispute.state}): DisputeHeld stands at {found} fen, not {expected}"
        fees += dispute.fee_fen
        if dispute.state == DisputeStep.LOST:
            losses += dispute.amount_fen - dispute.covered_fen
    for rest, found in books.items():
        if found:
            yield f"DisputeHeld:{rest} stands at {found} fen for no dispute"
    for account, expected in (("ChargebackLoss", losses), ("DisputeFee", fees)):
        if balance(account) != expected:
            yield f"{account} stands at {balance(account)} fen, not {expected}"


@check("payments: what a payer has back by refunds and disputes beside each other is a loss that is shown")
def covered_fits() -> Iterator[str]:
    """A refund that a dispute overtook is covered by it."""
    overtaken = _sum_of(Refund.amount_fen, Refund.payment_id == Payment.id, Refund.state == RefundState.BY_DISPUTE)
    covered = _sum_of(Dispute.covered_fen, Dispute.payment_id == Payment.id)
    rows = db.session.execute(select(Payment.id, overtaken, covered).where(overtaken > covered))
    for payment_id, overtaken_fen, covered_fen in rows:
        yield f"payment {payment_id}: {overtaken_fen} fen of refunds overtaken by disputes that gave {covered_fen}"


@check("payments: what a gateway has paid out is on its way to the bank")
def payouts_agree_with_books() -> Iterator[str]:
    """Transit = payouts sent; the bank's lines take it from there."""
    for provider in db.session.scalars(select(GatewayPayoutRow.provider).distinct()):
        expected, found = sent_to_bank(provider), balance(f"Transit:{provider}")
        if found != expected:
            yield f"Transit:{provider} stands at {found} fen, not {expected}"


def kept_by_gateway(provider: str) -> int:
    """Fees, and what is held or lost in disputes, in fen."""
    fees = db.session.scalar(
        select(func.coalesce(func.sum(Payment.fee_fen), 0)).where(
            Payment.provider == provider, Payment.state == PaymentState.SUCCEEDED
        )
    )
    gone = case((Dispute.state == DisputeStep.WON, 0), else_=Dispute.amount_fen)
    disputed = db.session.scalar(
        select(func.coalesce(func.sum(gone + Dispute.fee_fen), 0)).where(Dispute.provider == provider)
    )
    return int(fees or 0) + int(disputed or 0)


def sent_to_bank(provider: str) -> int:
    """Payouts that did not come back, in fen."""
    return int(
        db.session.scalar(
            select(func.coalesce(func.sum(GatewayPayoutRow.amount_fen), 0)).where(
                GatewayPayoutRow.provider == provider, GatewayPayoutRow.state == PayoutStep.SENT
            )
        )
        or 0
    )


def _sum_of(column: Any, *conditions: Any) -> Any:
    return select(func.coalesce(func.sum(column), 0)).where(*conditions).scalar_subquery()
