"""Staff end an order for a reason: release a hold, or cancel a paid one, also after the adopter's own cut-off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from cofu_adopt.adoptions.errors import NotCancellable, PreviewOutdated, TwoPeopleNeeded
from cofu_adopt.adoptions.give_back import give_all_back
from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.adoptions.release import free_rope
from cofu_adopt.core import audit, clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import NotFound
from cofu_adopt.payments import credit, money_of_order
from cofu_adopt.payments import open as payments
from cofu_adopt.payments import queries as payment_queries
from cofu_adopt.payments.errors import PaymentDisputed, PaymentUnderWay
from cofu_adopt.payments.house_rules import house
from cofu_adopt.payments.models import PaymentState, RefundReason, RefundState
from cofu_adopt.payments.money_of_order import Refundable, Way
from cofu_adopt.payments.refund_rules import two_people_needed

ENDED = frozenset({AdoptionState.CANCELLED, AdoptionState.REFUNDED, AdoptionState.EXPIRED})


@dataclass(frozen=True, slots=True)
class CancelPreview:
    """What cancelling would do at this moment."""

    state: AdoptionState
    refund: Refundable | None
    credit_fen: int
    """What credit had paid: it is credit again at once."""
    live_payment: PaymentState | None
    cancel_until_on: date

    @property
    def possible(self) -> bool:
        """True while staff may end the order: it is held or paid, and not yet cut."""
        return self.state in {AdoptionState.HELD, AdoptionState.PAID}

    @property
    def way(self) -> Way:
        """How the money goes back; credit goes back as credit."""
        return self.refund.way if self.refund else Way.NONE

    @property
    def refund_fen(self) -> int:
        """How much money goes back."""
        return self.refund.amount_fen if self.refund else 0

    @property
    def is_late(self) -> bool:
        """True when the adopter could no longer cancel by herself."""
        return self.state is AdoptionState.PAID and clock.today() > self.cancel_until_on

    @property
    def needs_two(self) -> bool:
        """True when more money would go back than one person may decide: it is asked for, and another decides."""
        return two_people_needed(self.refund_fen, approval_fen=house().refund_approval_fen)

    @property
    def fingerprint(self) -> str:
        """What the staff member agrees to; cancelling does exactly this or refuses."""
        return f"{self.state}:{self.refund_fen}:{self.way}" + (f":{self.credit_fen}" if self.credit_fen else "")


def preview_cancel(code: str) -> CancelPreview:
    """What cancelling the order would do, in the open unit of work. Raises NotFound."""
    return _preview(_get(code))


def cancel_by_staff(code: str, *, reason: str, agreed: str) -> AdoptionState:
    """End the order for `reason` as `agreed` (a preview's fingerprint) and return its state; needs no open unit.

    An open payment is first made unpayable; if it won, the order is paid and stays. Ending an ended order changes
    nothing. Raises NotFound, NotCancellable, PreviewOutdated, PaymentUnderWay, PaymentDisputed,
    GatewayTrouble.
    """
    with unit_of_work(writes=False):
        adoption = _get(code)
        state = AdoptionState(adoption.state)
    if state is AdoptionState.HELD:
        payments.settle_live_payment(adoption.id)
    with unit_of_work("adoptions.cancel_by_staff"):
        return _cancel(code, reason, agreed)


def _cancel(code: str, reason: str, agreed: str) -> AdoptionState:
    # Payments first, then the order: so do all who move its money.
    payment_queries.lock_payments(_get(code).id)
    adoption = _get(code, lock=True)
    preview = _preview(adoption)
    if preview.state in ENDED:
        return preview.state
    if not preview.possible:
        raise NotCancellable
    if preview.state is AdoptionState.HELD and payment_queries.is_undecided(adoption.id):
        raise PaymentUnderWay
    if payment_queries.is_disputed(adoption.id):
        raise PaymentDisputed
    if preview.fingerprint != agreed:
        raise PreviewOutdated
    if preview.needs_two:
        raise TwoPeopleNeeded
    free_rope(adoption, AdoptionState.CANCELLED)
    audit.record(
        "adoption.cancel_by_staff",
        "adoption",
        adoption.id,
        before={"state": preview.state, "refund_fen": 0},
        after={
            "state": AdoptionState.CANCELLED,
            "refund_fen": preview.refund_fen,
            "refund_way": preview.way,
            **({"credit_fen": preview.credit_fen} if preview.credit_fen else {}),
            "after_cutoff": preview.is_late,
            "reason": reason,
        },
    )
    if preview.state is AdoptionState.PAID:
        refund = give_all_back(adoption, RefundReason.CANCELLED_BY_STAFF)
        by_hand = refund is not None and refund.state == RefundState.MANUAL_DUE
        if by_hand is not (preview.way is Way.BY_HAND):
            # The wallet's window closed between the look and the approval.
            raise PreviewOutdated
    return AdoptionState(adoption.state)


def _get(code: str, *, lock: bool = False) -> Adoption:
    query = select(Adoption).where(Adoption.code == code)
    if lock:
        # As it stands once the lock is had: it was read before, to lock its payments.
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def _preview(adoption: Adoption) -> CancelPreview:
    return CancelPreview(
        state=AdoptionState(adoption.state),
        refund=money_of_order.find_refundable(adoption.id) if adoption.state == AdoptionState.PAID else None,
        credit_fen=credit.spent_on(adoption.id) if adoption.state == AdoptionState.PAID else 0,
        live_payment=money_of_order.find_live_state(adoption.id),
        cancel_until_on=adoption.cancel_until_on,
    )
