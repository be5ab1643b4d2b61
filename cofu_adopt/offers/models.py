"""Tables of what is sold."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core.db import Base, id_column


class OfferState(StrEnum):
    """Whether an offer can be bought."""

    DRAFT = "draft"
    """草稿: only the desk sees it."""
    PUBLISHED = "published"
    """已发布: on sale between its start and end."""
    STOPPED = "stopped"
    """已停售: no new holds; what was sold stays as it was sold."""


class AdoptionOffer(Base):
    """认养方案: price, promise and the rule by which the price is split. bp: 1/100 of a per cent of the price."""

    __tablename__ = "adoption_offer"
    __table_args__ = (
        CheckConstraint("price_fen > 0", name="price_positive"),
        CheckConstraint("parcels BETWEEN 1 AND 12", name="parcels_range"),
        CheckConstraint("promised_net_g > 0", name="promise_positive"),
        CheckConstraint("limit_per_person BETWEEN 1 AND 999", name="limit_range"),
        CheckConstraint("sale_starts_at < sale_ends_at", name="sale_order"),
        CheckConstraint("harvest_from_on <= harvest_to_on", name="harvest_order"),
    )

    id: Mapped[int] = id_column()
    code: Mapped[str] = mapped_column(String(16), unique=True)
    title: Mapped[str] = mapped_column(String(60))
    title_en: Mapped[str] = mapped_column(String(80))
    season: Mapped[int]
    price_fen: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    parcels: Mapped[int]
    promised_net_g: Mapped[int]
    limit_per_person: Mapped[int]
    sale_starts_at: Mapped[datetime]
    sale_ends_at: Mapped[datetime]
    harvest_from_on: Mapped[date]
    harvest_to_on: Mapped[date]
    cancel_until_on: Mapped[date]
    state: Mapped[OfferState] = mapped_column(String(12))
    service_fee_bp: Mapped[int]
    fund_bp: Mapped[int]
    host_bp: Mapped[int]
    parcel_cost_fen: Mapped[int]
    gateway_fee_bp: Mapped[int]
    holdback_bp: Mapped[int]
    holdback_days: Mapped[int]
    household_floor_bp: Mapped[int]
    published_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]


class OfferPlot(Base):
    """A plot whose ropes are sold by an offer; it may be in several."""

    __tablename__ = "offer_plot"

    offer_id: Mapped[int] = mapped_column(ForeignKey("adoption_offer.id"), primary_key=True)
    plot_id: Mapped[int] = mapped_column(ForeignKey("plot.id"), primary_key=True, index=True)
