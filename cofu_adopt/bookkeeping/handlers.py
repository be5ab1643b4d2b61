"""Each event's journal entry. Source: MONEY.md, journals."""

from __future__ import annotations

from cofu_adopt.core import clock
from cofu_adopt.events import (
    AdoptionRefundDue,
    MoneyNotDue,
    PaymentSucceeded,
    PaymentTakenBack,
    RefundFailed,
    RefundSucceeded,
)
from cofu_adopt.ledger.post import post_entry, reverse_entry


def on_payment_succeeded(event: PaymentSucceeded) -> None:
    """payment:<id>:captured. The money is in the books whatever becomes of the order."""
    post_entry(
        f"payment:{event.payment_id}:captured",
        [(_where(event.provider), event.amount_fen), (f"Prepaid:{event.order_id}", -event.amount_fen)],
        memo=f"order {event.order_id} paid",
        currency=event.currency,
        effective_on=clock.day_of(event.paid_at),
    )


def on_money_not_due(event: MoneyNotDue) -> None:
    """payment:<id>:captured, as for money that is due: the order owes it back in the same moment."""
    post_entry(
        f"payment:{event.payment_id}:captured",
        [(_where(event.provider), event.amount_fen), (f"Prepaid:{event.order_id}", -event.amount_fen)],
        memo=f"order {event.order_id}: {event.reason}",
        currency=event.currency,
        effective_on=clock.day_of(event.came_at),
    )


def on_payment_taken_back(event: PaymentTakenBack) -> None:
    """payment:<id>:taken_back reverses what was confirmed by mistake."""
    reverse_entry(
        f"payment:{event.payment_id}:taken_back",
        of_source=f"payment:{event.payment_id}:captured",
        memo=f"order {event.order_id}: its transfer was confirmed by mistake",
    )


def _where(provider: str) -> str:
    # A transfer is in the bank before anybody knows what it is for: it has stood in suspense since then.
    return "Suspense:BankCredit" if provider == "transfer" else f"Gateway:{provider}"


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
