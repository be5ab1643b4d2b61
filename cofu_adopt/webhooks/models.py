"""Tables of outgoing webhooks: who is called, what happened, and what became of each call."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core.crypto import EncryptedText
from cofu_adopt.core.db import Base, id_column

OFF = "the endpoint is off"
"""The error of a delivery that was not even tried."""


class OffReason(StrEnum):
    """Why an endpoint is not called."""

    BY_HAND = "by_hand"
    """An operator turned it off."""
    GONE = "gone"
    """It answered 410: it wants no more."""
    FAILING = "failing"
    """Nothing arrived for days."""


class WebhookEndpoint(Base):
    """An address of somebody's program, and the secret that only it and we know."""

    __tablename__ = "webhook_endpoint"

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(String(60))
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[list[str]] = mapped_column(JSON)
    secret: Mapped[str | None] = mapped_column(EncryptedText)
    """None once it is deleted."""
    old_secret: Mapped[str | None] = mapped_column(EncryptedText)
    old_secret_until: Mapped[datetime | None]
    """Until then both sign."""
    off_at: Mapped[datetime | None]
    off_reason: Mapped[OffReason | None] = mapped_column(String(12))
    failing_since: Mapped[datetime | None]
    """The first failure after which nothing arrived."""
    rest_until: Mapped[datetime | None]
    """It did not answer, or slowly, or asked for patience: it is left alone until then."""
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class WebhookEvent(Base):
    """What happened. What is told of it is made at each call, so that nothing leaves that is public no more."""

    __tablename__ = "webhook_event"
    __table_args__ = (UniqueConstraint("public_id"), UniqueConstraint("fact"))

    id: Mapped[int] = id_column()
    public_id: Mapped[str] = mapped_column(String(40))
    """webhook-id: the receiver knows by it what it has already."""
    type: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Ids and days; no words."""
    fact: Mapped[str | None] = mapped_column(String(80))
    """What can happen only once, and is therefore told once."""
    happened_at: Mapped[datetime]


class DeliveryState(StrEnum):
    """What became of an event at one endpoint."""

    WAITING = "waiting"
    """It is sent, or tried again."""
    ARRIVED = "arrived"
    """The endpoint answered 2xx."""
    FAILED = "failed"
    """It was tried for days, or the endpoint is off."""
    MOOT = "moot"
    """Before it arrived, what it tells of was public no more."""


class WebhookDelivery(Base):
    """One event for one endpoint."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "event_id"),
        Index("ix_webhook_delivery_endpoint_id_id", "endpoint_id", "id"),
        Index("ix_webhook_delivery_event_id", "event_id"),
        Index("ix_webhook_delivery_created_at", "created_at"),
        Index(
            "ix_webhook_delivery_failed",
            "endpoint_id",
            "id",
            postgresql_where=text("state = 'failed'"),
            sqlite_where=text("state = 'failed'"),
        ),
    )

    id: Mapped[int] = id_column()
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("webhook_endpoint.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("webhook_event.id"))
    state: Mapped[DeliveryState] = mapped_column(String(12))
    round: Mapped[int] = mapped_column(default=1, server_default="1")
    """Replayed, it begins anew."""
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of this round."""
    next_try_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(String(200))
    answer: Mapped[str | None] = mapped_column(Text)
    duration_ms: Mapped[int | None]
    created_at: Mapped[datetime]
