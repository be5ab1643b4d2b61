"""What a payment makes of its order: paid, kept although late, or something is owed instead. Never "paid, nothing"."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from cofu_adopt.adoptions import release, rules
from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.adoptions.queries import label_of, lock_adoption
from cofu_adopt.core import bus, due
from cofu_adopt.core.db import db
from cofu_adopt.events import (
    AdoptionCredited,
    AdoptionPaid,
    AdoptionRefundDue,
    Cause,
    PaymentSucceeded,
    RemedyOwed,
)
from cofu_adopt.payments import credit, spend_credit
from cofu_adopt.payments.models import Refund, RefundReason, RefundState
from cofu_adopt.payments.refund import approve_refund


def confirm_adoption(event: PaymentSucceeded) -> None:
    """Lock the order and do what rules.on_payment says."""
    adoption = lock_adoption(event.order_id)
    meaning = rules.on_payment(AdoptionState(adoption.state), was_paid=adoption.paid_at is not None)
    if meaning in {rules.OnPayment.CONFIRM, rules.OnPayment.TRY_AGAIN} and not _is_complete(adoption, event):
        # Never paid without money: this part goes back, and the order stays as unpaid as it was.
        owe_back(adoption, event.payment_id, event.amount_fen, RefundReason.CREDIT_GONE)
    elif meaning is rules.OnPayment.CONFIRM:
        make_paid(adoption, event.paid_at)
    elif meaning is rules.OnPayment.TRY_AGAIN:
        if _retake(adoption):
            make_paid(adoption, event.paid_at)
        else:
            _owe_a_remedy(adoption, event)
    elif meaning is rules.OnPayment.GIVE_BACK:
        adoption.paid_at = event.paid_at
        owe_back(adoption, event.payment_id, event.amount_fen, RefundReason.CANCELLED)
    else:
        owe_back(adoption, event.payment_id, event.amount_fen, RefundReason.SECOND_PAYMENT)


def _is_complete(adoption: Adoption, event: PaymentSucceeded) -> bool:
    # The payment and the credit that is set aside are the price. Credit that was let go since is taken again, if it
    # is still there; credit that this payment does not need is the person's again.
    rest_fen = adoption.price_fen - event.amount_fen
    return spend_credit.reserve_exactly(adoption.person_id, adoption.id, rest_fen, adoption.currency)


def make_paid(adoption: Adoption, paid_at: datetime) -> None:
    """The rope that the locked adoption names is taken for it and its price is there: it is hers, and she is told.

    What is set aside of her credit is spent with it.
    """
    spend_credit.spend_credit(adoption.id)
    adoption.state = rules.step(AdoptionState(adoption.state), AdoptionState.PAID)
    adoption.paid_at, adoption.ended_at = paid_at, None
    due.withdraw(release.END_HOLD, adoption.id)
    db.session.flush()
    bus.publish(
        AdoptionPaid(
            adoption_id=adoption.id,
            person_id=adoption.person_id,
            code=adoption.code,
            rope_label=label_of(adoption),
            receipt_email=adoption.receipt_email,
            locale=adoption.locale,
            amount_fen=adoption.price_fen,
            paid_at=paid_at,
            credit_fen=credit.spent_on(adoption.id),
        )
    )


def _retake(adoption: Adoption) -> bool:
    # The rope was freed when the hold ended; this takes it again only if nobody has it since.
    taken = db.session.execute(
        text(
            "UPDATE rope SET live_adoption_id = :id "
            "WHERE plot_id = :plot AND number = :number AND live_adoption_id IS NULL"
        ),
        {"plot": adoption.plot_id, "number": adoption.rope_number, "id": adoption.id},
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def _owe_a_remedy(adoption: Adoption, event: PaymentSucceeded) -> None:
    adoption.state = rules.step(AdoptionState(adoption.state), AdoptionState.OWED)
    adoption.paid_at = event.paid_at
    db.session.flush()
    # The whole price is ours to keep the promise with, until she has chosen.
    spend_credit.spend_credit(adoption.id)
    bus.publish(
        RemedyOwed(
            adoption_id=adoption.id,
            person_id=adoption.person_id,
            code=adoption.code,
            rope_label=label_of(adoption),
            receipt_email=adoption.receipt_email,
            locale=adoption.locale,
            cause=Cause.LATE_PAYMENT,
            source=f"payment:{event.payment_id}",
            amount_fen=adoption.price_fen,
            currency=event.currency,
        )
    )


def owe_back(
    adoption: Adoption, payment_id: int, amount_fen: int, reason: RefundReason, *, credit_fen: int = 0
) -> Refund:
    """Let the money of a payment go back, and say so: the way it came, or by hand when that is closed.

    `credit_fen`: what beside it is credit again, for the message.
    """
    refund = approve_refund(payment_id, amount_fen, reason)
    say_owed(adoption, refund, credit_fen=credit_fen)
    return refund


def say_owed(adoption: Adoption, refund: Refund, *, credit_fen: int = 0) -> None:
    """Money of the order is owed back as `refund`: into the books, and to the adopter."""
    bus.publish(
        AdoptionRefundDue(
            adoption_id=adoption.id,
            person_id=adoption.person_id,
            code=adoption.code,
            rope_label=label_of(adoption),
            receipt_email=adoption.receipt_email,
            locale=adoption.locale,
            refund_id=refund.id,
            payment_id=refund.payment_id,
            amount_fen=refund.amount_fen,
            currency=adoption.currency,
            reason=refund.reason,
            by_hand=refund.state == RefundState.MANUAL_DUE,
            credit_fen=credit_fen,
        )
    )


def tell_credited(adoption: Adoption, amount_fen: int, *, chosen: bool) -> None:
    """So much of what the order had cost is its adopter's credit, and no money goes back with it: say so."""
    bus.publish(
        AdoptionCredited(
            adoption_id=adoption.id,
            person_id=adoption.person_id,
            code=adoption.code,
            rope_label=label_of(adoption),
            receipt_email=adoption.receipt_email,
            locale=adoption.locale,
            amount_fen=amount_fen,
            chosen=chosen,
        )
    )
