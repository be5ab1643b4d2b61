"""Open a checkout: store the intention and its key; call; store the answer. Each step is resumable from its row."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import structlog
from sqlalchemy import select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.payments import apply
from cofu_adopt.payments.errors import GatewayTrouble, PaymentUnderWay
from cofu_adopt.payments.gateway import (
    CheckoutRequest,
    CheckoutState,
    Rejected,
    Retryable,
    UnknownOutcome,
    gateway,
)
from cofu_adopt.payments.models import Payment, PaymentState
from cofu_adopt.payments.queries import awaits_word
from cofu_adopt.payments.rules import LIVE_PAYMENTS
from cofu_adopt.payments.transfer_errors import OtherWayUnderWay

log = structlog.get_logger()


def intend_payment(
    *,
    order_id: int,
    amount_fen: int,
    currency: str,
    expires_at: datetime,
    title: str,
    return_url: str,
    locale: str,
    provider: str | None = None,
) -> int:
    """Store the intention to pay, in the caller's unit of work, and return the payment's id.

    All that the gateway is told is stored with it: a call repeated under the same key must say the same.
    A payment that is already opening or open for the order is taken up again, under its own key.
    `provider`: the way to pay, without one that of the settings. Raises OtherWayUnderWay when an open payment goes
    another way: it is settled first.
    Raises PaymentUnderWay when the payer has finished one whose money is not confirmed yet, or is in review.
    The caller has locked the order; the payment is not locked, as the gateway's word locks payment, then order.
    """
    if awaits_word(order_id):
        raise PaymentUnderWay
    live = db.session.scalar(select(Payment).where(Payment.order_id == order_id, Payment.state.in_(LIVE_PAYMENTS)))
    way = gateway(provider)
    if live is not None:
        if live.provider != way.name:
            raise OtherWayUnderWay
        return live.id
    payment = Payment(
        order_id=order_id,
        provider=way.name,
        state=PaymentState.OPENING,
        amount_fen=amount_fen,
        currency=currency,
        key=f"checkout-{uuid4().hex}",
        title=title,
        return_url=return_url,
        locale=locale,
        livemode=way.livemode,
        opened_at=clock.now(),
        expires_at=expires_at,
    )
    db.session.add(payment)
    db.session.flush()
    return payment.id


def open_checkout(payment_id: int) -> str:
    """Open the gateway's page for an intended payment and return its address. Needs no open unit of work.

    Sending it again is safe: the key and the expiry were stored before. Raises GatewayTrouble when the gateway
    does not answer: the intention stays and is taken up by the next try or by the hold's end. Raises it also when
    the gateway refuses: nothing happened, the intention is closed, and the next try makes a new one.
    """
    with unit_of_work(writes=False):
        payment = db.session.get_one(Payment, payment_id)
    if payment.url is not None:
        return payment.url
    try:
        checkout = gateway(payment.provider).create_checkout(_request(payment))
    except Rejected as error:
        log.warning("payment.open_rejected", payment_id=payment_id)
        with unit_of_work():
            apply.close_rejected(payment_id)
        raise GatewayTrouble from error
    except (Retryable, UnknownOutcome) as error:
        log.warning("payment.open_failed", payment_id=payment_id, error=type(error).__name__)
        raise GatewayTrouble from error
    with unit_of_work("payment.open"):
        apply.apply_checkout(checkout)
    if checkout.state is CheckoutState.EXPIRED:
        raise GatewayTrouble
    return checkout.url


def settle_live_payment(order_id: int) -> PaymentState | None:
    """Make the order's live payment unpayable and apply what the gateway says of it; needs no open unit of work.

    Returns the payment's state afterwards (SUCCEEDED: the payment won), or None when there was none.
    Raises GatewayTrouble when the gateway cannot be asked: then nothing may be released.
    """
    with unit_of_work(writes=False):
        payment = db.session.scalar(
            select(Payment).where(Payment.order_id == order_id, Payment.state.in_(LIVE_PAYMENTS))
        )
    if payment is None:
        return None
    try:
        # Without a reference the answer to the first call was lost: the same call under the same key finds it out.
        ref = payment.gateway_ref or _find_ref(payment)
        checkout = None if ref is None else gateway(payment.provider).close(ref)
    except (Rejected, Retryable, UnknownOutcome) as error:
        log.warning("payment.close_failed", payment_id=payment.id, error=type(error).__name__)
        raise GatewayTrouble from error
    with unit_of_work("payment.settle"):
        if checkout is None:
            apply.close_rejected(payment.id)
        else:
            apply.apply_checkout(checkout)
    with unit_of_work(writes=False):
        return PaymentState(db.session.get_one(Payment, payment.id).state)


def _find_ref(payment: Payment) -> str | None:
    # None: the gateway refuses what was asked, so there is nothing that could be paid.
    try:
        return gateway(payment.provider).create_checkout(_request(payment)).ref
    except Rejected:
        return None


def _request(payment: Payment) -> CheckoutRequest:
    return CheckoutRequest(
        key=payment.key,
        client_reference=payment.key,
        title=payment.title,
        amount_fen=payment.amount_fen,
        currency=payment.currency,
        expires_at=payment.expires_at,
        return_url=payment.return_url,
        locale=payment.locale,
    )
