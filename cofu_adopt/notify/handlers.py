"""Reactions to events: whom to tell what."""

from __future__ import annotations

from typing import Any

from cofu_adopt.events import AdoptionPaid, AdoptionRefundDue, AdoptionRefunded, AdoptionTransferNews
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
    }
    _tell(event, "refund_due", params, f"refund:{event.refund_id}:due")


def on_refunded(event: AdoptionRefunded) -> None:
    """The money has gone back."""
    params = {"rope": event.rope_label, "code": event.code, "amount_fen": event.amount_fen}
    _tell(event, "refunded", params, f"adoption:{event.adoption_id}:refunded")


def on_transfer_news(event: AdoptionTransferNews) -> None:
    """How to transfer, what is missing, that it is over, or that it was a mistake."""
    params = {
        "rope": event.rope_label,
        "code": event.code,
        "amount_fen": event.amount_fen,
        "missing_fen": event.missing_fen,
        "ref": event.ref,
        "until": event.until.isoformat(),
    }
    if event.news == "asked":
        _tell(event, "transfer_asked", params, event.fact)
    elif event.news == "short":
        _tell(event, "transfer_short", params, event.fact)
    elif event.news == "over":
        _tell(event, "transfer_over", params, event.fact)
    else:
        _tell(event, "transfer_undone", params, event.fact)


def _tell(
    event: AdoptionPaid | AdoptionRefundDue | AdoptionRefunded | AdoptionTransferNews,
    template: str,
    params: dict[str, Any],
    fact: str,
) -> None:
    tell(event.person_id, template, params, fact=fact, email=event.receipt_email, locale=event.locale)
