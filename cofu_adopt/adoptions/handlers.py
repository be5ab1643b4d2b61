"""Reactions to events."""

from __future__ import annotations

from sqlalchemy import String, cast, select, update

from cofu_adopt.adoptions import confirm, place, release, transfer
from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.adoptions.queries import label_of, lock_adoption
from cofu_adopt.adoptions.rules import step, time_is_over
from cofu_adopt.core import bus, clock, due
from cofu_adopt.core.db import db
from cofu_adopt.events import (
    AdoptionRefunded,
    GuestSignedIn,
    MoneyNotDue,
    PaymentClosed,
    PaymentPending,
    PaymentShort,
    PaymentSucceeded,
    PaymentTakenBack,
    PaymentWaits,
    RefundFailed,
    RefundSucceeded,
)
from cofu_adopt.payments.models import RefundReason
from cofu_adopt.payments.queries import list_refunds
from cofu_adopt.payments.rules import BESIDE_ORDER
from cofu_adopt.payments.transfer_errors import UndoTooLate


def on_guest_signed_in(event: GuestSignedIn) -> None:
    """What the guest held is the person's. The limit per person is checked again before each is paid."""
    for person_id in sorted((event.guest_id, event.person_id)):
        place.lock_person(person_id)
    hers = select(Adoption.request_key).where(Adoption.person_id == event.person_id)
    moved = update(Adoption).where(Adoption.person_id == event.guest_id).execution_options(synchronize_session=False)
    # One form may have been sent by both: the person's own answer to it stays, the guest's rope comes beside it.
    db.session.execute(
        moved.where(Adoption.request_key.in_(hers)).values(
            person_id=event.person_id, request_key="guest-" + cast(Adoption.id, String)
        )
    )
    db.session.execute(moved.values(person_id=event.person_id))


def lock_order(event: PaymentSucceeded) -> None:
    """Lock the order before the books: every use case locks in this order, so that none waits for another in turn."""
    lock_adoption(event.order_id)


def lock_order_taken_back(event: PaymentTakenBack) -> None:
    """As lock_order."""
    lock_adoption(event.order_id)


def lock_order_not_due(event: MoneyNotDue) -> None:
    """As lock_order."""
    lock_adoption(event.order_id)


def on_payment_succeeded(event: PaymentSucceeded) -> None:
    """The order becomes paid, or the money goes back."""
    confirm.confirm_adoption(event)


def on_payment_pending(event: PaymentPending) -> None:
    """Keep the rope while the money is on its way."""
    adoption = lock_adoption(event.order_id)
    if adoption.state == AdoptionState.HELD:
        release.keep_paying(adoption)


def on_payment_waits(event: PaymentWaits) -> None:
    """Keep the rope for as long as this way of paying takes, and write down for the adopter how to pay."""
    adoption = lock_adoption(event.order_id)
    if adoption.state == AdoptionState.HELD:
        release.keep_until(adoption, event.until)
        transfer.tell_news(
            adoption, "asked", f"payment:{event.payment_id}:asked", event.ref, event.amount_fen, event.until
        )


def on_payment_short(event: PaymentShort) -> None:
    """Say what is missing."""
    adoption = lock_adoption(event.order_id)
    fact = f"payment:{event.payment_id}:short:{event.received_fen}"
    transfer.tell_news(
        adoption, "short", fact, event.ref, event.received_fen, event.until, missing_fen=event.missing_fen
    )


def on_payment_taken_back(event: PaymentTakenBack) -> None:
    """The order is held again, if nothing has come of it that cannot be taken back."""
    adoption = lock_adoption(event.order_id)
    if adoption.state != AdoptionState.PAID:
        raise UndoTooLate
    adoption.state, adoption.paid_at = step(AdoptionState.PAID, AdoptionState.HELD), None
    release.keep_until(adoption, event.until)
    transfer.tell_news(
        adoption, "undone", f"payment:{event.payment_id}:undone", event.ref, event.amount_fen, event.until
    )


def on_money_not_due(event: MoneyNotDue) -> None:
    """It goes back, and the order stays as it is."""
    adoption = lock_adoption(event.order_id)
    confirm.owe_back(adoption, event.payment_id, event.amount_fen, RefundReason(event.reason))


def on_payment_closed(event: PaymentClosed) -> None:
    """A hold that outlived its time only for this payment ends now, not when its row comes back by itself."""
    adoption = lock_adoption(event.order_id)
    if adoption.state == AdoptionState.HELD and time_is_over(adoption.held_until, clock.now()):
        due.declare(release.END_HOLD, adoption.id, adoption.held_until)


def on_refund_succeeded(event: RefundSucceeded) -> None:
    """The order's money has gone back; a second payment's refund leaves the order as it is."""
    adoption = lock_adoption(event.order_id)
    if adoption.state == AdoptionState.CANCELLED and _is_of_order(event):
        adoption.state = step(AdoptionState.CANCELLED, AdoptionState.REFUNDED)
        db.session.flush()
        bus.publish(
            AdoptionRefunded(
                adoption_id=adoption.id,
                person_id=adoption.person_id,
                code=adoption.code,
                rope_label=label_of(adoption),
                receipt_email=adoption.receipt_email,
                locale=adoption.locale,
                amount_fen=event.amount_fen,
            )
        )


def on_refund_failed(event: RefundFailed) -> None:
    """The order's money had gone back, and then had not: it is owed again."""
    adoption = lock_adoption(event.order_id)
    if adoption.state == AdoptionState.REFUNDED and _is_of_order(event):
        adoption.state = step(AdoptionState.REFUNDED, AdoptionState.CANCELLED)


def _is_of_order(event: RefundSucceeded | RefundFailed) -> bool:
    refund = next(refund for refund in list_refunds(event.order_id) if refund.id == event.refund_id)
    return refund.reason not in BESIDE_ORDER
