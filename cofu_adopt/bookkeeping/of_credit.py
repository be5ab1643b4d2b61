"""The journal entries of people's credit. Source: MONEY.md, journals: credit instead of money, credit spent."""

from __future__ import annotations

from cofu_adopt.events import CreditCovered, CreditGranted, CreditRefundDue, CreditReturned, CreditSpent
from cofu_adopt.ledger.post import post_entry


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
    """credit-use:<id>:returned, for an order that was given up, or not paid after all."""
    post_entry(
        f"credit-use:{event.use_id}:returned",
        [(f"Prepaid:{event.order_id}", event.amount_fen), (f"Credit:{event.person_id}", -event.amount_fen)],
        memo=f"what credit had paid of order {event.order_id} is credit again",
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


def on_credit_covered(event: CreditCovered) -> None:
    """dispute:<id>:credit:<id>. The payer has the money already, by the dispute."""
    post_entry(
        f"dispute:{event.dispute_id}:credit:{event.grant_id}",
        [(f"Credit:{event.person_id}", event.amount_fen), ("ChargebackLoss", -event.amount_fen)],
        memo=f"credit {event.grant_id} went back by dispute {event.dispute_id}",
        currency=event.currency,
    )
