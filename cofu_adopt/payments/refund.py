"""Refunds: approve; send; store the answer. The key is stored before the call, so sending again is safe."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import func, select

from cofu_adopt.core import clock, due
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import Due
from cofu_adopt.core.errors import NotFound
from cofu_adopt.core.money import price
from cofu_adopt.payments import apply
from cofu_adopt.payments.credit import granted_of
from cofu_adopt.payments.disputed import has_open_dispute, lost_in_disputes
from cofu_adopt.payments.errors import PaymentDisputed, RefundTooLarge
from cofu_adopt.payments.gateway import GatewayRefundState, Rejected, gateway
from cofu_adopt.payments.models import Payment, Refund, RefundReason, RefundState
from cofu_adopt.payments.rules import OPEN_REFUNDS

SEND_REFUND = "send_refund"


def approve_refund(payment_id: int, amount_fen: int, reason: RefundReason) -> Refund:
    """Owe `amount_fen` of the payment back to the payer, in the open unit of work, and make sending it due.

    The entrance of what is owed by rule, and of what staff have agreed on. Past the wallet's window the refund is
    `manual_due` and is not sent. Raises RefundTooLarge when the payment's refunds would add up, with what became
    credit and what was lost in disputes, to more than was paid; PaymentDisputed while a dispute of the payment is
    open. The payment is locked meanwhile.
    """
    payment = lock_payment(payment_id)
    if reason is not RefundReason.DISPUTE_LOST and has_open_dispute(payment_id):
        raise PaymentDisputed
    of_credit = reason is RefundReason.CREDIT_TO_MONEY
    left_fen = left_for_credit(payment) if of_credit else left_of(payment)
    if amount_fen > left_fen:
        raise RefundTooLarge(left=price(left_fen))
    return owe(payment, amount_fen, reason)


def lock_payment(payment_id: int) -> Payment:
    """The payment as it stands, locked until the end of the open unit of work: first of all locks of a refund."""
    return db.session.get_one(Payment, payment_id, with_for_update=True, populate_existing=True)


def lock_refund(refund_id: int) -> tuple[Refund, Payment]:
    """The refund and its payment as they stand, locked, the payment first. Raises NotFound."""
    payment_id = db.session.scalar(select(Refund.payment_id).where(Refund.id == refund_id))
    if payment_id is None:
        raise NotFound
    payment = lock_payment(payment_id)
    return db.session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True), payment


def given_back(payment_id: int) -> int:
    """What of a payment has gone back, is owed back or became credit; what a dispute took is not in it."""
    given = select(func.coalesce(func.sum(Refund.amount_fen), 0)).where(
        Refund.payment_id == Payment.id,
        Refund.state.in_(OPEN_REFUNDS),
        Refund.reason != RefundReason.CREDIT_TO_MONEY,
    )
    query = select(given.scalar_subquery() + granted_of(Payment.id)).where(Payment.id == payment_id)
    return int(db.session.scalar(query) or 0)


def left_of(payment: Payment) -> int:
    """What a payment still holds for its order."""
    return max(0, payment.amount_fen - given_back(payment.id) - lost_in_disputes(payment.id))


def left_for_credit(payment: Payment) -> int:
    """What a payment still holds for the credit that was given for it, or for anybody."""
    query = select(func.coalesce(func.sum(Refund.amount_fen), 0))
    gone = db.session.scalar(query.where(Refund.payment_id == payment.id, Refund.state.in_(OPEN_REFUNDS)))
    return max(0, payment.amount_fen - int(gone or 0) - lost_in_disputes(payment.id))


def owe(payment: Payment, amount_fen: int, reason: RefundReason, *, replaces_id: int | None = None) -> Refund:
    """A new refund of a locked payment, under a key of its own; it is due at once, or by hand past the window."""
    now = clock.now()
    late = payment.refundable_until is None or now > payment.refundable_until
    refund = Refund(
        payment_id=payment.id,
        amount_fen=amount_fen,
        replaces_id=replaces_id,
        state=RefundState.MANUAL_DUE if late else RefundState.APPROVED,
        reason=reason,
        key=f"refund-{uuid4().hex}",
        requested_at=now,
    )
    db.session.add(refund)
    db.session.flush()
    if not late:
        due.declare(SEND_REFUND, refund.id, now)
    return refund


def send_refund(row: Due) -> None:
    """Send an approved refund, or ask how a sent one stands; opens its own units of work.

    While the payer's bank holds the money in a dispute nothing is sent: it may go back that way. While the gateway
    is still at it, the due row comes back after a growing pause and asks again.
    """
    with unit_of_work(writes=False):
        refund = db.session.get_one(Refund, int(row.subject))
        payment = db.session.get_one(Payment, refund.payment_id)
        disputed = has_open_dispute(payment.id)
    if refund.state not in {RefundState.APPROVED, RefundState.SENT} or payment.gateway_ref is None:
        return
    if disputed and refund.gateway_ref is None:
        raise HeldByDispute
    try:
        if refund.gateway_ref is None:
            answer = gateway(payment.provider).refund(
                key=refund.key, checkout_ref=payment.gateway_ref, amount_fen=refund.amount_fen
            )
        else:
            answer = gateway(payment.provider).fetch_refund(refund.gateway_ref)
    except Rejected as error:
        with unit_of_work("refund.reject"):
            _reject(refund.id, str(error))
        return
    with unit_of_work("refund.apply"):
        apply.apply_refund(answer)
    if answer.state is GatewayRefundState.PENDING:
        raise StillPending


class HeldByDispute(due.NotYet):
    """The bank has not decided a dispute of the payment; the due row comes back."""


class StillPending(due.NotYet):
    """The gateway has not finished; the due row comes back."""


def _reject(refund_id: int, error: str) -> None:
    refund, payment = lock_refund(refund_id)
    if refund.state in {RefundState.APPROVED, RefundState.SENT}:
        refund.last_error = error[:200]
        apply.fail_refund(refund, payment)
