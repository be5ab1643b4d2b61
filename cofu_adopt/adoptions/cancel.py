"""The adopter gives a rope up: a held one at any time, a paid one until the cut-off day with all money back."""

from __future__ import annotations

from cofu_adopt.adoptions.errors import ChoiceAwaited, NotCancellable
from cofu_adopt.adoptions.give_back import give_all_back
from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.queries import AdoptionRow, find_own
from cofu_adopt.adoptions.release import free_rope
from cofu_adopt.adoptions.rules import may_cancel
from cofu_adopt.core import audit, clock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.payments import open as payments
from cofu_adopt.payments import queries as payment_queries
from cofu_adopt.payments.errors import PaymentDisputed, PaymentUnderWay
from cofu_adopt.payments.models import RefundReason
from cofu_adopt.payments.money_of_order import Refundable, find_refundable


def cancel_adoption(code: str, person_id: int, *, agreed: AdoptionState | None = None) -> AdoptionState:
    """Cancel the person's adoption and return its state; needs no open unit of work.

    An open payment is first made unpayable; if it won, the paid adoption is cancelled with a refund only when asked
    again (the person is told). `agreed`: the state in which the person saw it; in another one nothing is done.
    Cancelling twice is fine. Raises NotFound, NotCancellable, ChoiceAwaited (money is one of the choices),
    PaymentUnderWay, PaymentDisputed, GatewayTrouble.
    """
    with unit_of_work(writes=False):
        adoption = find_own(code, person_id)
        state = AdoptionState(adoption.state)
    if agreed is not None and state is not agreed:
        return state
    if state is AdoptionState.HELD:
        payments.settle_live_payment(adoption.id)
    with unit_of_work("cancel"):
        return _cancel(code, person_id, expected=state)


def refund_of(row: AdoptionRow) -> Refundable | None:
    """What money would go back, and how, if the adopter cancelled now; None when none would."""
    if not row.cancellable or row.state is not AdoptionState.PAID:
        return None
    return find_refundable(row.id)


def _cancel(code: str, person_id: int, *, expected: AdoptionState) -> AdoptionState:
    # Payments first, then the order: so do all who move its money.
    payment_queries.lock_payments(find_own(code, person_id).id)
    adoption = find_own(code, person_id, lock=True)
    state = AdoptionState(adoption.state)
    if state in {AdoptionState.CANCELLED, AdoptionState.REFUNDED, AdoptionState.EXPIRED}:
        return state
    if state is not expected:
        # Paid in the meantime: what was to be given up was a hold, not a paid rope.
        return state
    if state is AdoptionState.OWED:
        raise ChoiceAwaited
    if not may_cancel(state, cancel_until_on=adoption.cancel_until_on, today=clock.today()):
        raise NotCancellable
    if state is AdoptionState.HELD and payment_queries.is_undecided(adoption.id):
        # Not confirmed, in review, or begun in another tab since: the rope stays until the gateway has decided.
        raise PaymentUnderWay
    if payment_queries.is_disputed(adoption.id):
        raise PaymentDisputed
    free_rope(adoption, AdoptionState.CANCELLED)
    audit.record("adoption.cancel", "adoption", adoption.id, before={"state": state}, after={"state": "cancelled"})
    if state is AdoptionState.PAID:
        give_all_back(adoption, RefundReason.CANCELLED)
    return AdoptionState(adoption.state)
