"""What became true of payments, their fees, disputes and payouts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PaymentSucceeded:
    """The gateway says the full amount is ours (fetched, not believed from a notification). Once a payment."""

    payment_id: int
    order_id: int
    provider: str
    amount_fen: int
    currency: str
    livemode: bool
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentPending:
    """The payer has finished the gateway's page, but the money is not confirmed yet."""

    payment_id: int
    order_id: int


@dataclass(frozen=True, slots=True)
class PaymentWaits:
    """The payer has been told how to pay, by a way that may take longer than a hold: until `until`, under `ref`."""

    payment_id: int
    order_id: int
    ref: str
    amount_fen: int
    until: datetime


@dataclass(frozen=True, slots=True)
class PaymentShort:
    """Something has come of a payment that is waited for, and not the whole: the rest is waited for until `until`."""

    payment_id: int
    order_id: int
    ref: str
    received_fen: int
    missing_fen: int
    until: datetime


@dataclass(frozen=True, slots=True)
class PaymentTakenBack:
    """A payment was confirmed by mistake and never was: its order is unpaid, and the money waited for until `until`."""

    payment_id: int
    order_id: int
    ref: str
    amount_fen: int
    until: datetime


@dataclass(frozen=True, slots=True)
class MoneyNotDue:
    """Money of the order's payer came that the order does not need: too much, or too little and too late."""

    payment_id: int
    order_id: int
    provider: str
    amount_fen: int
    currency: str
    came_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PaymentClosed:
    """This checkout can no longer be paid: it expired, was closed, failed or was refused, or its review has ended."""

    payment_id: int
    order_id: int


@dataclass(frozen=True, slots=True)
class PaymentFeeKnown:
    """The gateway has said what it keeps of a payment. Once a payment, at once or days later."""

    payment_id: int
    order_id: int
    provider: str
    fee_fen: int
    currency: str


@dataclass(frozen=True, slots=True)
class PaymentFeeMoved:
    """The gateway's fee of a payment is lost from now on, or (`lost` False) waits for the order's end again.

    `move` counts: the first, the second ...
    """

    payment_id: int
    order_id: int
    fee_fen: int
    currency: str
    lost: bool
    move: int


@dataclass(frozen=True, slots=True)
class DisputeOpened:
    """The payer's bank has taken the money of a payment for the time being, and the gateway a fee."""

    dispute_id: int
    payment_id: int
    order_id: int
    provider: str
    amount_fen: int
    fee_fen: int
    currency: str


@dataclass(frozen=True, slots=True)
class DisputeFeeChanged:
    """The gateway keeps `more_fen` more for a dispute than it said before; less than 0: it gave that much back."""

    dispute_id: int
    provider: str
    more_fen: int
    currency: str
    change: int


@dataclass(frozen=True, slots=True)
class DisputeWon:
    """The bank has decided for us: the money is at the gateway again."""

    dispute_id: int
    payment_id: int
    order_id: int
    provider: str
    amount_fen: int
    currency: str


@dataclass(frozen=True, slots=True)
class DisputeLost:
    """The bank has decided for the payer. `pays_order`: it is the payment that paid the order."""

    dispute_id: int
    payment_id: int
    order_id: int
    amount_fen: int
    currency: str
    pays_order: bool


@dataclass(frozen=True, slots=True)
class DisputeCovered:
    """So much of a lost dispute was prepaid for an order that has ended: it is no loss of ours."""

    dispute_id: int
    order_id: int
    covered_fen: int
    currency: str


@dataclass(frozen=True, slots=True)
class PayoutSent:
    """Money has left the gateway's balance for our bank (less than 0: the other way)."""

    payout_id: int
    provider: str
    amount_fen: int
    currency: str


@dataclass(frozen=True, slots=True)
class PayoutFailed:
    """A payout did not arrive and is in the gateway's balance again."""

    payout_id: int
    provider: str
