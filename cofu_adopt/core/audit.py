"""The audit log: who did what to what, when, with what before and after. Rows are only added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import g, has_request_context
from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core import access, clock
from cofu_adopt.core.db import Base, db, id_column


class AuditRecord(Base):
    """One act. `actor_id` is None for the clock and the command line."""

    __tablename__ = "audit_record"
    __table_args__ = (
        Index(None, "subject_kind", "subject_id"),
        Index(None, "actor_id", "id"),
        Index(None, "act", "id"),
        Index(None, "at"),
    )

    id: Mapped[int] = id_column()
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    act: Mapped[str] = mapped_column(String(64))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(64))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    request_id: Mapped[str | None] = mapped_column(String(64))


def record(
    act: str,
    subject_kind: str,
    subject_id: object,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add an act of the present caller to the log. `before` and `after` must hold no unmasked sensitive field."""
    found = access.caller() if has_request_context() else None
    db.session.add(
        AuditRecord(
            at=clock.now(),
            actor_id=found.person_id if found else None,
            act=act,
            subject_kind=subject_kind,
            subject_id=str(subject_id),
            before=before,
            after=after,
            request_id=g.get("request_id") if has_request_context() else None,
        )
    )
