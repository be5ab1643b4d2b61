"""Reactions to events: whom to tell what."""

from __future__ import annotations

from typing import Any

from cofu_adopt.events import (
    AdoptionCredited,
    AdoptionPaid,
    AdoptionRefundDue,
    AdoptionRefundStep,
    AdoptionTransferNews,
    RemedyOpened,
)
from cofu_adopt.notify.tell import tell


def on_adoption_paid(event: AdoptionPaid) -> None:
    """The receipt."""
    params: dict[str, Any] = {"rope": event.rope_label, "code": event.code, "amount_fen": event.amount_fen}
    if event.credit_fen:
        params["credit_fen"] = event.credit_fen
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
    if event.credit_fen:
        params["credit_fen"] = event.credit_fen
    _tell(event, "refund_due", params, f"refund:{event.refund_id}:due")


def on_refund_step(event: AdoptionRefundStep) -> None:
    """What became of a refund since."""
    params = {
        "rope": event.rope_label,
        "code": event.code,
        "amount_fen": event.amount_fen,
        "refund_id": event.refund_id,
        **event.more,
    }
    match event.step:
        case "arrived":
            _tell(event, "refunded", params, event.fact)
        case "failed":
            _tell(event, "refund_failed", params, event.fact)
        case "again":
            _tell(event, "refund_again", params, event.fact)
        case "account_needed":
            _tell(event, "refund_account", params, event.fact)
        case "paid":
            _tell(event, "refund_paid", params, event.fact)
        case "returned":
            _tell(event, "refund_returned", params, event.fact)
        case _:
            raise LookupError(event.step)


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


def on_credited(event: AdoptionCredited) -> None:
    """What the order had cost is her credit."""
    params = {"rope": event.rope_label, "code": event.code, "amount_fen": event.amount_fen, "chosen": event.chosen}
    _tell(event, "credited", params, f"adoption:{event.adoption_id}:credited")


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
    event: AdoptionPaid
    | AdoptionCredited
    | AdoptionRefundDue
    | AdoptionRefundStep
    | AdoptionTransferNews
    | RemedyOpened,
    template: str,
    params: dict[str, Any],
    fact: str,
) -> None:
    tell(event.person_id, template, params, fact=fact, email=event.receipt_email, locale=event.locale)
