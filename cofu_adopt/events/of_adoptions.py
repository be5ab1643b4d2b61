"""What became true of adoptions, and what their adopters are to be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AdoptionPaid:
    """The rope is the adopter's: the order became paid. `credit_fen`: what of it credit has paid."""

    adoption_id: int
    person_id: int
    code: str
    rope_label: str
    receipt_email: str | None
    locale: str
    amount_fen: int
    paid_at: datetime
    credit_fen: int = 0


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
    """Money of the order goes back: it was cancelled, paid too late, or twice. `by_hand`: not the way it came.

    `credit_fen`: what beside it is the person's credit again already.
    """

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
    credit_fen: int = 0


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
class AdoptionCredited:
    """What the order had cost is its adopter's credit, and no money goes back.

    `chosen`: she took it instead of money; else credit had paid it.
    """

    adoption_id: int
    person_id: int
    code: str
    rope_label: str
    receipt_email: str | None
    locale: str
    amount_fen: int
    chosen: bool


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
