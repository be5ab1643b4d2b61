"""Many workers at once: each row is claimed by one of them. The first test shows that the race is real."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select, update

from cofu_adopt.core import clock, due
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import DueRow, Handler

ROWS = 12
WORKERS = 4
Claim = Callable[[threading.Barrier], list[int]]


def declare_rows() -> None:
    with unit_of_work():
        for subject in range(ROWS):
            due.declare("k", subject, clock.now())


def claim_at_once(app: Flask, claim: Claim) -> Counter[int]:
    """How often each row was claimed by workers that start together."""
    declare_rows()
    claimed: Counter[int] = Counter()
    failures: list[BaseException] = []
    barrier = threading.Barrier(WORKERS, timeout=30)

    def run() -> None:
        try:
            with app.app_context():
                found = claim(barrier)
            claimed.update(found)
        except BaseException as error:  # noqa: BLE001 - shown below
            failures.append(error)
            barrier.abort()

    workers = [threading.Thread(target=run) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert failures == []
    return claimed


def without_guard(barrier: threading.Barrier) -> list[int]:
    """Look and take in two steps: what claim() would be without its lock and its condition."""
    with unit_of_work(writes=False):
        found = list(db.session.scalars(select(DueRow.id).where(DueRow.claimed_until.is_(None))))
    barrier.wait()
    with unit_of_work():
        db.session.execute(update(DueRow).where(DueRow.id.in_(found)).values(claimed_until=clock.now()))
    return found


def with_guard(barrier: threading.Barrier) -> list[int]:
    barrier.wait()
    found: list[int] = []
    while True:
        with unit_of_work():
            claimed = due.claim(["k"], limit=1)
        if not claimed:
            return found
        found += [row.id for row in claimed]


def test_without_the_guard_rows_are_claimed_twice(app: Flask) -> None:
    claimed = claim_at_once(app, without_guard)
    assert set(claimed.values()) == {WORKERS}


def test_each_row_is_claimed_once(app: Flask) -> None:
    claimed = claim_at_once(app, with_guard)
    assert len(claimed) == ROWS
    assert set(claimed.values()) == {1}


def test_each_row_is_done_once(app: Flask) -> None:
    done: list[str] = []

    def work(barrier: threading.Barrier) -> list[int]:
        barrier.wait()
        while due.run_due({"k": Handler(lambda row: done.append(row.subject))}, limit=2):
            pass
        return []

    claim_at_once(app, work)
    assert sorted(done, key=int) == [str(subject) for subject in range(ROWS)]
