"""Reactions to events: whom to tell what."""

from __future__ import annotations

from typing import Any

from cofu_adopt.events import AdoptionPaid, AdoptionRefundDue, AdoptionRefundStep
from cofu_adopt.notify.tell import tell


def on_adoption_paid(event: AdoptionPaid) -> None:
    """The receipt."""
    params = {"rope": event.rope_label, "code": event.code, "amount_fen": event.amount_fen}
    _tell(event, "adopted", params, f"adoption:{event.adoption_id}:paid")


def on_refund_due(event: AdoptionRefundDue) -> None:
    """The money is on its way back."""
    params = {
        "rope": event.rope_label,
        "code": event.code,
        "amount_fen": event.amount_fen,
        "reason": event.reason,
        "by_hand": event.by_hand,
        "refund_id": event.refund_id,
    }
    _tell(event, "refund_due", params, f"refund:{event.refund_id}:due")


STEPS = {
    "arrived": "refunded",
    "failed": "refund_failed",
    "again": "refund_again",
    "account_needed": "refund_account",
    "paid": "refund_paid",
    "returned": "refund_returned",
}
"""Which text tells which step of a refund."""


def on_refund_step(event: AdoptionRefundStep) -> None:
    """What became of a refund since."""
    params = {
        "rope": event.rope_label,
        "code": event.code,
        "amount_fen": event.amount_fen,
        "refund_id": event.refund_id,
        **event.more,
    }
    _tell(event, STEPS[event.step], params, event.fact)


def _tell(
    event: AdoptionPaid | AdoptionRefundDue | AdoptionRefundStep, template: str, params: dict[str, Any], fact: str
) -> None:
    tell(event.person_id, template, params, fact=fact, email=event.receipt_email, locale=event.locale)
