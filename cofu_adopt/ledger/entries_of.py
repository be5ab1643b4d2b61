"""The entries that touched some accounts: what the books say of one order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select

from cofu_adopt.core.db import db
from cofu_adopt.ledger.models import JournalEntry, LedgerAccount, Posting


@dataclass(frozen=True, slots=True)
class BookedEntry:
    """An entry with its lines (account code, fen) and the moment at which it was written."""

    id: int
    source: str
    memo: str
    effective_on: date
    created_at: datetime
    lines: tuple[tuple[str, int], ...]


def entries_of(account_codes: Collection[str]) -> list[BookedEntry]:
    """All entries with a posting on one of the accounts, oldest first."""
    if not account_codes:
        return []
    touching = (
        select(Posting.entry_id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(LedgerAccount.code.in_(account_codes))
    )
    return _read(JournalEntry.id.in_(touching))


def entries_from(source: str) -> list[BookedEntry]:
    """All entries whose source begins with `source` (dispute:7:), oldest first."""
    return _read(JournalEntry.source.startswith(source, autoescape=True))


def _read(condition: ColumnElement[bool]) -> list[BookedEntry]:
    entries = list(db.session.scalars(select(JournalEntry).where(condition).order_by(JournalEntry.id)))
    lines: dict[int, list[tuple[str, int]]] = {}
    rows = db.session.execute(
        select(Posting.entry_id, LedgerAccount.code, Posting.amount_fen)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(Posting.entry_id.in_([entry.id for entry in entries]))
        .order_by(Posting.id)
    )
    for entry_id, code, amount_fen in rows:
        lines.setdefault(entry_id, []).append((code, amount_fen))
    return [
        BookedEntry(
            entry.id, entry.source, entry.memo, entry.effective_on, entry.created_at, tuple(lines.get(entry.id, ()))
        )
        for entry in entries
    ]
