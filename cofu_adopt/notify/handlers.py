"""Reactions to events: whom to tell what."""

from __future__ import annotations

from typing import Any

from cofu_adopt.events import AdoptionPaid, AdoptionRefundDue, AdoptionRefunded
from cofu_adopt.notify.tell import tell


def on_adoption_paid(event: AdoptionPaid) -> None:
    """The receipt."""
    params: dict[str, Any] = {"rope": event.rope_label, "code": event.code, "amount_fen": event.amount_fen}
    if event.credit_fen:
        params["credit_fen"] = event.credit_fen
    _tell(event, "adopted", params, f"adoption:{event.adoption_id}:paid")


def on_refund_due(event: AdoptionRefundDue) -> None:
    """The money is on its way back."""
    params: dict[str, Any] = {
        "rope": event.rope_label,
        "code": event.code,
        "amount_fen": event.amount_fen,
        "reason": event.reason,
        "by_hand": event.by_hand,
    }
    if event.credit_fen:
        params["credit_fen"] = event.credit_fen
    _tell(event, "refund_due", params, f"refund:{event.refund_id}:due")


def on_refunded(event: AdoptionRefunded) -> None:
    """The money has gone back."""
    params = {"rope": event.rope_label, "code": event.code, "amount_fen": event.amount_fen}
    if event.to_credit:
        _tell(event, "credit_again", params, f"adoption:{event.adoption_id}:refunded")
        return
    _tell(event, "refunded", params, f"adoption:{event.adoption_id}:refunded")


def _tell(
    event: AdoptionPaid | AdoptionRefundDue | AdoptionRefunded, template: str, params: dict[str, Any], fact: str
) -> None:
    tell(event.person_id, template, params, fact=fact, email=event.receipt_email, locale=event.locale)
