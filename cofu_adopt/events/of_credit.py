"""What became true of people's credit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CreditGranted:
    """What a payment had paid for the order is the person's credit now, instead of money."""

    grant_id: int
    person_id: int
    order_id: int
    amount_fen: int
    currency: str
    source: str


@dataclass(frozen=True, slots=True)
class CreditSpent:
    """The person's credit has paid the order, or the part of it that no payment paid. Once a use."""

    use_id: int
    order_id: int
    person_id: int
    amount_fen: int
    currency: str


@dataclass(frozen=True, slots=True)
class CreditReturned:
    """The order was given up, or had not been paid after all: what credit had paid of it is the person's again."""

    use_id: int
    order_id: int
    person_id: int
    amount_fen: int
    currency: str


@dataclass(frozen=True, slots=True)
class CreditRefundDue:
    """The person takes credit back as money: the refund is owed instead of the credit."""

    refund_id: int
    payment_id: int
    order_id: int
    person_id: int
    amount_fen: int
    currency: str
    by_hand: bool


@dataclass(frozen=True, slots=True)
class CreditCovered:
    """The payer has the money of this credit through a lost dispute: it is no longer the person's. Once both."""

    dispute_id: int
    grant_id: int
    person_id: int
    amount_fen: int
    currency: str
