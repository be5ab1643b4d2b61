"""One unit of work is one transaction: the only commit, no nesting, readers cannot write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import DBAPIError, StatementError

from cofu_adopt.core import audit, clock
from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.db import db, in_unit_of_work, is_postgresql, record_apart, unit_of_work
from cofu_adopt.core.due import DueRow


class Refused(Exception):
    """What a use case raises."""


def count() -> int:
    with unit_of_work(writes=False):
        return db.session.scalar(select(func.count()).select_from(AuditRecord)) or 0


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """Every BEGIN-like statement, commit and rollback of the engine."""
    seen: list[str] = []

    @event.listens_for(db.engine, "commit")
    def commit(_connection: object) -> None:
        seen.append("COMMIT")

    @event.listens_for(db.engine, "rollback")
    def rollback(_connection: object) -> None:
        seen.append("ROLLBACK")

    @event.listens_for(db.engine, "before_cursor_execute")
    def execute(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("BEGIN"):
            seen.append(statement)

    yield seen
    for name, listener in (("commit", commit), ("rollback", rollback), ("before_cursor_execute", execute)):
        event.remove(db.engine, name, listener)


def test_returned_is_committed_once(app: Flask, statements: list[str]) -> None:
    with unit_of_work():
        audit.record("a", "thing", 1)
        db.session.flush()
        audit.record("b", "thing", 2)
    assert statements.count("COMMIT") == 1
    assert "ROLLBACK" not in statements
    assert count() == 2


def test_raised_is_rolled_back(app: Flask, statements: list[str]) -> None:
    with pytest.raises(Refused), unit_of_work():
        audit.record("a", "thing", 1)
        db.session.flush()
        raise Refused
    assert statements.count("COMMIT") == 0
    assert count() == 0


def test_a_unit_in_a_unit_is_refused_and_the_next_one_works(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="already open"), unit_of_work():
        audit.record("a", "thing", 1)
        with unit_of_work():
            pass
    assert not in_unit_of_work()
    assert count() == 0
    with unit_of_work():
        assert in_unit_of_work()
        audit.record("b", "thing", 1)
    assert count() == 1


def test_a_writing_unit_takes_the_lock_of_sqlite_before_its_first_statement(
    app: Flask, statements: list[str], database_url: str
) -> None:
    if is_postgresql():
        with unit_of_work():
            db.session.execute(select(1))
        assert not any("IMMEDIATE" in statement for statement in statements)
        return
    path = database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as rival:
        with unit_of_work():
            assert statements == []
            db.session.execute(select(1))
            assert statements == ["BEGIN IMMEDIATE"]
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                rival.execute("BEGIN IMMEDIATE")
        statements.clear()
        with unit_of_work(writes=False):
            db.session.execute(select(1))
            assert statements == ["BEGIN"]
            rival.execute("BEGIN IMMEDIATE")
            rival.execute("ROLLBACK")


def test_a_reading_unit_cannot_write_on_sqlite_and_the_next_can(app: Flask) -> None:
    if is_postgresql():
        return
    with pytest.raises(DBAPIError, match="readonly"), unit_of_work(writes=False):
        audit.record("a", "thing", 1)
    assert count() == 0
    with unit_of_work():
        audit.record("b", "thing", 1)
    assert count() == 1


def test_a_fact_told_apart_survives_a_refusal(app: Flask) -> None:
    def tell() -> None:
        audit.record("denied", "thing", 1)

    with pytest.raises(Refused), unit_of_work():
        audit.record("lost", "thing", 1)
        record_apart(tell)
        raise Refused
    with unit_of_work():
        record_apart(tell)
    record_apart(tell)
    with unit_of_work(writes=False):
        acts = list(db.session.scalars(select(AuditRecord.act)))
    assert acts == ["denied"] * 3


def test_moments_are_utc_and_naive_ones_are_refused(app: Flask) -> None:
    noon = datetime(2026, 8, 20, 12, tzinfo=timezone(timedelta(hours=8)))
    with unit_of_work():
        db.session.add(DueRow(kind="k", subject="1", due_at=noon))
    with unit_of_work(writes=False):
        found = db.session.scalars(select(DueRow.due_at)).one()
        assert found == noon
        assert found.tzinfo is UTC
        assert db.session.scalar(select(DueRow.id).where(DueRow.due_at <= noon)) == 1
        assert db.session.scalar(select(DueRow.id).where(DueRow.due_at < noon)) is None
    with pytest.raises(StatementError, match="without a time zone"), unit_of_work():
        db.session.add(DueRow(kind="k", subject="2", due_at=clock.now().replace(tzinfo=None)))
