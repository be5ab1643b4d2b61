"""Each event's journal entry. Source: MONEY.md, journals."""

from __future__ import annotations

from cofu_adopt.core import clock
from cofu_adopt.events import (
    AdoptionRefundDue,
    PaymentSucceeded,
    RefundAgreed,
    RefundFailed,
    RefundPaidByHand,
    RefundReplaced,
    RefundReturned,
    RefundSucceeded,
)
from cofu_adopt.ledger.post import post_entry, reverse_entry


def on_payment_succeeded(event: PaymentSucceeded) -> None:
    """payment:<id>:captured. The money is in the books whatever becomes of the order."""
    post_entry(
        f"payment:{event.payment_id}:captured",
        [(f"Gateway:{event.provider}", event.amount_fen), (f"Prepaid:{event.order_id}", -event.amount_fen)],
        memo=f"order {event.order_id} paid",
        currency=event.currency,
        effective_on=clock.day_of(event.paid_at),
    )


def on_refund_due(event: AdoptionRefundDue) -> None:
    """refund:<id>:due, for an order that was cancelled, paid too late or paid twice, or for a part of its price.

    A paid order whose price was partly given back keeps Prepaid = price - refunded: that is what is split later.
    """
    post_entry(
        f"refund:{event.refund_id}:due",
        [(f"Prepaid:{event.adoption_id}", event.amount_fen), (f"RefundDue:{event.refund_id}", -event.amount_fen)],
        memo=f"order {event.adoption_id}: {event.reason}",
        currency=event.currency,
    )


def on_refund_succeeded(event: RefundSucceeded) -> None:
    """refund:<id>:succeeded."""
    post_entry(
        f"refund:{event.refund_id}:succeeded",
        [(f"RefundDue:{event.refund_id}", event.amount_fen), (f"Gateway:{event.provider}", -event.amount_fen)],
        memo=f"refund {event.refund_id} of order {event.order_id} has gone back",
        currency=event.currency,
    )


def on_refund_failed(event: RefundFailed) -> None:
    """refund:<id>:failed reverses the success that was told before; else nothing was booked yet and it stays owed."""
    if event.succeeded_before:
        reverse_entry(
            f"refund:{event.refund_id}:failed",
            of_source=f"refund:{event.refund_id}:succeeded",
            memo=f"refund {event.refund_id} of order {event.order_id} failed later",
        )


def on_refund_replaced(event: RefundReplaced) -> None:
    """refund:<id>:due of the refund that is tried again: what the failed one owed, it owes."""
    post_entry(
        f"refund:{event.refund_id}:due",
        [
            (f"RefundDue:{event.replaced_id}", event.amount_fen),
            (f"RefundDue:{event.refund_id}", -event.amount_fen),
        ],
        memo=f"refund {event.refund_id} of order {event.order_id} takes the place of {event.replaced_id}",
        currency=event.currency,
    )


def on_refund_agreed(event: RefundAgreed) -> None:
    """refund:<id>:manual: the person is to be paid. Once a refund, so that what it clears is cleared once."""
    post_entry(
        f"refund:{event.refund_id}:manual",
        [
            (f"RefundDue:{event.refund_id}", event.amount_fen),
            (f"Payable:adopter:{event.person_id}", -event.amount_fen),
            # FeeDeferred - ; FeeLost + : the lines of the gateway's fee belong here, as in on_refund_succeeded.
        ],
        memo=f"refund {event.refund_id} of order {event.order_id} is paid by hand",
        currency=event.currency,
    )


def on_refund_paid_by_hand(event: RefundPaidByHand) -> None:
    """refund_transfer:<id>:paid, on the day of the bank's line."""
    post_entry(
        f"refund_transfer:{event.transfer_id}:paid",
        [
            (f"Payable:adopter:{event.person_id}", event.amount_fen),
            (f"Bank:{event.bank_account}", -event.amount_fen),
        ],
        memo=f"refund {event.refund_id} of order {event.order_id} paid by hand",
        currency=event.currency,
        effective_on=event.paid_on,
    )


def on_refund_returned(event: RefundReturned) -> None:
    """refund_transfer:<id>:returned: the bank gave it back, and the person is to be paid again."""
    post_entry(
        f"refund_transfer:{event.transfer_id}:returned",
        [
            (f"Bank:{event.bank_account}", event.amount_fen),
            (f"Payable:adopter:{event.person_id}", -event.amount_fen),
        ],
        memo=f"refund {event.refund_id} of order {event.order_id}: returned by the bank",
        currency=event.currency,
        effective_on=event.returned_on,
    )
