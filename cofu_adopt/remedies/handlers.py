"""Reactions to events."""

from __future__ import annotations

from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.queries import lock_adoption
from cofu_adopt.events import AdoptionRefunded, DisputeLost, RefundFailed, RefundReturned, RemedyOwed
from cofu_adopt.remedies import choose
from cofu_adopt.remedies import open as opening


def on_remedy_owed(event: RemedyOwed) -> None:
    """Offer what the cause offers, and set the deadline."""
    opening.open_remedy(event)


def on_refunded(event: AdoptionRefunded) -> None:
    """A remedy of money has reached its adopter."""
    choose.note_money_of(event.adoption_id, is_back=True)


def on_refund_failed(event: RefundFailed) -> None:
    """The gateway has taken its word back: the money is owed again."""
    if event.succeeded_before and lock_adoption(event.order_id).state == AdoptionState.CANCELLED:
        choose.note_money_of(event.order_id, is_back=False)


def on_refund_returned(event: RefundReturned) -> None:
    """The bank sent back what was paid by hand: the money is owed again."""
    if lock_adoption(event.order_id).state == AdoptionState.CANCELLED:
        choose.note_money_of(event.order_id, is_back=False)


def on_dispute_lost(event: DisputeLost) -> None:
    """The payer's bank has given the money back: there is nothing left to choose."""
    if lock_adoption(event.order_id).state == AdoptionState.CANCELLED:
        choose.note_taken_back(event.order_id)
