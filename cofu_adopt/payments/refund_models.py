"""Tables around refunds: what staff ask for, where the adopter wants money by hand, and each payment by hand."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core.crypto import EncryptedText
from cofu_adopt.core.db import Base, id_column
from cofu_adopt.payments.models import RefundReason

LIVE_TRANSFER = "state IN ('proposed', 'approved', 'paid')"


class RequestState(StrEnum):
    """How far a request is."""

    WAITING = "waiting"
    """Another person has to decide."""
    APPROVED = "approved"
    """Its lines are done, or due."""
    DECLINED = "declined"
    """It was declined, or withdrawn by the one who asked; nothing happened."""


class RefundRequest(Base):
    """What a member of staff asks to give back, for one order or for many, with one reason and one decision."""

    __tablename__ = "refund_request"
    __table_args__ = (
        CheckConstraint("total_fen > 0", name="total_positive"),
        CheckConstraint("(state = 'waiting') = (decided_by_id IS NULL)", name="decided"),
        CheckConstraint(
            "state <> 'approved' OR weighed_fen <= approval_fen OR decided_by_id <> requested_by_id", name="two_people"
        ),
        Index("ix_refund_request_state", "state"),
    )

    id: Mapped[int] = id_column()
    key: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[RequestState] = mapped_column(String(12))
    reason: Mapped[RefundReason] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(200))
    ends_order: Mapped[bool]
    total_fen: Mapped[int]
    weighed_fen: Mapped[int]
    """The total and what staff gave back of the same payments before: small pieces do not go round the checker."""
    approval_fen: Mapped[int]
    """The setting REFUND_APPROVAL_FEN on that day."""
    line_count: Mapped[int]
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decline_reason: Mapped[str | None] = mapped_column(String(200))


class RefundLine(Base):
    """One payment of a request. It becomes a refund, or is left out with the code of what stood in the way."""

    __tablename__ = "refund_line"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        UniqueConstraint("request_id", "payment_id", name="uq_refund_line_request_id_payment_id"),
        Index("ix_refund_line_order_id", "order_id"),
    )

    id: Mapped[int] = id_column()
    request_id: Mapped[int] = mapped_column(ForeignKey("refund_request.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("adoption.id"))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    amount_fen: Mapped[int]
    piece: Mapped[int]
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"), unique=True)
    left_out: Mapped[str | None] = mapped_column(String(40))
    done_at: Mapped[datetime | None]


class AccountKind(StrEnum):
    """Where money by hand can go."""

    BANK_CARD = "bank_card"
    ALIPAY = "alipay"
    WECHAT = "wechat"


class RefundAccount(Base):
    """An account that the adopter gave for a refund; the newest counts. Rows are added, and erased in the end."""

    __tablename__ = "refund_account"
    __table_args__ = (Index("ix_refund_account_refund_id", "refund_id"),)

    id: Mapped[int] = id_column()
    refund_id: Mapped[int] = mapped_column(ForeignKey("refund.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[AccountKind] = mapped_column(String(12))
    holder: Mapped[str | None] = mapped_column(EncryptedText)
    number: Mapped[str | None] = mapped_column(EncryptedText)
    bank: Mapped[str | None] = mapped_column(String(60))
    holder_masked: Mapped[str] = mapped_column(String(60))
    number_masked: Mapped[str] = mapped_column(String(60))
    given_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class TransferState(StrEnum):
    """How far a payment by hand is."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    PAID = "paid"
    RETURNED = "returned"


class RefundTransfer(Base):
    """One payment of a refund by hand: proposed by one person, approved by another, paid with the bank's reference."""

    __tablename__ = "refund_transfer"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint(
            "state IN ('proposed', 'declined') OR (decided_by_id IS NOT NULL AND decided_by_id <> proposed_by_id)",
            name="two_people",
        ),
        CheckConstraint(
            "state NOT IN ('paid', 'returned') OR (paid_by_id IS NOT NULL AND paid_by_id <> decided_by_id "
            "AND bank_account IS NOT NULL AND bank_reference IS NOT NULL AND paid_on IS NOT NULL)",
            name="evidence",
        ),
        Index(
            "uq_refund_transfer_one_live",
            "refund_id",
            unique=True,
            postgresql_where=text(LIVE_TRANSFER),
            sqlite_where=text(LIVE_TRANSFER),
        ),
        UniqueConstraint("bank_account", "bank_reference", name="uq_refund_transfer_bank_account_bank_reference"),
        Index("ix_refund_transfer_refund_id", "refund_id"),
    )

    id: Mapped[int] = id_column()
    refund_id: Mapped[int] = mapped_column(ForeignKey("refund.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("refund_account.id"))
    amount_fen: Mapped[int]
    state: Mapped[TransferState] = mapped_column(String(12))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decline_reason: Mapped[str | None] = mapped_column(String(200))
    paid_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime | None]
    paid_on: Mapped[date | None]
    bank_account: Mapped[str | None] = mapped_column(String(20))
    bank_reference: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str | None] = mapped_column(String(200))
    returned_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    returned_at: Mapped[datetime | None]
    returned_on: Mapped[date | None]
    return_reason: Mapped[str | None] = mapped_column(String(200))
