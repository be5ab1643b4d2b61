"""Reads of the books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from cofu_adopt.core.db import db
from cofu_adopt.ledger.models import JournalEntry, LedgerAccount, Posting

PIECE = 5000
ENTRY = (
    JournalEntry.id,
    JournalEntry.source,
    JournalEntry.body_hash,
    JournalEntry.memo,
    JournalEntry.effective_on,
    JournalEntry.reverses_id,
)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry with its lines (account code, fen), in the order in which they were posted."""

    id: int
    source: str
    body_hash: str
    memo: str
    effective_on: date
    reverses_id: int | None
    currency: str
    lines: tuple[tuple[str, int], ...]


def balance(code: str) -> int:
    """How an account stands, in fen: debits minus credits; 0 when nothing was ever posted."""
    return int(
        db.session.scalar(
            select(func.coalesce(func.sum(Posting.amount_fen), 0))
            .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
            .where(LedgerAccount.code == code)
        )
        or 0
    )


def balances_of(root: str, *, source: str = "") -> dict[str, int]:
    """How all accounts under `root` stand, in fen, by the rest of their code (12 for Prepaid:12), in one query.

    With `source`, only by the entries whose source begins with it and a colon.
    """
    query = (
        select(LedgerAccount.code, func.sum(Posting.amount_fen))
        .join(Posting, Posting.account_id == LedgerAccount.id)
        .where(LedgerAccount.code.startswith(f"{root}:", autoescape=True))
        .group_by(LedgerAccount.id, LedgerAccount.code)
    )
    if source:
        query = query.join(JournalEntry, JournalEntry.id == Posting.entry_id).where(
            JournalEntry.source.startswith(f"{source}:", autoescape=True)
        )
    rows = db.session.execute(query)
    return {code.partition(":")[2]: int(total) for code, total in rows}


def list_entries(*, after_id: int = 0, up_to_id: int | None = None) -> Iterator[EntryRow]:
    """All entries by id, in pieces of bounded memory."""
    while True:
        query = select(*ENTRY).where(JournalEntry.id > after_id).order_by(JournalEntry.id).limit(PIECE)
        if up_to_id is not None:
            query = query.where(JournalEntry.id <= up_to_id)
        entries = db.session.execute(query).all()
        if not entries:
            return
        lines: dict[int, list[tuple[str, int]]] = {}
        currencies: dict[int, str] = {}
        rows = db.session.execute(
            select(Posting.entry_id, LedgerAccount.code, LedgerAccount.currency, Posting.amount_fen)
            .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
            .where(Posting.entry_id >= entries[0].id, Posting.entry_id <= entries[-1].id)
            .order_by(Posting.id)
        )
        for row in rows:
            lines.setdefault(row.entry_id, []).append((row.code, row.amount_fen))
            currencies[row.entry_id] = row.currency
        for entry in entries:
            yield EntryRow(
                entry.id,
                entry.source,
                entry.body_hash,
                entry.memo,
                entry.effective_on,
                entry.reverses_id,
                currencies.get(entry.id, ""),
                tuple(lines.get(entry.id, ())),
            )
        after_id = entries[-1].id
