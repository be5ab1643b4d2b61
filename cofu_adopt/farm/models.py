"""Tables of the sea and its people."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core.crypto import EncryptedBytes, EncryptedText
from cofu_adopt.core.db import Base, id_column


class Species(StrEnum):
    """What hangs on the ropes."""

    BLUE_MUSSEL = "blue_mussel"
    """紫贻贝 Mytilus edulis / galloprovincialis: 6-12 months to market."""
    HARD_MUSSEL = "hard_mussel"
    """厚壳贻贝 Mytilus coruscus: 2-3 years to market."""


class Household(Base):
    """养殖户: the family that farms; the payee. What the public sees of it needs its recorded consent."""

    __tablename__ = "household"
    __table_args__ = (CheckConstraint("family_size > 0", name="family_size_positive"),)

    id: Mapped[int] = id_column()
    code: Mapped[str] = mapped_column(String(12), unique=True)
    head_name: Mapped[str] = mapped_column(String(40))
    village: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(EncryptedText)
    phone_index: Mapped[str] = mapped_column(String(64), unique=True)
    family_size: Mapped[int]
    low_income: Mapped[bool]
    bank_name: Mapped[str] = mapped_column(String(80))
    bank_clearing_code: Mapped[str] = mapped_column(String(12))
    bank_account: Mapped[str] = mapped_column(EncryptedText)
    payee_name: Mapped[str] = mapped_column(String(40))
    joined_on: Mapped[date]
    public_name: Mapped[str | None] = mapped_column(String(40))
    public_story: Mapped[str | None] = mapped_column(Text)
    public_story_en: Mapped[str | None] = mapped_column(Text)
    public_consent_at: Mapped[datetime | None]


class HouseholdMember(Base):
    """A person who acts for a household."""

    __tablename__ = "household_member"

    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class SeaGrid(Base):
    """格: one square of the sea map."""

    __tablename__ = "sea_grid"

    id: Mapped[int] = id_column()
    code: Mapped[str] = mapped_column(String(8), unique=True)


class Plot(Base):
    """桁: what one household works and insures; it holds ropes."""

    __tablename__ = "plot"
    __table_args__ = (
        CheckConstraint("rope_count > 0 AND rope_count <= 999", name="rope_count_range"),
        CheckConstraint("rope_length_m > 0 AND rope_length_m <= 10", name="rope_length_range"),
        CheckConstraint("species IN ('blue_mussel', 'hard_mussel')", name="species_known"),
        CheckConstraint("longitude BETWEEN -180 AND 180 AND latitude BETWEEN -90 AND 90", name="position_range"),
    )

    id: Mapped[int] = id_column()
    code: Mapped[str] = mapped_column(String(12), unique=True)
    sea_grid_id: Mapped[int] = mapped_column(ForeignKey("sea_grid.id"), index=True)
    inside_line: Mapped[bool]
    species: Mapped[Species] = mapped_column(String(20))
    seeded_on: Mapped[date]
    rope_count: Mapped[int]
    rope_length_m: Mapped[Decimal] = mapped_column(Numeric(4, 2))
    insurance_number: Mapped[str | None] = mapped_column(String(30))
    longitude: Mapped[Decimal] = mapped_column(Numeric(9, 6))
    latitude: Mapped[Decimal] = mapped_column(Numeric(9, 6))


class PlotShare(Base):
    """A household's weight in a plot from a day on. The weights of one plot and day are its whole division."""

    __tablename__ = "plot_share"
    __table_args__ = (CheckConstraint("weight > 0 AND weight <= 100", name="weight_range"),)

    plot_id: Mapped[int] = mapped_column(ForeignKey("plot.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), primary_key=True, index=True)
    weight: Mapped[int]


class Rope(Base):
    """串: the hanging rope, the thing adopted.

    `live_adoption_id` is the season's live adoption, written by adoptions only; farm does not know that table.
    """

    __tablename__ = "rope"
    __table_args__ = (
        # Placing an adoption finds a free rope without walking over those that are sold.
        Index(
            "ix_rope_free",
            "plot_id",
            "number",
            postgresql_where=text("live_adoption_id IS NULL"),
            sqlite_where=text("live_adoption_id IS NULL"),
        ),
    )

    plot_id: Mapped[int] = mapped_column(ForeignKey("plot.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    live_adoption_id: Mapped[int | None]


class PlotMeasurement(Base):
    """What was measured on a plot on a day."""

    __tablename__ = "plot_measurement"
    __table_args__ = (
        UniqueConstraint("plot_id", "measured_on"),
        CheckConstraint("mean_shell_length_mm > 0 AND mean_shell_length_mm < 250", name="length_range"),
        CheckConstraint("survival >= 0 AND survival <= 1", name="survival_range"),
        CheckConstraint("sample_count > 0", name="sample_count_positive"),
    )

    id: Mapped[int] = id_column()
    plot_id: Mapped[int] = mapped_column(ForeignKey("plot.id"))
    measured_on: Mapped[date]
    mean_shell_length_mm: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    sample_count: Mapped[int]
    survival: Mapped[Decimal] = mapped_column(Numeric(4, 3))
    water_temperature_c: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))


class SeasonUpload(Base):
    """Files that an operator handed in: kept between preview and import, for a day at most.

    `accepted` are the ids of the warnings that were accepted so far. Once imported, only `outcome` is left of it.
    """

    __tablename__ = "season_upload"

    token: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted: Mapped[list[str]] = mapped_column(JSON)
    imported_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class SeasonUploadFile(Base):
    """One of the files; encrypted, as it holds phone numbers and bank cards."""

    __tablename__ = "season_upload_file"

    upload_token: Mapped[str] = mapped_column(ForeignKey("season_upload.token", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes] = mapped_column(EncryptedBytes)
