"""What may follow what. Pure functions, no database."""

from __future__ import annotations

from datetime import datetime, timedelta

from cofu_adopt.payments.gateway import REFUND_DAYS, Checkout, CheckoutState
from cofu_adopt.payments.models import PaymentState, RefundReason, RefundState

LIVE_PAYMENTS = frozenset({PaymentState.OPENING, PaymentState.OPEN, PaymentState.PENDING})
"""States in which the gateway may still take money for the order."""
AWAITED = frozenset({PaymentState.PENDING, PaymentState.REVIEW})
"""States in which the payer has paid and waits for a word: from the gateway, or from a person of ours."""

AFTER: dict[CheckoutState, dict[PaymentState, PaymentState]] = {
    CheckoutState.OPEN: {PaymentState.OPENING: PaymentState.OPEN},
    CheckoutState.PENDING: dict.fromkeys((PaymentState.OPENING, PaymentState.OPEN), PaymentState.PENDING),
    CheckoutState.PAID: dict.fromkeys(
        (PaymentState.OPENING, PaymentState.OPEN, PaymentState.PENDING, PaymentState.CLOSED), PaymentState.SUCCEEDED
    ),
    CheckoutState.EXPIRED: dict.fromkeys(LIVE_PAYMENTS, PaymentState.CLOSED),
}
"""What the gateway's word makes of a payment. No entry: no step (an `expired` after `paid` changes nothing)."""

BY_HAND = frozenset({"bank_transfer"})
"""Ways of paying that nothing goes back by: a person transfers it."""
BESIDE_ORDER = frozenset({RefundReason.SECOND_PAYMENT, RefundReason.OVERPAID, RefundReason.UNDERPAID})
"""Refunds of money that never was the order's own: the order stays as it is."""

OPEN_REFUNDS = frozenset({RefundState.APPROVED, RefundState.SENT, RefundState.SUCCEEDED, RefundState.MANUAL_DUE})
"""Refunds whose money counts as given back or promised."""


def next_state(now: PaymentState, word: CheckoutState) -> PaymentState | None:
    """The payment's next state after the gateway's `word`; None when nothing changes."""
    return AFTER[word].get(now)


def difference(checkout: Checkout, *, amount_fen: int, currency: str) -> str | None:
    """Why the gateway's money is not what was asked for; None when it is."""
    if checkout.currency != currency:
        return f"currency {checkout.currency}, not {currency}"
    if checkout.amount_fen != amount_fen:
        return f"{checkout.amount_fen} fen, not {amount_fen}"
    return None


def refundable_until(paid_at: datetime, wallet: str | None) -> datetime | None:
    """Until when a payment can go back the way it came; None: never. An unknown wallet gets the shortest window."""
    if wallet in BY_HAND:
        return None
    days = REFUND_DAYS.get(wallet or "", min(REFUND_DAYS.values()))
    return paid_at + timedelta(days=days)
