"""Tables of uploads and photos. The bytes lie in the media store, under their own SHA-256."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core.db import Base, id_column


class Photo(Base):
    """An image that was understood whole: upright, without metadata. Two uploads of one image are one row."""

    __tablename__ = "photo"
    __table_args__ = (CheckConstraint("width_px > 0 AND height_px > 0", name="size_positive"),)

    id: Mapped[int] = id_column()
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the largest rendition, in hex; its renditions lie under it."""
    width_px: Mapped[int]
    height_px: Mapped[int]
    size_bytes: Mapped[int]
    created_at: Mapped[datetime]


class Upload(Base):
    """A file on its way in, by pieces, under the sender's own UUID: goes on where it stopped, is finished once."""

    __tablename__ = "upload"
    __table_args__ = (
        UniqueConstraint("person_id", "client_uuid"),
        CheckConstraint("received_bytes >= 0 AND received_bytes <= size_bytes", name="received_range"),
        Index(None, "expires_at"),
    )

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    client_uuid: Mapped[str] = mapped_column(String(36))
    size_bytes: Mapped[int]
    received_bytes: Mapped[int]
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photo.id"))
    refused: Mapped[str | None] = mapped_column(String(40))
    """Why it is no photo, as an error's code."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class UploadPiece(Base):
    """Some bytes of an upload that is not finished; gone once it is."""

    __tablename__ = "upload_piece"

    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"), primary_key=True)
    start_byte: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
