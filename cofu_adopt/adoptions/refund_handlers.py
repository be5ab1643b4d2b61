"""What refunds make of their order: given back in part it stays, given back whole it says so; and who is told."""

from __future__ import annotations

from cofu_adopt.adoptions import rules
from cofu_adopt.adoptions.confirm import say_owed
from cofu_adopt.adoptions.errors import NotCancellable, NotRefundable
from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.adoptions.queries import label_of, lock_adoption
from cofu_adopt.adoptions.release import free_rope
from cofu_adopt.core import audit, bus
from cofu_adopt.core.db import db
from cofu_adopt.events import (
    AdoptionRefunded,
    AdoptionRefundStep,
    CreditRefundDue,
    RefundFailed,
    RefundOvertaken,
    RefundPaidByHand,
    RefundReplaced,
    RefundReturned,
    RefundSucceeded,
    RefundTurnedByHand,
    StaffRefundApproved,
)
from cofu_adopt.payments import credit, money_of_order, spend_credit
from cofu_adopt.payments.models import Refund, RefundReason
from cofu_adopt.payments.queries import RefundRow, list_refunds
from cofu_adopt.payments.refund_rules import ENDED
from cofu_adopt.payments.rules import BESIDE_ORDER

Moved = (
    RefundSucceeded | RefundFailed | RefundReplaced | RefundTurnedByHand | RefundPaidByHand | RefundReturned
    | CreditRefundDue
)  # fmt: skip


def on_staff_refund_approved(event: StaffRefundApproved) -> None:
    """Lock the order, end it if that was agreed, and owe the money. Raises when the order is no longer as it was."""
    adoption = lock_adoption(event.order_id)
    state = AdoptionState(adoption.state)
    credit_fen = 0
    if event.ends_order:
        if state is not AdoptionState.PAID or money_of_order.find_refundable(adoption.id) is not None:
            raise NotCancellable
        free_rope(adoption, AdoptionState.CANCELLED)
        credit_fen = spend_credit.return_credit(adoption.id)
        audit.record(
            "adoption.cancel_by_staff",
            "adoption",
            adoption.id,
            before={"state": state},
            after={
                "state": AdoptionState.CANCELLED,
                "refund_fen": event.amount_fen,
                **({"credit_fen": credit_fen} if credit_fen else {}),
            },
        )
    elif state not in rules.PARTLY_REFUNDABLE:
        raise NotRefundable
    say_owed(adoption, db.session.get_one(Refund, event.refund_id), credit_fen=credit_fen)


def on_credit_refund_due(event: CreditRefundDue) -> None:
    """She has just asked for it; what she must know besides is that she has to say where to pay."""
    if event.by_hand:
        adoption = db.session.get_one(Adoption, event.order_id)
        _tell(adoption, event, "account_needed", f"refund:{event.refund_id}:due")


def on_refund_succeeded(event: RefundSucceeded) -> None:
    """Told when it has arrived, never before; the order says so when all its money is back."""
    adoption = lock_adoption(event.order_id)
    _tell(adoption, event, "arrived", f"refund:{event.refund_id}:arrived")
    settle_refunded(adoption)


def on_refund_failed(event: RefundFailed) -> None:
    """It could not go back, or had and then had not: it is owed, and the adopter is told what happens."""
    adoption = lock_adoption(event.order_id)
    _reopen(adoption, event.refund_id)
    _tell(adoption, event, "failed", f"refund:{event.refund_id}:failed")


def on_refund_replaced(event: RefundReplaced) -> None:
    """It is tried again, or goes by hand now."""
    step = "account_needed" if event.by_hand else "again"
    _tell(lock_adoption(event.order_id), event, step, f"refund:{event.refund_id}:due")


def on_refund_turned_by_hand(event: RefundTurnedByHand) -> None:
    """The adopter is asked for her account."""
    _tell(lock_adoption(event.order_id), event, "account_needed", f"refund:{event.refund_id}:account_needed")


def on_refund_paid_by_hand(event: RefundPaidByHand) -> None:
    """The workshop has paid."""
    adoption = lock_adoption(event.order_id)
    _tell(adoption, event, "paid", f"refund_transfer:{event.transfer_id}:paid", to=event.to)
    settle_refunded(adoption)


def on_refund_returned(event: RefundReturned) -> None:
    """The bank sent it back: the adopter is asked again."""
    adoption = lock_adoption(event.order_id)
    _reopen(adoption, event.refund_id)
    _tell(adoption, event, "returned", f"refund_transfer:{event.transfer_id}:returned")


def on_refund_overtaken(event: RefundOvertaken) -> None:
    """The payer's bank has given the money back, and told the payer itself."""
    settle_refunded(lock_adoption(event.order_id))


def settle_refunded(adoption: Adoption) -> None:
    """Let a locked order that is over say so when none of its money is on its way any more, and some went back.

    One that credit alone had paid says so at once.
    """
    own, credit_fen = _own(list_refunds(adoption.id)), credit.returned_of(adoption.id)
    over = adoption.state in {AdoptionState.CANCELLED, AdoptionState.LOST}
    some = own or credit_fen == adoption.price_fen
    if not over or not some or any(refund.state not in ENDED for refund in own):
        return
    adoption.state = rules.step(AdoptionState(adoption.state), AdoptionState.REFUNDED)
    db.session.flush()
    bus.publish(
        AdoptionRefunded(
            adoption_id=adoption.id,
            person_id=adoption.person_id,
            code=adoption.code,
            rope_label=label_of(adoption),
            receipt_email=adoption.receipt_email,
            locale=adoption.locale,
            amount_fen=sum(refund.amount_fen for refund in own) + credit_fen,
        )
    )


def _reopen(adoption: Adoption, refund_id: int) -> None:
    is_own = any(refund.id == refund_id for refund in _own(list_refunds(adoption.id)))
    if adoption.state == AdoptionState.REFUNDED and is_own:
        adoption.state = rules.step(AdoptionState.REFUNDED, AdoptionState.CANCELLED)


def _own(refunds: list[RefundRow]) -> list[RefundRow]:
    """Those of the money that paid the order; a replaced one owes nothing."""
    return [one for one in refunds if one.reason not in BESIDE_ORDER and not one.is_replaced]


def _tell(adoption: Adoption, event: Moved, step: str, fact: str, **more: str) -> None:
    if db.session.get_one(Refund, event.refund_id).reason == RefundReason.CREDIT_TO_MONEY:
        more["of"] = "credit"
    bus.publish(
        AdoptionRefundStep(
            adoption_id=adoption.id,
            person_id=adoption.person_id,
            code=adoption.code,
            rope_label=label_of(adoption),
            receipt_email=adoption.receipt_email,
            locale=adoption.locale,
            refund_id=event.refund_id,
            amount_fen=event.amount_fen,
            step=step,
            fact=fact,
            more=more,
        )
    )
