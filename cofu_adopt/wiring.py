"""THE table: each event and who reacts, in order, in the same transaction."""

from __future__ import annotations

from cofu_adopt import events
from cofu_adopt.adoptions import handlers as adoptions
from cofu_adopt.bookkeeping import handlers as bookkeeping
from cofu_adopt.core.bus import Table
from cofu_adopt.growth import handlers as growth
from cofu_adopt.notify import handlers as notify

TABLE: Table = {
    events.GuestSignedIn: (adoptions.on_guest_signed_in,),
    # The order is locked, as everywhere before the books; then the money is booked, whatever becomes of the order.
    events.PaymentSucceeded: (
        adoptions.lock_order,
        bookkeeping.on_payment_succeeded,
        adoptions.on_payment_succeeded,
    ),
    events.PaymentPending: (adoptions.on_payment_pending,),
    # The hold's own end frees the rope; until then the adopter may pay again.
    events.PaymentClosed: (adoptions.on_payment_closed,),
    events.AdoptionPaid: (notify.on_adoption_paid,),
    events.AdoptionExpired: (),
    events.AdoptionRefundDue: (bookkeeping.on_refund_due, notify.on_refund_due),
    events.RefundSucceeded: (bookkeeping.on_refund_succeeded, adoptions.on_refund_succeeded),
    events.RefundFailed: (bookkeeping.on_refund_failed, adoptions.on_refund_failed),
    events.AdoptionRefunded: (notify.on_refunded,),
    events.UpdatePosted: (growth.on_update_posted,),
    events.UpdateWithdrawn: (),
    events.ReadingKept: (growth.on_reading_kept,),
}
