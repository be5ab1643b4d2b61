"""Tables of offline transfers: what is waited for, what the bank shows, and which line was counted for what."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core.crypto import EncryptedText
from cofu_adopt.core.db import Base, id_column

NOT_VOID = "voided_at IS NULL"
NOT_UNDONE = "undone_at IS NULL"


class TransferState(StrEnum):
    """How far a transfer is that we wait for."""

    OPEN = "open"
    """The whole amount has not come."""
    PAID = "paid"
    """It has come."""
    CLOSED = "closed"
    """We no longer wait. Money that comes all the same is still counted, and kept or given back."""


class TransferRequest(Base):
    """One transfer that is waited for; its reference stands in the payer's remark."""

    __tablename__ = "transfer_request"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("booked_fen >= 0", name="booked_not_negative"),
        Index("ix_transfer_request_state", "state"),
    )

    ref: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """The key of the payment that it is about; a payment that was taken back leaves it to another."""
    amount_fen: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[TransferState] = mapped_column(String(12))
    booked_fen: Mapped[int]
    """What of its lines has become a payment: the order's own, or one that goes straight back."""
    return_url: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    said_sent_at: Mapped[datetime | None]
    """The payer says that it is on its way; it moves nothing."""


class BankLine(Base):
    """One credit on our bank account, as a person of finance wrote it down."""

    __tablename__ = "bank_line"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("returned_by IS NULL OR returned_by <> return_asked_by", name="returned_by_another"),
        Index(
            "uq_bank_line_bank_ref",
            "account",
            "bank_ref",
            unique=True,
            postgresql_where=text(NOT_VOID),
            sqlite_where=text(NOT_VOID),
        ),
        Index("ix_bank_line_paid_on", "paid_on"),
    )

    id: Mapped[int] = id_column()
    account: Mapped[str] = mapped_column(String(40))
    bank_ref: Mapped[str] = mapped_column(String(64))
    """The bank's own number of the line: the same money is not counted twice."""
    amount_fen: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    paid_on: Mapped[date]
    payer: Mapped[str] = mapped_column(EncryptedText)
    remark: Mapped[str] = mapped_column(EncryptedText)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    voided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    voided_at: Mapped[datetime | None]
    return_reason: Mapped[str | None] = mapped_column(String(200))
    return_asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    return_asked_at: Mapped[datetime | None]
    returned_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    returned_at: Mapped[datetime | None]
    return_ref: Mapped[str | None] = mapped_column(String(64))
    """The bank's own number of the debit with which it went back to its sender."""


class LineMatch(Base):
    """A bank line counted for a transfer. A mistake is undone by another person, and both stay to be seen."""

    __tablename__ = "line_match"
    __table_args__ = (
        CheckConstraint("undone_by IS NULL OR undone_by <> matched_by", name="undone_by_another"),
        Index(
            "uq_line_match_line_id",
            "line_id",
            unique=True,
            postgresql_where=text(NOT_UNDONE),
            sqlite_where=text(NOT_UNDONE),
        ),
        Index("ix_line_match_ref", "ref"),
    )

    id: Mapped[int] = id_column()
    line_id: Mapped[int] = mapped_column(ForeignKey("bank_line.id"))
    ref: Mapped[str] = mapped_column(ForeignKey("transfer_request.ref"))
    matched_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    matched_at: Mapped[datetime]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
    undo_reason: Mapped[str | None] = mapped_column(String(200))
