"""Many clocks on one database: each row has one effect, whatever is killed and whatever the time is said to be."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from cofu_adopt.core import clock, due
from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import CLAIM_SECONDS, DueRow
from cofu_adopt.schedule import CLAIMED_AT_ONCE
from tests.processes.clock import EFFECT, KIND, begun
from tests.processes.start import clock_process, wait_until

ROWS = 50
BATCH = CLAIMED_AT_ONCE
DAY_SECONDS = 86400
pytestmark = pytest.mark.usefixtures("warm")


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """Open: nothing holds the work up."""
    found = tmp_path / "open"
    found.touch()
    return found


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """Closed: whoever begins a row stays in it."""
    return tmp_path / "closed"


def declare(count: int, *, due_at_seconds: float = 0.0, first: int = 0) -> None:
    with unit_of_work():
        for number in range(first, first + count):
            due.declare(KIND, number, clock.now() + timedelta(seconds=due_at_seconds))


def effects() -> list[str]:
    """The subjects that had an effect, in order."""
    with unit_of_work(writes=False):
        return list(
            db.session.scalars(select(AuditRecord.subject_id).where(AuditRecord.act == EFFECT).order_by(AuditRecord.id))
        )


def waiting() -> list[DueRow]:
    with unit_of_work(writes=False):
        return list(db.session.scalars(select(DueRow).where(DueRow.kind == KIND)))


def assert_each_once(count: int) -> None:
    assert Counter(effects()) == {str(number): 1 for number in range(count)}
    assert waiting() == []


def test_one_of_three_is_killed_in_the_middle(app: Flask, database_url: str, gate: Path, closed: Path) -> None:
    declare(ROWS)
    with clock_process(database_url, closed) as victim, ExitStack() as others:
        wait_until(begun(closed).exists)
        for _ in range(2):
            others.enter_context(clock_process(database_url, gate))
        victim.kill()
        wait_until(lambda: len(effects()) == ROWS - BATCH)
        assert {row.claimed_until is not None for row in waiting()} == {True}
        others.enter_context(clock_process(database_url, gate, ahead_seconds=CLAIM_SECONDS))
        wait_until(lambda: waiting() == [])
    assert_each_once(ROWS)


def test_a_clock_a_day_ahead_and_back(app: Flask, database_url: str, gate: Path, closed: Path) -> None:
    declare(BATCH)
    declare(BATCH, due_at_seconds=DAY_SECONDS - 3600, first=BATCH)
    with clock_process(database_url, closed, ahead_seconds=DAY_SECONDS) as victim:
        wait_until(begun(closed).exists)
        victim.kill()
    with clock_process(database_url, gate):
        # Claimed until tomorrow by the one that died; recalled.
        wait_until(lambda: len(effects()) >= BATCH)
    with clock_process(database_url, gate, ahead_seconds=DAY_SECONDS):
        wait_until(lambda: waiting() == [])
    assert_each_once(2 * BATCH)


def test_two_hours_of_downtime(app: Flask, database_url: str, gate: Path) -> None:
    with unit_of_work():
        for number in sorted(range(ROWS), key=str):
            due.declare(KIND, number, clock.now() - timedelta(hours=2) + timedelta(minutes=number))
    with clock_process(database_url, gate) as process:
        wait_until(lambda: waiting() == [])
        process.terminate()
        process.join(60)
        assert process.exitcode == 0
    assert effects() == [str(number) for number in range(ROWS)]


def test_sigterm_lets_what_was_claimed_be_finished(app: Flask, database_url: str, closed: Path) -> None:
    declare(ROWS)
    with clock_process(database_url, closed) as process:
        wait_until(begun(closed).exists)
        process.terminate()
        closed.touch()
        process.join(60)
        assert process.exitcode == 0
    assert len(effects()) == BATCH
    assert [row.claimed_until for row in waiting()] == [None] * (ROWS - BATCH)
