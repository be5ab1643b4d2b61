"""Tables of what people say under a post."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core.db import Base, id_column


class Side(StrEnum):
    """For whom somebody speaks."""

    ADOPTER = "adopter"
    HOUSEHOLD = "household"
    WORKSHOP = "workshop"


class ReportReason(StrEnum):
    """Why somebody thinks that words should not stand there."""

    RUDE = "rude"
    AD = "ad"
    PRIVATE = "private"
    """It tells a phone number, an address, a full name."""
    OTHER = "other"


class TalkComment(Base):
    """A question of an adopter under a post, or an answer to one. Deleted and hidden ones are kept, not shown.

    Whose post it is follows from the post, who may read it from the post's plots: neither is kept here again.
    """

    __tablename__ = "talk_comment"
    __table_args__ = (
        UniqueConstraint("person_id", "client_uuid"),
        CheckConstraint("(parent_id IS NULL) = (side = 'adopter')", name="adopters_ask"),
        Index("ix_talk_comment_update_id", "update_id", "id"),
        Index("ix_talk_comment_parent_id", "parent_id"),
        Index(
            "ix_talk_comment_unchecked",
            "id",
            postgresql_where=text("checked_at IS NULL"),
            sqlite_where=text("checked_at IS NULL"),
        ),
    )

    id: Mapped[int] = id_column()
    update_id: Mapped[int] = mapped_column(ForeignKey("growth_update.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("talk_comment.id"))
    """The question that this answers. A question has none."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    side: Mapped[Side] = mapped_column(String(12))
    client_uuid: Mapped[str] = mapped_column(String(36))
    """Made by the page or the program: the same words sent again are the same row."""
    words: Mapped[str] = mapped_column(Text)
    """Empty once its writer has deleted it and no report is open."""
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    """Taken off by an operator."""
    checked_at: Mapped[datetime | None]
    """When an operator last looked at it; None: nobody has yet."""


class TalkCheer(Base):
    """Somebody likes a post, once."""

    __tablename__ = "talk_cheer"

    update_id: Mapped[int] = mapped_column(ForeignKey("growth_update.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    created_at: Mapped[datetime]


class TalkReport(Base):
    """Somebody thinks that a comment should not stand there. Open until an operator has decided."""

    __tablename__ = "talk_report"
    __table_args__ = (
        UniqueConstraint("comment_id", "person_id"),
        Index(
            "ix_talk_report_open",
            "created_at",
            postgresql_where=text("settled_at IS NULL"),
            sqlite_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[int] = id_column()
    comment_id: Mapped[int] = mapped_column(ForeignKey("talk_comment.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[ReportReason] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class TalkMute(Base):
    """Until when a person may not ask or answer. A row in the past mutes nobody."""

    __tablename__ = "talk_mute"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    until_at: Mapped[datetime]
