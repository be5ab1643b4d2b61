"""Tables of payments, refunds, and the inbox of gateway events."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core.db import Base, id_column

LIVE_PAYMENT = "state IN ('opening', 'open', 'pending')"


class PaymentState(StrEnum):
    """How far a payment is. Only the gateway's word moves it past `open`."""

    OPENING = "opening"
    """The intention and its key are stored; the gateway may or may not know it."""
    OPEN = "open"
    """The gateway's page can be paid."""
    PENDING = "pending"
    """The payer has finished; the money is not confirmed."""
    SUCCEEDED = "succeeded"
    """The money is ours."""
    CLOSED = "closed"
    """It can no longer be paid."""
    REVIEW = "review"
    """The gateway's amount or currency is not ours: a person must look."""


class Payment(Base):
    """One attempt to pay one order through one gateway."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index(
            "uq_payment_one_live_per_order",
            "order_id",
            unique=True,
            postgresql_where=text(LIVE_PAYMENT),
            sqlite_where=text(LIVE_PAYMENT),
        ),
        Index("ix_payment_order_id", "order_id"),
        Index("uq_payment_payment_ref", "payment_ref", unique=True),
    )

    id: Mapped[int] = id_column()
    order_id: Mapped[int] = mapped_column(ForeignKey("adoption.id"))
    provider: Mapped[str] = mapped_column(String(20))
    state: Mapped[PaymentState] = mapped_column(String(12))
    amount_fen: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    gateway_ref: Mapped[str | None] = mapped_column(String(120), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    return_url: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(String(10))
    payment_ref: Mapped[str | None] = mapped_column(String(120))
    """What the gateway's refunds and disputes point at, where that is not gateway_ref."""
    fee_fen: Mapped[int | None]
    """What the gateway keeps; None until it says so."""
    url: Mapped[str | None] = mapped_column(Text)
    wallet: Mapped[str | None] = mapped_column(String(20))
    livemode: Mapped[bool]
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    succeeded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    refundable_until: Mapped[datetime | None]
    review_reason: Mapped[str | None] = mapped_column(String(200))


class RefundState(StrEnum):
    """How far a refund is."""

    APPROVED = "approved"
    """To be sent to the gateway."""
    SENT = "sent"
    """The gateway has it, or may have it: sent again only under the same key."""
    SUCCEEDED = "succeeded"
    """The gateway says the money has gone back."""
    FAILED = "failed"
    """The gateway could not; the money is still owed."""
    MANUAL_DUE = "manual_due"
    """Past the wallet's window: owed by another way."""


class RefundReason(StrEnum):
    """Why money goes back."""

    CANCELLED = "cancelled"
    """The adopter gave the rope up."""
    CANCELLED_BY_STAFF = "cancelled_by_staff"
    """The workshop ended the order for a reason."""
    PAID_TOO_LATE = "paid_too_late"
    """The rope was somebody else's when the money came."""
    SECOND_PAYMENT = "second_payment"
    """The order had been paid by another payment."""
    OVERPAID = "overpaid"
    """More was transferred than was asked for: the surplus."""
    UNDERPAID = "underpaid"
    """Less was transferred than was asked for, and the waiting time is over."""


class Refund(Base):
    """Money of a payment on its way back."""

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index("ix_refund_payment_id", "payment_id"),
    )

    id: Mapped[int] = id_column()
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    amount_fen: Mapped[int]
    state: Mapped[RefundState] = mapped_column(String(12))
    reason: Mapped[RefundReason] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    gateway_ref: Mapped[str | None] = mapped_column(String(120), unique=True)
    requested_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(200))


class GatewayEvent(Base):
    """The inbox: one notification of a gateway, stored before anything is done about it."""

    __tablename__ = "gateway_event"
    __table_args__ = (UniqueConstraint("provider", "event_id", name="uq_gateway_event_provider_event_id"),)

    id: Mapped[int] = id_column()
    provider: Mapped[str] = mapped_column(String(20))
    event_id: Mapped[str] = mapped_column(String(120))
    type: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(12))
    object_ref: Mapped[str] = mapped_column(String(120))
    livemode: Mapped[bool]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))


class SandboxCheckout(Base):
    """The sandbox gateway's own book of checkouts. Not ours: read and written by the sandbox only."""

    __tablename__ = "sandbox_checkout"

    ref: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    client_reference: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    amount_fen: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(12))
    wallet: Mapped[str | None] = mapped_column(String(20))
    return_url: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    declined_at: Mapped[datetime | None]


class SandboxRefund(Base):
    """The sandbox gateway's own book of refunds."""

    __tablename__ = "sandbox_refund"

    ref: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    checkout_ref: Mapped[str] = mapped_column(ForeignKey("sandbox_checkout.ref"))
    amount_fen: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime]


class SandboxSetting(Base):
    """What the sandbox does with the next refund; chosen on the desk."""

    __tablename__ = "sandbox_setting"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(40))
