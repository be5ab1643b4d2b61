"""What the books refuse. These are our own mistakes, never a person's."""

from __future__ import annotations


class LedgerError(Exception):
    """Root of the books' refusals."""


class EntryUnbalanced(LedgerError):
    """The legs do not add up to zero, are fewer than two, or one is zero."""


class EntryConflict(LedgerError):
    """The same source with another body."""


class FloorBroken(LedgerError):
    """A narrow account would go below (an asset) or above (a liability) zero."""


class UnknownAccount(LedgerError):
    """The account's root is not in the chart."""


class NotReversible(LedgerError):
    """There is no such entry, it is itself a reversal, or it is reversed already."""
