"""Reactions to events: whom to tell what."""

from __future__ import annotations

from typing import Any

from cofu_adopt.events import AdoptionPaid, AdoptionRefundDue, AdoptionRefunded, RemedyOpened
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


def on_remedy_opened(event: RemedyOpened) -> None:
    """The money is safe, and something is to be chosen."""
    params = {
        "rope": event.rope_label,
        "code": event.code,
        "amount_fen": event.amount_fen,
        "cause": event.cause,
        "until": event.choose_until.isoformat(),
    }
    _tell(event, "remedy_opened", params, f"remedy:{event.remedy_id}:opened")


def _tell(
    event: AdoptionPaid | AdoptionRefundDue | AdoptionRefunded | RemedyOpened,
    template: str,
    params: dict[str, Any],
    fact: str,
) -> None:
    tell(event.person_id, template, params, fact=fact, email=event.receipt_email, locale=event.locale)
