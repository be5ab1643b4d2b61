"""Reactions to events."""

from __future__ import annotations

from sqlalchemy import String, cast, select, update

from cofu_adopt.adoptions import confirm, place, release
from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.adoptions.queries import label_of, lock_adoption
from cofu_adopt.adoptions.rules import step, time_is_over
from cofu_adopt.core import bus, clock, due
from cofu_adopt.core.db import db
from cofu_adopt.events import (
    AdoptionRefunded,
    GuestSignedIn,
    PaymentClosed,
    PaymentPending,
    PaymentSucceeded,
    RefundFailed,
    RefundSucceeded,
)
from cofu_adopt.payments.models import NOT_OF_ORDER
from cofu_adopt.payments.queries import list_refunds


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


def on_payment_succeeded(event: PaymentSucceeded) -> None:
    """The order becomes paid, or the money goes back."""
    confirm.confirm_adoption(event)


def on_payment_pending(event: PaymentPending) -> None:
    """Keep the rope while the money is on its way."""
    adoption = lock_adoption(event.order_id)
    if adoption.state == AdoptionState.HELD:
        release.keep_paying(adoption)


def on_payment_closed(event: PaymentClosed) -> None:
    """A hold that outlived its time only for this payment ends now, not when its row comes back by itself."""
    adoption = lock_adoption(event.order_id)
    if adoption.state == AdoptionState.HELD and time_is_over(adoption.held_until, clock.now()):
        due.declare(release.END_HOLD, adoption.id, adoption.held_until)


def on_refund_succeeded(event: RefundSucceeded) -> None:
    """The order's money has gone back; the refund of a second payment, say, leaves the order as it is."""
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
    return refund.reason not in NOT_OF_ORDER
