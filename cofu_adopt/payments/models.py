"""Tables of payments, refunds, and the inbox of gateway events."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core.db import Base, id_column

LACKING = "missing_wallets IS NOT NULL"
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
        Index("ix_payment_state_id", "state", "id"),
        Index("ix_payment_opened_at", "opened_at"),
        Index(
            "ix_payment_lacking_opened_at",
            "opened_at",
            postgresql_where=text(LACKING),
            sqlite_where=text(LACKING),
        ),
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
    fee_moves: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the fee has moved between deferred and lost; odd: it is lost."""
    url: Mapped[str | None] = mapped_column(Text)
    wallet: Mapped[str | None] = mapped_column(String(20))
    livemode: Mapped[bool]
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    succeeded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    refundable_until: Mapped[datetime | None]
    review_reason: Mapped[str | None] = mapped_column(String(200))
    missing_wallets: Mapped[str | None] = mapped_column(String(80))
    """The ways to pay, by comma, that the gateway's page should have offered and did not."""


class RefundState(StrEnum):
    """How far a refund is. What is only asked for is a refund_request (refund_models.py)."""

    APPROVED = "approved"
    """To be sent to the gateway."""
    SENT = "sent"
    """The gateway has it, or may have it: sent again only under the same key."""
    SUCCEEDED = "succeeded"
    """The gateway says the money has gone back."""
    FAILED = "failed"
    """The gateway could not; the money is still owed and a person decides how."""
    REPLACED = "replaced"
    """The gateway could not, and another refund, which names this one, owes the money now."""
    MANUAL_DUE = "manual_due"
    """Past the wallet's window, or decided so after a failure: owed by hand, to an account that the adopter gives."""
    MANUAL_READY = "manual_ready"
    """Two people have agreed to pay it by hand; it waits for the bank."""
    PAID = "paid"
    """Paid by hand, with the bank's reference."""
    RETURNED = "returned"
    """The bank sent a payment by hand back: the adopter is asked for her account again."""
    BY_DISPUTE = "by_dispute"
    """The payer's bank has taken the money back in a dispute: nothing is owed any more."""


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
    DISPUTE_LOST = "dispute_lost"
    """The payer's bank took a part back and the order ended: the rest follows."""
    GOODWILL = "goodwill"
    """The workshop gives a part back to make something good."""
    PRICE_ADJUSTMENT = "price_adjustment"
    """The price was too high by this part."""
    CREDIT_GONE = "credit_gone"
    """Only a part of the price, and the credit that was to pay the rest has been used elsewhere meanwhile."""
    CREDIT_TO_MONEY = "credit_to_money"
    """It had become the person's credit, who wants it as money."""


class Refund(Base):
    """Money of a payment on its way back."""

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index("ix_refund_payment_id", "payment_id"),
        Index("ix_refund_state", "state"),
        # Never two alive for one debt. An index, not a key: SQLite adds none to a table that exists.
        Index("uq_refund_replaces_id", "replaces_id", unique=True),
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
    replaces_id: Mapped[int | None]
    """The failed refund whose money this one owes."""


class EventOutcome(StrEnum):
    """What came of a notification."""

    APPLIED = "applied"
    """Something became true here."""
    NOTHING_CHANGED = "nothing_changed"
    """It is ours, and what it tells was known."""
    IGNORED = "ignored"
    """It is about something that is not ours, or that we do not follow."""


class GatewayEvent(Base):
    """The inbox: one notification of a gateway, stored before anything is done about it."""

    __tablename__ = "gateway_event"
    __table_args__ = (
        UniqueConstraint("provider", "event_id", name="uq_gateway_event_provider_event_id"),
        Index("ix_gateway_event_object_ref", "object_ref"),
        Index(
            "ix_gateway_event_waiting",
            "received_at",
            postgresql_where=text("done_at IS NULL"),
            sqlite_where=text("done_at IS NULL"),
        ),
    )

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
    outcome: Mapped[EventOutcome | None] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many tries there were to act on it."""
    last_error: Mapped[str | None] = mapped_column(String(200))
    """Why the last failed try failed; stays when a later one succeeds."""


class CatchUp(Base):
    """Until when all that a gateway has told is known to be in the inbox."""

    __tablename__ = "catch_up"

    provider: Mapped[str] = mapped_column(String(20), primary_key=True)
    heard_until: Mapped[datetime]


class SandboxCheckout(Base):
    """The sandbox gateway's own book of checkouts. Not ours: read and written by the sandbox only."""

    __tablename__ = "sandbox_checkout"

    ref: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    client_reference: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    amount_fen: Mapped[int]
    fee_fen: Mapped[int | None]
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


class SandboxEvent(Base):
    """The sandbox gateway's own list of what it has told, or should have told."""

    __tablename__ = "sandbox_event"

    id: Mapped[int] = id_column()
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(index=True)


class SandboxSetting(Base):
    """What the sandbox does with the next refund; chosen on the desk."""

    __tablename__ = "sandbox_setting"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(40))
