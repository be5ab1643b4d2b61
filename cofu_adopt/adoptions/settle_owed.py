"""End an order that waits for a choice, when its adopter takes no rope."""

from __future__ import annotations

from cofu_adopt.adoptions import rules
from cofu_adopt.adoptions.confirm import owe_back, tell_credited
from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.payments import credit, spend_credit
from cofu_adopt.payments import queries as payments
from cofu_adopt.payments.grant_credit import grant_credit
from cofu_adopt.payments.models import RefundReason


def give_money_back(adoption: Adoption, amount_fen: int, reason: RefundReason) -> None:
    """Let the money of a locked order that waits for a choice go back, in the open unit of work.

    What of `amount_fen` credit had paid is credit again, at once.
    """
    payment_id, credit_fen = _paying(adoption), credit.spent_on(adoption.id)
    end_owed(adoption)
    owe_back(adoption, payment_id, amount_fen - credit_fen, reason, credit_fen=credit_fen)
    spend_credit.return_credit(adoption.id)


def turn_into_credit(adoption: Adoption, amount_fen: int, source: str) -> None:
    """Let the money of a locked order that waits for a choice be its adopter's credit, in the open unit of work.

    Raises PaymentDisputed, RefundTooLarge.
    """
    payment_id = _paying(adoption)
    end_owed(adoption)
    # What was credit first: its grants are locked before the person's account.
    credit_fen = spend_credit.return_credit(adoption.id)
    grant_credit(adoption.person_id, payment_id, amount_fen - credit_fen, source)
    tell_credited(adoption, amount_fen, chosen=True)


def _paying(adoption: Adoption) -> int:
    payment_id = payments.find_paying(adoption.id)
    if payment_id is None:
        raise AssertionError(f"adoption {adoption.id} waits for a choice without a payment")
    return payment_id


def end_owed(adoption: Adoption) -> None:
    """A locked order that waits for a choice ends; whoever calls this gives its money another place."""
    adoption.state = rules.step(AdoptionState(adoption.state), AdoptionState.CANCELLED)
