"""What may follow what. Pure functions, no database."""

from __future__ import annotations

from datetime import datetime, timedelta

from cofu_adopt.payments.dispute_models import DisputeStep
from cofu_adopt.payments.gateway import PAGE_LIFE, REFUND_DAYS, Checkout, CheckoutState, DisputeState
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
PAID_NOTHING = frozenset(
    {RefundReason.SECOND_PAYMENT, RefundReason.OVERPAID, RefundReason.UNDERPAID, RefundReason.CREDIT_GONE}
)
"""Refunds of whole payments that never paid their order."""
BESIDE_ORDER = PAID_NOTHING | {RefundReason.CREDIT_TO_MONEY}
"""Refunds of money that is not the order's own, or is no longer: the order stays as it is."""

OPEN_REFUNDS = frozenset(RefundState) - {RefundState.REPLACED, RefundState.BY_DISPUTE}
"""Refunds whose money counts as given back or promised; a failed one is still owed, until another takes its place.
What a dispute took is counted with the dispute."""
GONE_REFUNDS = frozenset({RefundState.SUCCEEDED, RefundState.MANUAL_READY, RefundState.PAID, RefundState.RETURNED})
"""Refunds whose money has left us, or is another's: from the agreement on, one by hand is its adopter's payable."""
UNSENT_REFUNDS = frozenset({RefundState.APPROVED, RefundState.FAILED, RefundState.MANUAL_DUE})
"""Refunds that are owed and that the gateway does not have, as far as it has told."""

OPEN_DISPUTES = frozenset({DisputeStep.OPENED, DisputeStep.ANSWERED})
"""Disputes that the bank has not decided: the money is held."""
DISPUTE_AFTER: dict[DisputeState, dict[DisputeStep, DisputeStep]] = {
    DisputeState.OPEN: {},
    DisputeState.UNDER_REVIEW: {DisputeStep.OPENED: DisputeStep.ANSWERED},
    DisputeState.WON: dict.fromkeys(OPEN_DISPUTES, DisputeStep.WON),
    DisputeState.LOST: dict.fromkeys(OPEN_DISPUTES, DisputeStep.LOST),
}
"""What the gateway's word makes of a dispute, which always begins as opened. No entry: no step."""


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


def page_ends_at(provider: str, opened_at: datetime, wanted: datetime) -> datetime:
    """Until when a page can be paid: as wanted, as far as the gateway lets it. Whole seconds, as gateways count."""
    shortest, longest = PAGE_LIFE.get(provider, (None, None))
    if shortest is None or longest is None:
        return wanted
    return min(max(wanted, opened_at + shortest), opened_at + longest).replace(microsecond=0)


def refundable_until(paid_at: datetime, wallet: str | None) -> datetime | None:
    """Until when a payment can go back the way it came; None: never. An unknown wallet gets the shortest window."""
    if wallet in BY_HAND:
        return None
    days = REFUND_DAYS.get(wallet or "", min(REFUND_DAYS.values()))
    return paid_at + timedelta(days=days)


def next_dispute_step(now: DisputeStep, word: DisputeState) -> DisputeStep | None:
    """The dispute's next state after the gateway's `word`; None when nothing changes."""
    return DISPUTE_AFTER[word].get(now)


def fee_is_lost(*, paid_fen: int, gone_fen: int, covered_fen: int) -> bool:
    """True when none of a payment's money is left for anybody: then nobody but us bears the gateway's fee.

    `gone_fen` went back by refunds, `covered_fen` by lost disputes of an order that ended. After a part of it, and
    after a dispute lost for goods that are still delivered, the fee waits for the order's end, where the split pays it.
    Source: MONEY.md, journals: refund succeeded, manual refund, dispute lost before and after delivery.
    """
    return gone_fen + covered_fen >= paid_fen
