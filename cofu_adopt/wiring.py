"""THE table: each event and who reacts, in order, in the same transaction."""

from __future__ import annotations

from cofu_adopt import events
from cofu_adopt.adoptions import handlers as adoptions
from cofu_adopt.adoptions import refund_handlers as refunds
from cofu_adopt.bookkeeping import handlers as bookkeeping
from cofu_adopt.core.bus import Table
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
    # Each locks the order before the books, as everywhere.
    events.StaffRefundApproved: (refunds.on_staff_refund_approved,),
    events.RefundSucceeded: (refunds.lock_order, bookkeeping.on_refund_succeeded, refunds.on_refund_succeeded),
    events.RefundFailed: (refunds.lock_order, bookkeeping.on_refund_failed, refunds.on_refund_failed),
    events.RefundReplaced: (refunds.lock_order, bookkeeping.on_refund_replaced, refunds.on_refund_replaced),
    events.RefundTurnedByHand: (refunds.on_refund_turned_by_hand,),
    events.RefundAgreed: (refunds.lock_order, bookkeeping.on_refund_agreed),
    events.RefundPaidByHand: (
        refunds.lock_order,
        bookkeeping.on_refund_paid_by_hand,
        refunds.on_refund_paid_by_hand,
    ),
    events.RefundReturned: (refunds.lock_order, bookkeeping.on_refund_returned, refunds.on_refund_returned),
    events.AdoptionRefundStep: (notify.on_refund_step,),
    # Told refund by refund, as each arrives.
    events.AdoptionRefunded: (),
}
