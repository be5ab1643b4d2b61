"""Every domain event: a frozen dataclass of ids and amounts. The docstring says when it is true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Cause(StrEnum):
    """Why a promise to an adopter cannot be kept."""

    LATE_PAYMENT = "late_payment"
    """The money came when the rope was somebody else's."""


@dataclass(frozen=True, slots=True)
class GuestSignedIn:
    """A visitor who held ropes as a guest has signed in: what was the guest's is now the person's."""

    guest_id: int
    person_id: int


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
class PaymentClosed:
    """This checkout can no longer be paid: it expired, was closed, failed or was refused, or its review has ended."""

    payment_id: int
    order_id: int


@dataclass(frozen=True, slots=True)
class RefundSucceeded:
    """The gateway says the refund has reached its end."""

    refund_id: int
    payment_id: int
    order_id: int
    provider: str
    amount_fen: int
    currency: str


@dataclass(frozen=True, slots=True)
class RefundFailed:
    """The gateway could not carry the refund out: still owed. `succeeded_before`: it had said otherwise."""

    refund_id: int
    payment_id: int
    order_id: int
    provider: str
    amount_fen: int
    currency: str
    succeeded_before: bool


@dataclass(frozen=True, slots=True)
class AdoptionPaid:
    """The rope is the adopter's: the order became paid."""

    adoption_id: int
    person_id: int
    code: str
    rope_label: str
    receipt_email: str | None
    locale: str
    amount_fen: int
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class AdoptionExpired:
    """The hold ran out unpaid and the rope is free again."""

    adoption_id: int
    person_id: int
    rope_label: str


@dataclass(frozen=True, slots=True)
class AdoptionRefundDue:
    """Money of the order goes back: it was cancelled, paid too late, or twice. `by_hand`: not the way it came."""

    adoption_id: int
    person_id: int
    code: str
    rope_label: str
    receipt_email: str | None
    locale: str
    refund_id: int
    payment_id: int
    amount_fen: int
    currency: str
    reason: str
    by_hand: bool


@dataclass(frozen=True, slots=True)
class AdoptionRefunded:
    """The order's refund has reached its end."""

    adoption_id: int
    person_id: int
    code: str
    rope_label: str
    receipt_email: str | None
    locale: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class RemedyOwed:
    """A paid promise cannot be kept: the order waits for the adopter's choice. `source` names what brought it about."""

    adoption_id: int
    person_id: int
    code: str
    rope_label: str
    receipt_email: str | None
    locale: str
    cause: Cause
    source: str
    amount_fen: int
    currency: str


@dataclass(frozen=True, slots=True)
class RemedyOpened:
    """The adopter can choose what she gets instead, until `choose_until`."""

    remedy_id: int
    person_id: int
    code: str
    rope_label: str
    receipt_email: str | None
    locale: str
    cause: Cause
    amount_fen: int
    choose_until: datetime
