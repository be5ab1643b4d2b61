"""THE table: each event and who reacts, in order, in the same transaction."""

from __future__ import annotations

from cofu_adopt import events
from cofu_adopt.adoptions import handlers as adoptions
from cofu_adopt.adoptions import refund_handlers as refunds
from cofu_adopt.bookkeeping import handlers as bookkeeping
from cofu_adopt.bookkeeping import of_credit as credit_books
from cofu_adopt.core.bus import Table
from cofu_adopt.growth import handlers as growth
from cofu_adopt.growth.talk import handlers as talk
from cofu_adopt.notify import handlers as notify
from cofu_adopt.payments import transfer_match as transfers
from cofu_adopt.remedies import handlers as remedies
from cofu_adopt.webhooks import handlers as webhooks

TABLE: Table = {
    events.GuestSignedIn: (adoptions.on_guest_signed_in,),
    # The order is locked, as everywhere before the books; then the money is booked, whatever becomes of the order.
    events.PaymentSucceeded: (
        adoptions.lock_order,
        bookkeeping.on_payment_succeeded,
        adoptions.on_payment_succeeded,
    ),
    events.PaymentPending: (adoptions.on_payment_pending,),
    events.PaymentWaits: (adoptions.on_payment_waits,),
    events.PaymentShort: (adoptions.on_payment_short,),
    events.PaymentTakenBack: (
        adoptions.lock_order_taken_back,
        bookkeeping.on_payment_taken_back,
        adoptions.on_payment_taken_back,
    ),
    events.MoneyNotDue: (adoptions.lock_order_not_due, bookkeeping.on_money_not_due, adoptions.on_money_not_due),
    # What had come of a transfer goes back. The hold's own end frees the rope; until then the adopter may pay again.
    events.PaymentClosed: (transfers.on_payment_closed, adoptions.on_payment_closed),
    # Its order is locked; a refund of credit locks none, as it moves nothing of the order that the credit came from.
    events.CreditGranted: (credit_books.on_credit_granted,),
    events.CreditSpent: (credit_books.on_credit_spent,),
    events.CreditReturned: (credit_books.on_credit_returned,),
    events.CreditRefundDue: (credit_books.on_credit_refund_due, refunds.on_credit_refund_due),
    events.CreditCovered: (credit_books.on_credit_covered,),
    events.AdoptionPaid: (notify.on_adoption_paid,),
    events.AdoptionExpired: (),
    events.AdoptionTransferNews: (notify.on_transfer_news,),
    events.AdoptionRefundDue: (bookkeeping.on_refund_due, notify.on_refund_due),
    events.StaffRefundApproved: (refunds.on_staff_refund_approved,),
    # The order first: it is locked before the books, as everywhere.
    events.RefundSucceeded: (refunds.on_refund_succeeded, bookkeeping.on_refund_succeeded),
    events.RefundFailed: (refunds.on_refund_failed, bookkeeping.on_refund_failed, remedies.on_refund_failed),
    events.RefundReplaced: (refunds.on_refund_replaced, bookkeeping.on_refund_replaced),
    events.RefundTurnedByHand: (refunds.on_refund_turned_by_hand,),
    events.RefundAgreed: (bookkeeping.on_refund_agreed,),
    events.RefundPaidByHand: (refunds.on_refund_paid_by_hand, bookkeeping.on_refund_paid_by_hand),
    events.RefundReturned: (refunds.on_refund_returned, bookkeeping.on_refund_returned, remedies.on_refund_returned),
    events.AdoptionRefundStep: (notify.on_refund_step,),
    events.AdoptionCredited: (notify.on_credited,),
    # Told refund by refund, as each arrives.
    events.AdoptionRefunded: (remedies.on_refunded,),
    events.RemedyOwed: (remedies.on_remedy_owed,),
    events.RemedyOpened: (notify.on_remedy_opened,),
    events.PaymentFeeKnown: (bookkeeping.on_fee_known,),
    events.PaymentFeeMoved: (bookkeeping.on_fee_moved,),
    events.DisputeOpened: (bookkeeping.on_dispute_opened,),
    events.DisputeFeeChanged: (bookkeeping.on_dispute_fee_changed,),
    events.DisputeWon: (bookkeeping.on_dispute_won,),
    # A loss first; the order that ends, and refunds that were still owed, then take it over.
    events.DisputeLost: (
        adoptions.lock_disputed_order,
        bookkeeping.on_dispute_lost,
        adoptions.on_dispute_lost,
        remedies.on_dispute_lost,
    ),
    events.DisputeCovered: (bookkeeping.on_dispute_covered,),
    # Its order is locked: it comes of DisputeLost or of RefundFailed.
    events.RefundOvertaken: (bookkeeping.on_refund_overtaken, refunds.on_refund_overtaken),
    events.RefundNotOvertaken: (bookkeeping.on_refund_not_overtaken,),
    events.PayoutSent: (bookkeeping.on_payout_sent,),
    events.PayoutFailed: (bookkeeping.on_payout_failed,),
    events.UpdatePosted: (growth.on_update_posted, webhooks.on_update_posted),
    events.UpdateWithdrawn: (webhooks.on_update_withdrawn,),
    events.UpdateRestored: (growth.on_update_restored, webhooks.on_update_restored),
    events.ReadingKept: (growth.on_reading_kept, webhooks.on_reading_kept),
    events.QuestionAsked: (talk.on_question_asked,),
    events.QuestionAnswered: (talk.on_question_answered,),
}
