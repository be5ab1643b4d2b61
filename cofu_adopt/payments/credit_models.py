"""Tables of credit (余额): what a person was given instead of money, what it has paid, what has become money again."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core.db import Base, id_column

LIVE_USE = "state IN ('reserved', 'spent')"


class CreditGrant(Base):
    """Credit that a person was given instead of the money of a payment. It can go back the way that money came."""

    __tablename__ = "credit_grant"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("left_fen >= 0 AND left_fen <= amount_fen", name="left_within_amount"),
        CheckConstraint("covered_fen >= 0 AND covered_fen <= amount_fen", name="covered_within_amount"),
        Index("ix_credit_grant_person_id", "person_id"),
        Index("ix_credit_grant_payment_id", "payment_id"),
    )

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    source: Mapped[str] = mapped_column(String(80), unique=True)
    """What the credit was given for, once: remedy:7."""
    amount_fen: Mapped[int]
    left_fen: Mapped[int]
    """What is neither set aside for an order, nor spent, nor on its way back as money."""
    covered_fen: Mapped[int] = mapped_column(default=0)
    """What lost disputes took of it: the payer has that money."""
    currency: Mapped[str] = mapped_column(String(3))
    granted_at: Mapped[datetime]


class CreditUseState(StrEnum):
    """How far the use of credit for an order is."""

    RESERVED = "reserved"
    """Set aside while the rest is being paid; in the books it is still the person's."""
    SPENT = "spent"
    """It has paid the order, or its part of it."""
    RELEASED = "released"
    """The order was not paid, or paid otherwise: it is the person's again."""
    RETURNED = "returned"
    """The order that it had paid was given up: it is the person's again."""


class CreditUse(Base):
    """Credit of a person for one order. At most one use of an order is live."""

    __tablename__ = "credit_use"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index("ix_credit_use_order_id", "order_id"),
        Index("ix_credit_use_person_id", "person_id"),
        Index(
            "uq_credit_use_one_live_per_order",
            "order_id",
            unique=True,
            postgresql_where=text(LIVE_USE),
            sqlite_where=text(LIVE_USE),
        ),
    )

    id: Mapped[int] = id_column()
    order_id: Mapped[int] = mapped_column(ForeignKey("adoption.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[CreditUseState] = mapped_column(String(12))
    amount_fen: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    reserved_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class CreditUsePart(Base):
    """What a use took from one grant, and gives back to it."""

    __tablename__ = "credit_use_part"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index("ix_credit_use_part_grant_id", "grant_id"),
    )

    use_id: Mapped[int] = mapped_column(ForeignKey("credit_use.id"), primary_key=True, autoincrement=False)
    grant_id: Mapped[int] = mapped_column(ForeignKey("credit_grant.id"), primary_key=True, autoincrement=False)
    amount_fen: Mapped[int]


class CreditRefund(Base):
    """The refund that made money again of what was left of a grant."""

    __tablename__ = "credit_refund"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index("ix_credit_refund_grant_id", "grant_id"),
    )

    refund_id: Mapped[int] = mapped_column(ForeignKey("refund.id"), primary_key=True, autoincrement=False)
    grant_id: Mapped[int] = mapped_column(ForeignKey("credit_grant.id"))
    amount_fen: Mapped[int]
