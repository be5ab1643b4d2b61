"""What became true of refunds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


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
