"""Messages that people read inside the product, and what each person chose about being told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core.crypto import EncryptedText
from cofu_adopt.core.db import Base, id_column
from cofu_adopt.notify.rules import Cadence, Channel, Kind


class Message(Base):
    """One message to one person; the same fact is told once."""

    __tablename__ = "message"
    __table_args__ = (UniqueConstraint("person_id", "fact"), Index(None, "person_id", "id"))

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    template: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    fact: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class NotifyPreference(Base):
    """How often and when a person wants to be told. No row: each update, in the product, quiet at night."""

    __tablename__ = "notify_preference"
    __table_args__ = (
        CheckConstraint("quiet_from >= 0 AND quiet_from < 1440", name="quiet_from_range"),
        CheckConstraint("quiet_to >= 0 AND quiet_to < 1440", name="quiet_to_range"),
        Index("ix_notify_preference_cadence_person_id", "cadence", "person_id"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    cadence: Mapped[Cadence] = mapped_column(String(12))
    quiet_from: Mapped[int]
    """Minutes of the island's day, as quiet_to."""
    quiet_to: Mapped[int]
    email: Mapped[str | None] = mapped_column(EncryptedText)
    """Confirmed by its owner. The address of a receipt is another thing: it stands on the order."""
    email_confirmed_at: Mapped[datetime | None]
    pending_email: Mapped[str | None] = mapped_column(EncryptedText)


class NotifyChannel(Base):
    """A channel on which a person wants a kind of message; without a row she does not."""

    __tablename__ = "notify_channel"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    kind: Mapped[Kind] = mapped_column(String(12), primary_key=True)
    channel: Mapped[Channel] = mapped_column(String(8), primary_key=True)


class PushSubscription(Base):
    """A browser that shows that there is something new. Its address is a secret: who knows it can ring there."""

    __tablename__ = "push_subscription"

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    endpoint: Mapped[str] = mapped_column(EncryptedText)
    endpoint_index: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
