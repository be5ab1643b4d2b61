"""Messages that people read inside the product."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core.db import Base, id_column


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
