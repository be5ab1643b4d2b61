"""Credit for tests: an order's money turned into credit, as a remedy does when the adopter chooses it."""

from __future__ import annotations

from collections.abc import Iterator

from cofu_adopt.adoptions.confirm import owe_back
from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.adoptions.queries import lock_adoption
from cofu_adopt.adoptions.release import free_rope
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.ledger.queries import balance
from cofu_adopt.payments import credit, spend_credit
from cofu_adopt.payments.grant_credit import grant_credit
from cofu_adopt.payments.models import RefundReason
from cofu_adopt.payments.queries import find_paying
from tests.season import Season


def turn_into_credit(adoption: Adoption, amount_fen: int | None = None) -> int:
    """End a paid order; `amount_fen` of its money becomes credit, the rest goes back. Return the grant's id, or 0."""
    with unit_of_work():
        order = lock_adoption(adoption.id)
        payment_id, spent = find_paying(order.id), credit.spent_on(order.id)
        paid = order.price_fen - spent
        amount_fen = paid if amount_fen is None else amount_fen
        free_rope(order, AdoptionState.CANCELLED)
        if payment_id is not None and paid > amount_fen:
            owe_back(order, payment_id, paid - amount_fen, RefundReason.CANCELLED)
        spend_credit.return_credit(order.id)
        if payment_id is None:
            order.state = AdoptionState.REFUNDED
            return 0
        return grant_credit(order.person_id, payment_id, amount_fen, f"test:{order.id}")


def give_credit(season: Season, *amounts_fen: int, person_id: int | None = None, wallet: str = "wechat_pay") -> None:
    """Give the person credit of these amounts, one grant each, of orders that are over."""
    for amount_fen in amounts_fen:
        adoption = season.hold(person_id)
        season.pay(adoption, wallet=wallet)
        turn_into_credit(adoption, amount_fen)
        season.tick(seconds=1)


def left(season: Season, person_id: int | None = None) -> int:
    """What the person can spend."""
    with unit_of_work(writes=False):
        return credit.balance_of(person_id or season.person_id)


def booked(account: str) -> int:
    """What the books say."""
    with unit_of_work(writes=False):
        return balance(account)


def uses(adoption: Adoption) -> Iterator[tuple[str, int]]:
    """Each use of credit for the order: its state and amount."""
    with unit_of_work(writes=False):
        for use in credit.uses_of_order(adoption.id):
            yield str(use.state), use.amount_fen
