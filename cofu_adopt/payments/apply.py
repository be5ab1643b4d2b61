"""Make the gateway's word true here: lock the payment, ask rules.py, publish what became true. Once in effect."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import or_, select

from cofu_adopt.core import bus, clock, due
from cofu_adopt.core.db import db
from cofu_adopt.events import (
    PaymentClosed,
    PaymentPending,
    PaymentSucceeded,
    PaymentWaits,
    RefundFailed,
    RefundSucceeded,
)
from cofu_adopt.payments import rules
from cofu_adopt.payments.gateway import Checkout, CheckoutState, GatewayRefund, GatewayRefundState, longest_wait
from cofu_adopt.payments.models import Payment, PaymentState, Refund, RefundState

CHECK_PAYMENT = "check_payment"
CHECK_AFTER = timedelta(seconds=60)
log = structlog.get_logger()


def apply_checkout(checkout: Checkout) -> bool:
    """Apply a checkout that was fetched from the gateway, in the open unit of work. False when it is not ours.

    The same word applied again changes nothing: the row is locked, and only a step that rules.py knows is taken.
    """
    payment = db.session.scalar(
        select(Payment)
        .where(or_(Payment.gateway_ref == checkout.ref, Payment.key == checkout.client_reference))
        .with_for_update()
    )
    if payment is None:
        return False
    payment.gateway_ref, payment.url = checkout.ref, checkout.url
    payment.payment_ref = checkout.payment_ref or payment.payment_ref
    state = rules.next_state(payment.state, checkout.state)
    if state is None:
        return True
    now = clock.now()
    if checkout.state is CheckoutState.PAID:
        reason = rules.difference(checkout, amount_fen=payment.amount_fen, currency=payment.currency)
        if reason is not None:
            payment.state, payment.review_reason = PaymentState.REVIEW, reason
            log.error("payment.review", payment_id=payment.id, reason=reason)
            return True
        payment.succeeded_at, payment.wallet = now, checkout.wallet
        payment.refundable_until = rules.refundable_until(now, checkout.wallet)
    payment.state = state
    if state is PaymentState.CLOSED:
        payment.closed_at = now
    db.session.flush()
    if state is PaymentState.SUCCEEDED:
        bus.publish(
            PaymentSucceeded(
                payment_id=payment.id,
                order_id=payment.order_id,
                provider=payment.provider,
                amount_fen=payment.amount_fen,
                currency=payment.currency,
                livemode=payment.livemode,
                paid_at=now,
            )
        )
    elif state is PaymentState.PENDING:
        due.declare(CHECK_PAYMENT, payment.id, now + CHECK_AFTER)
        bus.publish(PaymentPending(payment.id, payment.order_id))
    elif state is PaymentState.CLOSED:
        bus.publish(PaymentClosed(payment.id, payment.order_id))
    elif state is PaymentState.OPEN and longest_wait(payment.provider):
        bus.publish(PaymentWaits(payment.id, payment.order_id, checkout.ref, payment.amount_fen, payment.expires_at))
    return True


def close_rejected(payment_id: int) -> None:
    """Close an intention that the gateway refused, in the open unit of work; it never had a page to pay on."""
    payment = db.session.get_one(Payment, payment_id, with_for_update=True, populate_existing=True)
    if payment.state == PaymentState.OPENING:
        payment.state, payment.closed_at = PaymentState.CLOSED, clock.now()
        bus.publish(PaymentClosed(payment.id, payment.order_id))


def apply_refund(answer: GatewayRefund) -> bool:
    """Apply a refund that was fetched from the gateway, in the open unit of work. False when it is not ours."""
    refund = db.session.scalar(
        select(Refund).where(or_(Refund.gateway_ref == answer.ref, Refund.key == answer.key)).with_for_update()
    )
    if refund is None:
        return False
    payment = db.session.get_one(Payment, refund.payment_id)
    refund.gateway_ref = answer.ref
    before = RefundState(refund.state)
    if answer.state is GatewayRefundState.SUCCEEDED and before in {RefundState.APPROVED, RefundState.SENT}:
        refund.state, refund.finished_at = RefundState.SUCCEEDED, clock.now()
        db.session.flush()
        bus.publish(
            RefundSucceeded(
                refund.id, payment.id, payment.order_id, payment.provider, refund.amount_fen, payment.currency
            )
        )
    elif answer.state is GatewayRefundState.FAILED and before not in {RefundState.FAILED, RefundState.MANUAL_DUE}:
        fail_refund(refund, payment)
    elif before is RefundState.APPROVED:
        refund.state, refund.sent_at = RefundState.SENT, clock.now()
    return True


def fail_refund(refund: Refund, payment: Payment) -> None:
    """The gateway could not give a locked refund back, or says now that it had not: it stays owed."""
    before = refund.state
    refund.state, refund.finished_at = RefundState.FAILED, clock.now()
    db.session.flush()
    bus.publish(
        RefundFailed(
            refund.id,
            payment.id,
            payment.order_id,
            payment.provider,
            refund.amount_fen,
            payment.currency,
            succeeded_before=before == RefundState.SUCCEEDED,
        )
    )
