"""Ask the gateway how a payment stands: when the payer comes back, while its money is not confirmed, after silence."""

from __future__ import annotations

from contextlib import suppress

import structlog
from sqlalchemy import select

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import Due, NotYet
from cofu_adopt.payments import apply
from cofu_adopt.payments.errors import GatewayTrouble, PaymentRefused
from cofu_adopt.payments.gateway import Rejected, Retryable, UnknownOutcome, gateway
from cofu_adopt.payments.models import Payment, PaymentState
from cofu_adopt.payments.open import open_checkout
from cofu_adopt.payments.rules import LIVE_PAYMENTS

log = structlog.get_logger()


class StillUnconfirmed(NotYet):
    """The gateway has not decided; the due row comes back."""


def check_order(order_id: int) -> None:
    """Ask about the order's live payment, if there is one, and apply the answer; needs no open unit of work.

    A gateway that does not answer is no error here: the notification or the clock will bring the news.
    """
    with unit_of_work(writes=False):
        payment = db.session.scalar(
            select(Payment).where(Payment.order_id == order_id, Payment.state.in_(LIVE_PAYMENTS))
        )
    if payment is None or payment.gateway_ref is None:
        return
    try:
        _fetch_and_apply(payment.provider, payment.gateway_ref)
    except (Rejected, Retryable, UnknownOutcome) as error:
        log.warning("payment.check_failed", payment_id=payment.id, error=type(error).__name__)


def check_payment(row: Due) -> None:
    """The clock's way: ask about a live payment, a pending one until the gateway has decided.

    One whose first call had no answer is sent again under the same key, until there is one.
    """
    with unit_of_work(writes=False):
        payment = db.session.get_one(Payment, int(row.subject))
    if payment.state not in LIVE_PAYMENTS:
        return
    if payment.gateway_ref is None:
        with suppress(GatewayTrouble, PaymentRefused):
            open_checkout(payment.id)
    else:
        _fetch_and_apply(payment.provider, payment.gateway_ref)
    with unit_of_work(writes=False):
        if db.session.get_one(Payment, payment.id).state in {PaymentState.OPENING, PaymentState.PENDING}:
            raise StillUnconfirmed


class FeeNotKnown(NotYet):
    """The gateway has not said what it keeps; the due row comes back."""


def ask_fee(row: Due) -> None:
    """The clock's way: ask what the gateway kept of a payment, after growing pauses, until it says so."""
    with unit_of_work(writes=False):
        payment = db.session.get_one(Payment, int(row.subject))
    if payment.fee_fen is not None or payment.gateway_ref is None:
        return
    _fetch_and_apply(payment.provider, payment.gateway_ref)
    with unit_of_work(writes=False):
        if db.session.get_one(Payment, payment.id).fee_fen is None:
            raise FeeNotKnown


def _fetch_and_apply(provider: str, ref: str) -> None:
    checkout = gateway(provider).fetch(ref)
    with unit_of_work("payment.check"):
        apply.apply_checkout(checkout)
