"""Each event's journal entry. Source: MONEY.md, journals."""

from __future__ import annotations

from cofu_adopt.core import clock
from cofu_adopt.events import (
    AdoptionRefundDue,
    CreditGranted,
    CreditRefundDue,
    CreditReturned,
    CreditSpent,
    PaymentSucceeded,
    RefundFailed,
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
    """refund:<id>:due, for an order that was cancelled, paid too late or paid twice."""
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


def on_credit_granted(event: CreditGranted) -> None:
    """credit:<id>:granted. The order's money is the person's credit."""
    post_entry(
        f"credit:{event.grant_id}:granted",
        [(f"Prepaid:{event.order_id}", event.amount_fen), (f"Credit:{event.person_id}", -event.amount_fen)],
        memo=f"order {event.order_id}: credit instead of money, {event.source}",
        currency=event.currency,
    )


def on_credit_spent(event: CreditSpent) -> None:
    """credit-use:<id>:spent. The order is paid from it as from a payment."""
    post_entry(
        f"credit-use:{event.use_id}:spent",
        [(f"Credit:{event.person_id}", event.amount_fen), (f"Prepaid:{event.order_id}", -event.amount_fen)],
        memo=f"order {event.order_id} paid with credit",
        currency=event.currency,
    )


def on_credit_returned(event: CreditReturned) -> None:
    """credit-use:<id>:returned, for an order that was given up."""
    post_entry(
        f"credit-use:{event.use_id}:returned",
        [(f"Prepaid:{event.order_id}", event.amount_fen), (f"Credit:{event.person_id}", -event.amount_fen)],
        memo=f"order {event.order_id} given up: credit again",
        currency=event.currency,
    )


def on_credit_refund_due(event: CreditRefundDue) -> None:
    """refund:<id>:due, for credit that becomes money again."""
    post_entry(
        f"refund:{event.refund_id}:due",
        [(f"Credit:{event.person_id}", event.amount_fen), (f"RefundDue:{event.refund_id}", -event.amount_fen)],
        memo=f"credit of person {event.person_id} back as money",
        currency=event.currency,
    )
