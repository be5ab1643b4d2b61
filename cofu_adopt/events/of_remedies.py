"""What became true of promises that could not be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Cause(StrEnum):
    """Why a promise to an adopter cannot be kept."""

    LATE_PAYMENT = "late_payment"
    """The money came when the rope was somebody else's."""


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
