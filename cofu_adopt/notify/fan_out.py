"""Tell many people a fact in two statements: the messages, then what goes out by e-mail, SMS and push."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import JSON, ColumnElement, Integer, Select, String, and_, case, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError

from cofu_adopt.core import clock
from cofu_adopt.core.db import UtcDateTime, attempt, db, is_postgresql
from cofu_adopt.core.outbox import OutboxRow
from cofu_adopt.notify.models import Message, NotifyChannel, NotifyPreference
from cofu_adopt.notify.rules import (
    ADMITS,
    DAY_MINUTES,
    OFFERED,
    QUIET_FROM,
    QUIET_TO,
    Cadence,
    Kind,
    midnight_before,
    minute_of,
)

LAST_ID = 10**15
"""No id is larger."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is told. Plain `params` are the same for all; the audience's own columns come to them."""

    kind: Kind
    template: str
    fact: str
    params: dict[str, str | int]


def fan_out(note: Note, people: Select[Any], *, first: int = 0, last: int = LAST_ID, is_new: bool = False) -> int:
    """Tell `people`, a Select of person_id and of what differs from one to the next; return how many were told now.

    Only those between `first` and `last` may be in it. Whoever has been told the fact is not told again. `is_new`:
    probably nobody has been told, which is tried first, as it is faster by a fifth. It runs in the open unit of work:
    nothing is sent before its commit.
    """
    told = attempt(lambda: _tell_new(note, people)) if is_new else None
    if told is None:
        told = _written(_messages(note, people).on_conflict_do_nothing(index_elements=["person_id", "fact"]))
    db.session.execute(_going_out(note, first, last))
    return told


def tell_by_preference(person_id: int, note: Note) -> None:
    """Tell one person a fact, as she chose to be told."""
    fan_out(
        note, select(literal(person_id, Message.person_id.type).label("person_id")), first=person_id, last=person_id
    )


def _tell_new(note: Note, people: Select[Any]) -> int | None:
    try:
        return _written(_messages(note, people))
    except IntegrityError:
        # Somebody among them has been told; now those who have not are looked for one by one.
        return None


def _written(statement: Any) -> int:
    written = db.session.execute(statement, execution_options={"preserve_rowcount": True})
    return int(written.rowcount)  # type: ignore[attr-defined]


def _messages(note: Note, people: Select[Any]) -> Any:
    told = people.subquery("told")
    own = [part for column in told.c if column.name != "person_id" for part in (literal(column.name, String()), column)]
    same = [part for name, value in note.params.items() for part in (literal(name, String()), literal(value))]
    cadence = func.coalesce(NotifyPreference.cadence, Cadence.EACH)
    values = select(
        told.c.person_id,
        literal(note.template, String()),
        _object(*same, *own),
        literal(note.fact, String()),
        literal(clock.now(), UtcDateTime()),
    ).select_from(told.outerjoin(NotifyPreference, NotifyPreference.person_id == told.c.person_id))
    values = values.where(cadence.in_(sorted(ADMITS[note.kind])))
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    names = ["person_id", "template", "params", "fact", "created_at"]
    return insert(Message).from_select(names, values)


def _going_out(note: Note, first: int, last: int) -> Any:
    now = clock.now()
    person = cast(NotifyChannel.person_id, String)
    payload = _object(
        literal("person_id", String()), NotifyChannel.person_id,
        literal("kind", String()), literal(note.kind, String()),
        literal("template", String()), literal(note.template, String()),
        literal("params", String()), Message.params if is_postgresql() else func.json(Message.params),
    )  # fmt: skip
    values = (
        select(
            func.gen_random_uuid().cast(String) if is_postgresql() else func.lower(func.hex(func.randomblob(16))),
            literal("person", String()),
            person,
            NotifyChannel.channel,
            payload,
            NotifyChannel.channel + ":" + person + literal(f":{note.fact}", String()),
            literal(now, UtcDateTime()),
            _after_quiet(),
            literal(0),
        )
        .join(Message, and_(Message.person_id == NotifyChannel.person_id, Message.fact == note.fact))
        .outerjoin(NotifyPreference, NotifyPreference.person_id == NotifyChannel.person_id)
        .where(
            NotifyChannel.person_id.between(first, last),
            NotifyChannel.kind == note.kind,
            NotifyChannel.channel.in_(OFFERED[note.kind]),
            # Another note of the same fact may have come first.
            Message.template == note.template,
        )
    )
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    names = ["id", "aggregatetype", "aggregateid", "type", "payload", "fact", "created_at", "next_try_at", "tries"]
    return insert(OutboxRow).from_select(names, values).on_conflict_do_nothing(index_elements=["fact"])


def _object(*parts: Any) -> ColumnElement[Any]:
    build = func.json_build_object if is_postgresql() else func.json_object
    return build(*parts, type_=JSON())


def _after_quiet() -> ColumnElement[Any]:
    # rules.after_quiet in SQL, for many at once.
    now = clock.now()
    minute, midnight = minute_of(now), midnight_before(now)
    begin = func.coalesce(NotifyPreference.quiet_from, QUIET_FROM, type_=Integer())
    end = func.coalesce(NotifyPreference.quiet_to, QUIET_TO, type_=Integer())
    quiet = or_(
        and_(begin <= end, begin <= minute, end > minute), and_(begin > end, or_(begin <= minute, end > minute))
    )
    minutes = end + case((end <= minute, DAY_MINUTES), else_=0)
    later: ColumnElement[Any]
    if is_postgresql():
        later = literal(midnight, UtcDateTime()) + func.make_interval(0, 0, 0, 0, 0, cast(minutes, Integer))
    else:
        base = literal(midnight.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"), String())
        later = func.strftime("%Y-%m-%d %H:%M:%S.000000", base, cast(minutes, String) + literal(" minutes", String()))
    return case((quiet, later), else_=literal(now, UtcDateTime()))
