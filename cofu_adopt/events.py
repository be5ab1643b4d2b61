"""Every domain event: a frozen dataclass of ids and amounts. The docstring says when it is true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


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
    """The rope is the adopter's: the order went from held to paid."""

    adoption_id: int
    person_id: int
    code: str
    rope_label: str
    receipt_email: str | None
    locale: str
    amount_fen: int
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class AdoptionTransferNews:
    """Something has happened with the transfer of an order that its adopter must know: `news` says what.

    asked: the order waits for it; short: not all has come; over: the waiting time has ended, the rope is free;
    undone: it had been confirmed by mistake.
    """

    adoption_id: int
    person_id: int
    code: str
    rope_label: str
    receipt_email: str | None
    locale: str
    news: str
    fact: str
    ref: str
    amount_fen: int
    missing_fen: int
    until: datetime


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
class UpdatePosted:
    """A household's post is in the diary of these plots; once a post, after an edit not again."""

    update_id: int
    household_id: int
    plot_ids: tuple[int, ...]
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class UpdateWithdrawn:
    """A post was withdrawn by its household or taken off by an operator."""

    update_id: int


@dataclass(frozen=True, slots=True)
class ReadingKept:
    """A measured value was kept: the plot's chart and forecast have moved."""

    plot_id: int
    measured_on: date
