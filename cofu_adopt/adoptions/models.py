"""Adoptions, and which of them are shown to others. A hold is an adoption in state `held`: no second table."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core.crypto import EncryptedJson, EncryptedText
from cofu_adopt.core.db import Base, id_column


class AdoptionState(StrEnum):
    """Where an adoption stands."""

    HELD = "held"
    """待支付: the rope is kept while the adopter pays."""
    PAID = "paid"
    """已认养: the rope is hers."""
    HARVESTED = "harvested"
    """已采收: cut from the sea."""
    DELIVERED = "delivered"
    """已签收: all parcels have arrived."""
    EXPIRED = "expired"
    """已过时: not paid in time, the rope was released."""
    OWED = "owed"
    """待选择: paid, but the promise cannot be kept; it waits for the adopter to choose what she gets instead."""
    CANCELLED = "cancelled"
    """已取消: given up; if it was paid, the money is on its way back."""
    REFUNDED = "refunded"
    """已退款: the money has gone back."""
    LOST = "lost"
    """绝收: the sea took it."""


LIVE_STATES = (
    AdoptionState.HELD,
    AdoptionState.PAID,
    AdoptionState.HARVESTED,
    AdoptionState.DELIVERED,
    AdoptionState.LOST,
)
"""The states that keep a rope for its season."""
LIVE = "state IN ('held', 'paid', 'harvested', 'delivered', 'lost')"


class Adoption(Base):
    """One rope for one person and season, on the terms of the day: price, promise and split rule are snapshots."""

    __tablename__ = "adoption"
    __table_args__ = (
        ForeignKeyConstraint(["plot_id", "rope_number"], ["rope.plot_id", "rope.number"]),
        UniqueConstraint("person_id", "request_key", name="uq_adoption_person_id_request_key"),
        CheckConstraint("price_fen > 0", name="price_positive"),
        Index(
            "uq_adoption_one_live_per_rope",
            "plot_id",
            "rope_number",
            "season",
            unique=True,
            postgresql_where=text(LIVE),
            sqlite_where=text(LIVE),
        ),
        Index("ix_adoption_person_id_offer_id", "person_id", "offer_id"),
        Index("ix_adoption_plot_id_rope_number", "plot_id", "rope_number"),
        Index("ix_adoption_state_id", "state", "id"),
        # Whom to tell of a plot, in the order in which they are told; a hold does not write into it.
        Index(
            "ix_adoption_adopters",
            "plot_id",
            "person_id",
            postgresql_where=text("state = 'paid'"),
            sqlite_where=text("state = 'paid'"),
        ),
        Index("ix_adoption_created_at", "created_at"),
        # Partial, so that a new hold writes into as few indexes as possible.
        *(
            Index(
                f"ix_adoption_{name}",
                name,
                postgresql_where=text(f"{name} IS NOT NULL"),
                sqlite_where=text(f"{name} IS NOT NULL"),
            )
            for name in ("recipient_index", "delivery_phone_index", "delivery_phone_last4")
        ),
    )

    id: Mapped[int] = id_column()
    code: Mapped[str] = mapped_column(String(16), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("adoption_offer.id"))
    plot_id: Mapped[int]
    rope_number: Mapped[int]
    season: Mapped[int]
    state: Mapped[AdoptionState] = mapped_column(String(12))
    price_fen: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    parcels: Mapped[int]
    promised_net_g: Mapped[int]
    harvest_from_on: Mapped[date]
    harvest_to_on: Mapped[date]
    cancel_until_on: Mapped[date]
    split_rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    request_key: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    held_until: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    rope_name: Mapped[str | None] = mapped_column(String(24))
    delivery: Mapped[dict[str, str] | None] = mapped_column(EncryptedJson)
    recipient_index: Mapped[str | None] = mapped_column(String(64))
    delivery_phone_index: Mapped[str | None] = mapped_column(String(64))
    delivery_phone_last4: Mapped[str | None] = mapped_column(String(4))
    locale: Mapped[str] = mapped_column(String(10), default="zh_Hans", server_default="zh_Hans")
    receipt_email: Mapped[str | None] = mapped_column(EncryptedText)
    fresh_goods_confirmed_at: Mapped[datetime | None]
    fresh_goods_text_version: Mapped[str | None] = mapped_column(String(20))


class RopeShare(Base):
    """A rope that its adopter shows to whoever has the link. Taken back, the row is gone and the link leads nowhere."""

    __tablename__ = "rope_share"

    adoption_id: Mapped[int] = mapped_column(ForeignKey("adoption.id"), primary_key=True, autoincrement=False)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    """The secret part of the link."""
    shows_name: Mapped[bool]
    """She shows the name that she gave it, too."""
    shared_at: Mapped[datetime]
