"""Tables of the books. Rows of entries, postings and seals are only ever inserted; triggers refuse the rest."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core.db import Base, id_column
from cofu_adopt.ledger.chart import AccountKind, Floor


class LedgerAccount(Base):
    """会计科目: a place where money of one currency stands."""

    __tablename__ = "ledger_account"

    id: Mapped[int] = id_column()
    code: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[AccountKind] = mapped_column(String(12))
    currency: Mapped[str] = mapped_column(String(3))
    floor: Mapped[Floor] = mapped_column(String(16))


class JournalEntry(Base):
    """记账凭证: one fact. `source` names it uniquely; `body_hash` makes the same source with another body an error."""

    __tablename__ = "journal_entry"

    id: Mapped[int] = id_column()
    source: Mapped[str] = mapped_column(String(80), unique=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    memo: Mapped[str] = mapped_column(String(200))
    effective_on: Mapped[date]
    created_at: Mapped[datetime]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)


class Posting(Base):
    """分录: one leg of an entry; debit positive, credit negative, in fen."""

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="amount_not_zero"),
        Index("ix_posting_entry_id", "entry_id"),
        Index("ix_posting_account_id_id", "account_id", "id"),
    )

    id: Mapped[int] = id_column()
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"))
    amount_fen: Mapped[int]


class LedgerSeal(Base):
    """A link of the hash chain over all entries with ids in (previous up_to_entry_id, up_to_entry_id]."""

    __tablename__ = "ledger_seal"

    id: Mapped[int] = id_column()
    up_to_entry_id: Mapped[int] = mapped_column(unique=True)
    entry_count: Mapped[int]
    chain_hash: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]
