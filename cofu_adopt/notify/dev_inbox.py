"""The development inbox: what the console senders would have sent. It exists only in safe environments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core import clock
from cofu_adopt.core.db import Base, db, id_column, unit_of_work

CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


class DevMessage(Base):
    """One SMS or e-mail that was not sent to anybody."""

    __tablename__ = "dev_message"

    id: Mapped[int] = id_column()
    outbox_id: Mapped[str] = mapped_column(String(36), unique=True)
    channel: Mapped[str] = mapped_column(String(10))
    recipient: Mapped[str] = mapped_column(String(254))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class DevMessageRow:
    """One message as the page shows it."""

    channel: str
    recipient: str
    text: str
    created_at: datetime

    @property
    def code(self) -> str | None:
        """The sign-in code of an SMS, to be read at a glance."""
        found = CODE.search(self.text) if self.channel == "sms" else None
        return found[0] if found else None


def keep(outbox_id: str, channel: str, recipient: str, text: str) -> None:
    """Keep a message; the same outbox row is kept once. A transaction of its own."""
    with unit_of_work():
        if db.session.scalar(select(DevMessage.id).where(DevMessage.outbox_id == outbox_id)) is None:
            db.session.add(
                DevMessage(outbox_id=outbox_id, channel=channel, recipient=recipient, text=text, created_at=clock.now())
            )


def list_kept() -> list[DevMessageRow]:
    """The newest 50 messages."""
    rows = db.session.scalars(select(DevMessage).order_by(DevMessage.id.desc()).limit(50))
    return [DevMessageRow(row.channel, row.recipient, row.text, row.created_at) for row in rows]
