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
class RefundOvertaken:
    """A refund that was still owed needs no sending: the payer has the money through a lost dispute."""

    refund_id: int
    order_id: int
    amount_fen: int
    currency: str


@dataclass(frozen=True, slots=True)
class RefundNotOvertaken:
    """The gateway says that it had carried out a refund which was taken for overtaken: the payer has both."""

    refund_id: int
    order_id: int
    amount_fen: int
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
class StaffRefundApproved:
    """What staff agreed to give back is owed now, as a refund of its own. `ends_order`: the order ends with it."""

    refund_id: int
    payment_id: int
    order_id: int
    amount_fen: int
    currency: str
    reason: str
    by_hand: bool
    ends_order: bool


@dataclass(frozen=True, slots=True)
class RefundReplaced:
    """A refund that the gateway could not make is tried again as another one, which owes its money now."""

    refund_id: int
    replaced_id: int
    payment_id: int
    order_id: int
    amount_fen: int
    currency: str
    by_hand: bool


@dataclass(frozen=True, slots=True)
class RefundTurnedByHand:
    """A refund that the gateway could not make will be paid by hand."""

    refund_id: int
    order_id: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class RefundAgreed:
    """Two people agreed to pay a refund by hand: the person is to be paid. Once a refund, also when it bounces."""

    refund_id: int
    payment_id: int
    order_id: int
    person_id: int
    amount_fen: int
    currency: str


@dataclass(frozen=True, slots=True)
class RefundPaidByHand:
    """Money left the workshop's bank account for a refund. `to`: the adopter's account, masked."""

    refund_id: int
    transfer_id: int
    order_id: int
    person_id: int
    amount_fen: int
    currency: str
    bank_account: str
    paid_on: date
    to: str


@dataclass(frozen=True, slots=True)
class RefundReturned:
    """The bank sent a payment by hand back."""

    refund_id: int
    transfer_id: int
    order_id: int
    person_id: int
    amount_fen: int
    currency: str
    bank_account: str
    returned_on: date


@dataclass(frozen=True, slots=True)
class AdoptionRefundStep:
    """A refund of the order has moved, and its adopter is to be told; the kind of step: notify/handlers.py.

    `fact` names it uniquely; `more` holds what the text needs besides.
    """

    adoption_id: int
    person_id: int
    code: str
    rope_label: str
    receipt_email: str | None
    locale: str
    refund_id: int
    amount_fen: int
    step: str
    fact: str
    more: dict[str, str]
