"""End an order that waits for a choice, when its adopter takes no rope."""

from __future__ import annotations

from cofu_adopt.adoptions import rules
from cofu_adopt.adoptions.confirm import owe_back
from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.payments import queries as payments
from cofu_adopt.payments.models import RefundReason


def give_money_back(adoption: Adoption, amount_fen: int, reason: RefundReason) -> None:
    """Let the money of a locked order that waits for a choice go back, in the open unit of work."""
    payment_id = payments.find_paying(adoption.id)
    if payment_id is None:
        raise AssertionError(f"adoption {adoption.id} waits for a choice without a payment")
    end_owed(adoption)
    owe_back(adoption, payment_id, amount_fen, reason)


def end_owed(adoption: Adoption) -> None:
    """A locked order that waits for a choice ends; whoever calls this gives its money another place."""
    adoption.state = rules.step(AdoptionState(adoption.state), AdoptionState.CANCELLED)
