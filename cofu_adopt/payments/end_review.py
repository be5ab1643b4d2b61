"""A person of ours has looked at a payment whose amount or currency was not what we asked for."""

from __future__ import annotations

from cofu_adopt.core import audit, bus, clock
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.events import PaymentClosed
from cofu_adopt.payments.models import Payment, PaymentState


def end_review(payment_id: int, note: str) -> None:
    """Close a payment in review whose money was given back on the gateway's own desk, in the open unit of work.

    Nothing was booked when it came, so nothing is booked now. The order may then be paid again or its hold ends.
    Raises NotFound when the payment is not in review.
    """
    payment = db.session.get(Payment, payment_id, with_for_update=True)
    if payment is None or payment.state != PaymentState.REVIEW:
        raise NotFound
    payment.state, payment.closed_at = PaymentState.CLOSED, clock.now()
    audit.record(
        "payment.end_review",
        "payment",
        payment_id,
        before={"state": "review", "reason": payment.review_reason},
        after={"state": "closed", "note": note},
    )
    bus.publish(PaymentClosed(payment.id, payment.order_id))
