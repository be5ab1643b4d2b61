"""Reads of the audit log: filtered, newest first, with what changed as a list of differences."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.clock import SHANGHAI
from cofu_adopt.core.db import db


@dataclass(frozen=True, slots=True)
class Difference:
    """One field before and after the act; None where there was nothing."""

    field: str
    before: Any
    after: Any

    @property
    def changed(self) -> bool:
        """False for a field that stands on both sides alike."""
        return bool(self.before != self.after)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One act of the log."""

    id: int
    at: datetime
    actor_id: int | None
    act: str
    subject_kind: str
    subject_id: str
    differences: tuple[Difference, ...]
    request_id: str | None


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which acts to read; what is None does not matter. `actor_id` 0: the clock and the command line."""

    actor_id: int | None = None
    act: str | None = None
    subject_kind: str | None = None
    subject_id: str | None = None
    on: date | None = None


def list_acts(wanted: AuditFilter, *, before_id: int | None = None, limit: int = 50) -> list[AuditRow]:
    """The acts that fit, newest first, older than the one with the id `before_id`."""
    query = select(AuditRecord).order_by(AuditRecord.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(AuditRecord.id < before_id)
    if wanted.actor_id is not None:
        query = query.where(
            AuditRecord.actor_id.is_(None) if wanted.actor_id == 0 else AuditRecord.actor_id == wanted.actor_id
        )
    if wanted.act is not None:
        query = query.where(AuditRecord.act == wanted.act)
    if wanted.subject_kind is not None:
        query = query.where(AuditRecord.subject_kind == wanted.subject_kind)
    if wanted.subject_id is not None:
        query = query.where(AuditRecord.subject_id == wanted.subject_id)
    if wanted.on is not None:
        begin = datetime.combine(wanted.on, time.min, SHANGHAI)
        query = query.where(AuditRecord.at >= begin, AuditRecord.at < begin + timedelta(days=1))
    return [_row(record) for record in db.session.scalars(query)]


def list_acts_on(subject_kind: str, subject_ids: Collection[object], *, limit: int = 200) -> list[AuditRow]:
    """The acts on some subjects, oldest first."""
    query = (
        select(AuditRecord)
        .where(AuditRecord.subject_kind == subject_kind, AuditRecord.subject_id.in_([str(one) for one in subject_ids]))
        .order_by(AuditRecord.id.desc())
        .limit(limit)
    )
    return [_row(record) for record in db.session.scalars(query)][::-1]


def known_acts() -> list[str]:
    """Every kind of act in the log, by name: each one is a step in the index, not a scan of the log."""
    found: list[str] = []
    while True:
        query = select(AuditRecord.act).order_by(AuditRecord.act).limit(1)
        act = db.session.scalar(query.where(AuditRecord.act > found[-1]) if found else query)
        if act is None:
            return found
        found.append(act)


def differences(before: dict[str, Any] | None, after: dict[str, Any] | None) -> tuple[Difference, ...]:
    """What an act changed, field by field, nested fields with a dot; what stayed alike is kept and says so."""
    old, new = _flat(before or {}), _flat(after or {})
    return tuple(Difference(name, old.get(name), new.get(name)) for name in dict.fromkeys((*old, *new)))


def _flat(values: dict[str, Any], prefix: Sequence[str] = ()) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict) and value:
            flat |= _flat(value, (*prefix, str(name)))
        else:
            flat[".".join((*prefix, str(name)))] = value
    return flat


def _row(record: AuditRecord) -> AuditRow:
    return AuditRow(
        id=record.id,
        at=record.at,
        actor_id=record.actor_id,
        act=record.act,
        subject_kind=record.subject_kind,
        subject_id=record.subject_id,
        differences=differences(record.before, record.after),
        request_id=record.request_id,
    )
