"""The table of remedies."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core.db import Base, id_column
from cofu_adopt.events import Cause


class Outcome(StrEnum):
    """What an adopter may get instead of what she was promised."""

    ROPE = "rope"
    """换一串: an equal rope of the same offer; the order keeps its money."""
    CREDIT = "credit"
    """记成余额: credit with us, which can be turned into money."""
    MONEY = "money"
    """退款: all of it, the way it came where that is still open."""


class RemedyState(StrEnum):
    """How far a remedy is."""

    OPEN = "open"
    """To be chosen."""
    CHOSEN = "chosen"
    """Chosen, and on its way."""
    DONE = "done"
    """The adopter has it."""


class ChosenBy(StrEnum):
    """Who chose."""

    ADOPTER = "adopter"
    DEFAULT = "default"
    """Nobody did in time: what was said beforehand."""
    STAFF = "staff"
    """The workshop, for a reason that the audit log keeps."""


class Remedy(Base):
    """What is owed for one promise that cannot be kept; what it offers is a snapshot of the day it was opened."""

    __tablename__ = "remedy"
    __table_args__ = (
        UniqueConstraint("adoption_id", "cause", "source", name="uq_remedy_adoption_id_cause_source"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("(state = 'open') = (outcome IS NULL)", name="open_until_chosen"),
        CheckConstraint("(outcome IS NULL) = (chosen_by IS NULL)", name="chosen_by_somebody"),
        CheckConstraint("(outcome IS NULL) = (chosen_at IS NULL)", name="chosen_once"),
        Index(
            "uq_remedy_one_open_per_order",
            "adoption_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
            sqlite_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = id_column()
    adoption_id: Mapped[int] = mapped_column(ForeignKey("adoption.id"))
    cause: Mapped[Cause] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(80))
    """What brought it about, as the books name it: payment:9."""
    amount_fen: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    lost_label: Mapped[str] = mapped_column(String(20))
    """The rope that was promised; the order may have another one since."""
    offered: Mapped[list[str]] = mapped_column(JSON)
    default_outcome: Mapped[Outcome] = mapped_column(String(12))
    state: Mapped[RemedyState] = mapped_column(String(12))
    outcome: Mapped[Outcome | None] = mapped_column(String(12))
    chosen_by: Mapped[ChosenBy | None] = mapped_column(String(12))
    opened_at: Mapped[datetime]
    choose_until: Mapped[datetime]
    chosen_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
