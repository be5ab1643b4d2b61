"""A person of ours asks the gateway how a payment stands, now; the clock and the notifications do so by themselves."""

from __future__ import annotations

from enum import StrEnum

import structlog

from cofu_adopt.core import audit
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import NotFound
from cofu_adopt.payments import apply
from cofu_adopt.payments.errors import GatewayTrouble, PaymentRefused
from cofu_adopt.payments.gateway import Rejected, Retryable, UnknownOutcome, gateway
from cofu_adopt.payments.models import Payment, PaymentState
from cofu_adopt.payments.open import open_checkout

log = structlog.get_logger()


class Answer(StrEnum):
    """What asking brought."""

    CHANGED = "changed"
    """The payment stands otherwise than before."""
    SAME = "same"
    """The gateway says what we knew."""
    SILENT = "silent"
    """It did not answer; nothing changed."""
    UNKNOWN = "unknown"
    """It does not know this payment; nothing changed."""


def ask_gateway(payment_id: int) -> Answer:
    """Ask, and apply what the gateway says; opens its own units of work. Raises NotFound.

    A payment whose opening was never answered is opened again under the same key: that finds it, or makes it once.
    """
    with unit_of_work(writes=False):
        payment = db.session.get(Payment, payment_id)
    if payment is None:
        raise NotFound
    answer = _ask(payment)
    with unit_of_work():
        after = PaymentState(db.session.get_one(Payment, payment_id).state)
        if answer is Answer.SAME and after != payment.state:
            answer = Answer.CHANGED
        audit.record(
            "payment.ask",
            "payment",
            payment_id,
            before={"state": str(payment.state)},
            after={"state": str(after), "answer": str(answer)},
        )
    return answer


def _ask(payment: Payment) -> Answer:
    if payment.gateway_ref is None:
        return _open_again(payment)
    try:
        checkout = gateway(payment.provider).fetch(payment.gateway_ref)
    except Rejected:
        return Answer.UNKNOWN
    except (Retryable, UnknownOutcome) as error:
        log.warning("payment.ask_failed", payment_id=payment.id, error=type(error).__name__)
        return Answer.SILENT
    with unit_of_work("payment.check"):
        apply.apply_checkout(checkout)
    return Answer.SAME


def _open_again(payment: Payment) -> Answer:
    if payment.state != PaymentState.OPENING:
        return Answer.UNKNOWN
    try:
        open_checkout(payment.id)
    except PaymentRefused:
        return Answer.UNKNOWN
    except GatewayTrouble:
        return Answer.SILENT
    return Answer.SAME
