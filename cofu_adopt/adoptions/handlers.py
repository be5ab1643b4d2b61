"""Reactions to events."""

from __future__ import annotations

from sqlalchemy import update

from cofu_adopt.adoptions import confirm, release
from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.adoptions.queries import label_of
from cofu_adopt.adoptions.rules import step
from cofu_adopt.core import bus
from cofu_adopt.core.db import db
from cofu_adopt.events import AdoptionRefunded, GuestSignedIn, PaymentPending, PaymentSucceeded, RefundSucceeded
from cofu_adopt.payments.models import RefundState
from cofu_adopt.payments.queries import list_refunds


def on_guest_signed_in(event: GuestSignedIn) -> None:
    """What the guest held is the person's. The limit per person is checked again before each is paid."""
    db.session.execute(
        update(Adoption)
        .where(Adoption.person_id == event.guest_id)
        .values(person_id=event.person_id)
        .execution_options(synchronize_session=False)
    )


def on_payment_succeeded(event: PaymentSucceeded) -> None:
    """The order becomes paid, or the money goes back."""
    confirm.confirm_adoption(event)


def on_payment_pending(event: PaymentPending) -> None:
    """Keep the rope while the money is on its way."""
    adoption = db.session.get_one(Adoption, event.order_id, with_for_update=True, populate_existing=True)
    if adoption.state == AdoptionState.HELD:
        release.keep_paying(adoption)


def on_refund_succeeded(event: RefundSucceeded) -> None:
    """The order's money has gone back; a second payment's refund leaves the order as it is."""
    adoption = db.session.get_one(Adoption, event.order_id, with_for_update=True, populate_existing=True)
    all_back = all(refund.state is RefundState.SUCCEEDED for refund in list_refunds(adoption.id))
    if adoption.state == AdoptionState.CANCELLED and adoption.paid_at is not None and all_back:
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
