"""Tables of disputes and of what a gateway has paid out, with the sandbox's own book of them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core.db import Base, id_column


class DisputeStep(StrEnum):
    """How far a dispute is here. Only the gateway's word moves it."""

    OPENED = "opened"
    """The payer's bank has taken the money for the time being and asks for our answer."""
    ANSWERED = "answered"
    """The bank has our evidence."""
    WON = "won"
    """The money is ours again."""
    LOST = "lost"
    """The payer keeps it."""


class Dispute(Base):
    """拒付: the payer told the bank that the payment was not right."""

    __tablename__ = "dispute"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("covered_fen >= 0 AND covered_fen <= amount_fen", name="covered_fits"),
        UniqueConstraint("provider", "gateway_ref", name="uq_dispute_provider_gateway_ref"),
        Index("ix_dispute_payment_id", "payment_id"),
        Index("ix_dispute_state_answer_until", "state", "answer_until"),
    )

    id: Mapped[int] = id_column()
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    provider: Mapped[str] = mapped_column(String(20))
    gateway_ref: Mapped[str] = mapped_column(String(120))
    state: Mapped[DisputeStep] = mapped_column(String(12))
    amount_fen: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    fee_fen: Mapped[int]
    fee_changes: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the gateway has changed its fee since the dispute was opened."""
    covered_fen: Mapped[int] = mapped_column(default=0, server_default="0")
    """How much of a lost dispute was owed to the payer anyway: prepaid goods, or a refund under way."""
    reason: Mapped[str] = mapped_column(String(60))
    answer_until: Mapped[datetime | None]
    livemode: Mapped[bool]
    opened_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What was sent, or will be: title and text by name. Stored before the call and never changed after it."""
    evidence_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    evidence_stored_at: Mapped[datetime | None]
    evidence_sent_at: Mapped[datetime | None]
    evidence_error: Mapped[str | None] = mapped_column(String(200))


class PayoutStep(StrEnum):
    """What has become of a payout to our bank."""

    SENT = "sent"
    """It has left the gateway's balance."""
    FAILED = "failed"
    """It came back to the gateway's balance."""


class GatewayPayoutRow(Base):
    """Money that a gateway sent to our bank."""

    __tablename__ = "gateway_payout"
    __table_args__ = (UniqueConstraint("provider", "gateway_ref", name="uq_gateway_payout_provider_gateway_ref"),)

    id: Mapped[int] = id_column()
    provider: Mapped[str] = mapped_column(String(20))
    gateway_ref: Mapped[str] = mapped_column(String(120))
    amount_fen: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    arrives_on: Mapped[date]
    state: Mapped[PayoutStep] = mapped_column(String(12))
    gateway_state: Mapped[str] = mapped_column(String(20))
    seen_at: Mapped[datetime]
    lines_at: Mapped[datetime | None]
    """When its lines were stored; None while they are to be fetched."""


class SettlementRow(Base):
    """One line of what makes up a payout, as the gateway told it. Never changed."""

    __tablename__ = "settlement_line"
    __table_args__ = (
        UniqueConstraint("provider", "gateway_ref", name="uq_settlement_line_provider_gateway_ref"),
        Index("ix_settlement_line_payout_id", "payout_id"),
        Index("ix_settlement_line_source_ref", "source_ref"),
    )

    id: Mapped[int] = id_column()
    payout_id: Mapped[int] = mapped_column(ForeignKey("gateway_payout.id"))
    provider: Mapped[str] = mapped_column(String(20))
    gateway_ref: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(60))
    source_ref: Mapped[str | None] = mapped_column(String(120))
    gross_fen: Mapped[int]
    fee_fen: Mapped[int]
    net_fen: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    at: Mapped[datetime]


class SandboxDispute(Base):
    """The sandbox gateway's own book of disputes."""

    __tablename__ = "sandbox_dispute"

    ref: Mapped[str] = mapped_column(String(60), primary_key=True)
    checkout_ref: Mapped[str] = mapped_column(ForeignKey("sandbox_checkout.ref"))
    amount_fen: Mapped[int]
    fee_fen: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(60))
    answer_until: Mapped[datetime]
    opened_at: Mapped[datetime]
    evidence_key: Mapped[str | None] = mapped_column(String(64))
    evidence: Mapped[str | None] = mapped_column(Text)


class SandboxPayout(Base):
    """The sandbox gateway's own book of payouts."""

    __tablename__ = "sandbox_payout"

    ref: Mapped[str] = mapped_column(String(60), primary_key=True)
    amount_fen: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]


class SandboxLine(Base):
    """What has moved the sandbox's balance and is paid out already. What is not paid out is read from its book."""

    __tablename__ = "sandbox_line"

    ref: Mapped[str] = mapped_column(String(80), primary_key=True)
    payout_ref: Mapped[str] = mapped_column(ForeignKey("sandbox_payout.ref"))
    kind: Mapped[str] = mapped_column(String(20))
    source_ref: Mapped[str] = mapped_column(String(60))
    gross_fen: Mapped[int]
    fee_fen: Mapped[int]
    net_fen: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    at: Mapped[datetime]
