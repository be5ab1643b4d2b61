"""The chart of accounts, by root name. Source: MONEY.md, chart of accounts (the part that has entries so far)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AccountKind(StrEnum):
    """The five kinds of double-entry book-keeping."""

    ASSET = "asset"
    LIABILITY = "liability"
    INCOME = "income"
    EXPENSE = "expense"


class Floor(StrEnum):
    """What must hold after every posting. Debits are positive, credits negative."""

    NONE = "none"
    """Wide account: checked when a period closes."""
    NEVER_NEGATIVE = "never_negative"
    """Narrow asset: one cannot have less than nothing."""
    NEVER_POSITIVE = "never_positive"
    """Narrow liability: one cannot be owed by those whom one owes."""


@dataclass(frozen=True, slots=True)
class Root:
    """The first part of an account's code: Prepaid in Prepaid:12."""

    kind: AccountKind
    floor: Floor


CHART: dict[str, Root] = {
    "Gateway": Root(AccountKind.ASSET, Floor.NONE),
    "Bank": Root(AccountKind.ASSET, Floor.NONE),
    "Suspense": Root(AccountKind.LIABILITY, Floor.NONE),
    "Prepaid": Root(AccountKind.LIABILITY, Floor.NEVER_POSITIVE),
    "RefundDue": Root(AccountKind.LIABILITY, Floor.NEVER_POSITIVE),
}
