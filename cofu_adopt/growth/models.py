"""Tables of the diary."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core.db import Base, id_column


class SpeciesGrowth(Base):
    """What an operator set for a species instead of what the papers say. No row: rules.py's own."""

    __tablename__ = "species_growth"
    __table_args__ = (
        CheckConstraint("linf_mm > 0 AND linf_mm < 250", name="linf_range"),
        CheckConstraint("k_per_year > 0 AND k_per_year <= 3", name="k_range"),
        CheckConstraint("season_c >= 0 AND season_c <= 1", name="season_range"),
        CheckConstraint("season_ts >= 0 AND season_ts < 1", name="fastest_range"),
        CheckConstraint("market_mm > 0 AND market_mm < linf_mm", name="market_range"),
    )

    species: Mapped[str] = mapped_column(String(20), primary_key=True)
    linf_mm: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    k_per_year: Mapped[Decimal] = mapped_column(Numeric(4, 3))
    season_c: Mapped[Decimal] = mapped_column(Numeric(3, 2))
    season_ts: Mapped[Decimal] = mapped_column(Numeric(3, 2))
    market_mm: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    changed_at: Mapped[datetime]


class Work(StrEnum):
    """What was done at sea."""

    HANGING = "hanging"
    """挂苗"""
    THINNING = "thinning"
    """分苗"""
    CLEANING = "cleaning"
    """清附着物"""
    INSPECTION = "inspection"
    """巡检"""


class Weather(StrEnum):
    """The sky and the sea, as a household says them with one tap."""

    SUNNY = "sunny"
    CLOUDY = "cloudy"
    RAIN = "rain"
    FOG = "fog"
    WINDY = "windy"


class GrowthUpdate(Base):
    """生长记录: one post of a household, for one plot or several. Withdrawn or hidden ones are kept, not shown."""

    __tablename__ = "growth_update"
    __table_args__ = (
        UniqueConstraint("household_id", "client_uuid"),
        Index("ix_growth_update_household_id_happened_at", "household_id", "happened_at"),
    )

    id: Mapped[int] = id_column()
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who posted it."""
    on_behalf: Mapped[bool]
    """An operator posted it for a household that has no phone with it."""
    client_uuid: Mapped[str] = mapped_column(String(36))
    """Made on the phone: the same post sent again is the same row."""
    note: Mapped[str] = mapped_column(Text)
    weather: Mapped[Weather | None] = mapped_column(String(12))
    work: Mapped[list[str]] = mapped_column(JSON)
    water_temperature_c: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    happened_at: Mapped[datetime]
    """By the phone's clock, never later than created_at."""
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    """Taken off by an operator."""
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("growth_update.id"))
    """The older entry that this one sets right."""


class GrowthUpdatePlot(Base):
    """Which plots a post is about."""

    __tablename__ = "growth_update_plot"
    __table_args__ = (Index(None, "plot_id", "update_id"),)

    update_id: Mapped[int] = mapped_column(ForeignKey("growth_update.id"), primary_key=True)
    plot_id: Mapped[int] = mapped_column(ForeignKey("plot.id"), primary_key=True)


class GrowthUpdatePhoto(Base):
    """The photos of a post, in order. `shows_people`: only with their recorded consent."""

    __tablename__ = "growth_update_photo"

    update_id: Mapped[int] = mapped_column(ForeignKey("growth_update.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"), index=True)
    shows_people: Mapped[bool]
    people_consent_at: Mapped[datetime | None]
    people_consent_revoked_at: Mapped[datetime | None]


class GrowthRevision(Base):
    """What a post said before it was edited or withdrawn."""

    __tablename__ = "growth_revision"
    __table_args__ = (Index(None, "update_id", "id"),)

    id: Mapped[int] = id_column()
    update_id: Mapped[int] = mapped_column(ForeignKey("growth_update.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)


class ReadingState(StrEnum):
    """What has become of a measured value."""

    KEPT = "kept"
    """It is in the plot's measurements (farm) and moves the chart."""
    QUESTIONED = "questioned"
    """It looks wrong and nobody has said that it is right: it moves nothing."""
    REJECTED = "rejected"
    """An operator found it wrong, or it was measured again."""


class GrowthReading(Base):
    """A sample that was measured on a plot, with the question that it raised and who answered."""

    __tablename__ = "growth_reading"
    __table_args__ = (
        UniqueConstraint("update_id", "plot_id"),
        CheckConstraint("sample_count > 0", name="sample_count_positive"),
        Index("ix_growth_reading_plot_id_measured_on", "plot_id", "measured_on"),
        Index("ix_growth_reading_state", "state"),
    )

    id: Mapped[int] = id_column()
    update_id: Mapped[int | None] = mapped_column(ForeignKey("growth_update.id"))
    """None: a sensor sent it."""
    plot_id: Mapped[int] = mapped_column(ForeignKey("plot.id"))
    measured_on: Mapped[date]
    mean_shell_length_mm: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    sample_count: Mapped[int]
    lengths_mm: Mapped[list[float] | None] = mapped_column(JSON)
    survival: Mapped[Decimal | None] = mapped_column(Numeric(4, 3))
    state: Mapped[ReadingState] = mapped_column(String(12))
    question: Mapped[str | None] = mapped_column(String(20))
    """Why it looks wrong: falls, outside_band, impossible."""
    confirmed_at: Mapped[datetime | None]
    """When the household said "it is right"."""
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None]


class PlotReminder(Base):
    """A plot's household was told that its adopters wait for news: once a day, however often it was tapped."""

    __tablename__ = "plot_reminder"
    __table_args__ = (CheckConstraint("adopter_count >= 0", name="adopter_count_range"),)

    plot_id: Mapped[int] = mapped_column(ForeignKey("plot.id"), primary_key=True, autoincrement=False)
    reminded_on: Mapped[date] = mapped_column(primary_key=True)
    reminded_at: Mapped[datetime]
    adopter_count: Mapped[int]
    """How many adopters waited then."""
