"""What a payment makes of its order: paid, kept although late, or the money goes back. Never "paid, nothing"."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from cofu_adopt.adoptions import release, rules
from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.adoptions.queries import label_of, lock_adoption
from cofu_adopt.core import bus, due
from cofu_adopt.core.db import db
from cofu_adopt.events import (
    AdoptionPaid,
    AdoptionRefundDue,
    AdoptionRefunded,
    PaymentSucceeded,
)
from cofu_adopt.payments import credit, spend_credit
from cofu_adopt.payments import queries as payment_queries
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
            spend_credit.release_credit(adoption.id)
            adoption.state = rules.step(AdoptionState.EXPIRED, AdoptionState.CANCELLED)
            _give_back(adoption, event, RefundReason.PAID_TOO_LATE)
    elif meaning is rules.OnPayment.GIVE_BACK:
        _give_back(adoption, event, RefundReason.CANCELLED)
    else:
        owe_back(adoption, event.payment_id, event.amount_fen, RefundReason.SECOND_PAYMENT)


def _is_complete(adoption: Adoption, event: PaymentSucceeded) -> bool:
    # The payment and the credit that is set aside are the price. Credit that was let go since is taken again, if it
    # is still there; credit that this payment does not need is the person's again.
    rest_fen = adoption.price_fen - event.amount_fen
    return spend_credit.reserve_exactly(adoption.person_id, adoption.id, rest_fen, adoption.currency)


def make_paid(adoption: Adoption, paid_at: datetime) -> None:
    """The price of a locked order is there, what is set aside of credit included: the rope is hers."""
    credit_fen = spend_credit.spend_credit(adoption.id)
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
            credit_fen=credit_fen,
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


def _give_back(adoption: Adoption, event: PaymentSucceeded, reason: RefundReason) -> None:
    adoption.paid_at = event.paid_at
    owe_back(adoption, event.payment_id, event.amount_fen, reason)


def give_all_back(adoption: Adoption, reason: RefundReason) -> Refund | None:
    """Let all that paid a given-up order go back: money as owe_back() does, and returned; credit as credit, at once.

    An order that credit alone has paid is refunded with it.
    """
    payment_id, credit_fen = payment_queries.find_paying(adoption.id), credit.spent_on(adoption.id)
    refund = None
    if payment_id is not None:
        # First the payment is locked, then credit.
        refund = owe_back(adoption, payment_id, adoption.price_fen - credit_fen, reason, credit_fen=credit_fen)
    elif not credit_fen:
        raise AssertionError(f"adoption {adoption.id} is paid without money or credit")
    spend_credit.return_credit(adoption.id)
    if refund is None:
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
                amount_fen=credit_fen,
                to_credit=True,
            )
        )
    return refund


def owe_back(
    adoption: Adoption, payment_id: int, amount_fen: int, reason: RefundReason, *, credit_fen: int = 0
) -> Refund:
    """Let the money of a payment go back, and say so: the way it came, or by hand when that is closed.

    `credit_fen`: what beside it is credit again, for the message.
    """
    refund = approve_refund(payment_id, amount_fen, reason)
    bus.publish(
        AdoptionRefundDue(
            adoption_id=adoption.id,
            person_id=adoption.person_id,
            code=adoption.code,
            rope_label=label_of(adoption),
            receipt_email=adoption.receipt_email,
            locale=adoption.locale,
            refund_id=refund.id,
            payment_id=payment_id,
            amount_fen=amount_fen,
            currency=adoption.currency,
            reason=reason,
            by_hand=refund.state is RefundState.MANUAL_DUE,
            credit_fen=credit_fen,
        )
    )
    return refund
