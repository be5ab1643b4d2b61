"""Due work: one effect a row, whatever fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from cofu_adopt.core import audit, clock, due
from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import CLAIM_SECONDS, Due, DueRow, Handler, run_due

NOON = datetime(2026, 8, 20, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def still(app: Flask) -> Iterator[FrozenClock]:
    with clock.frozen(NOON) as frozen:
        yield frozen


def declare(subject: object = 1, due_at: datetime = NOON, *, kind: str = "k", period: str = "") -> None:
    with unit_of_work():
        due.declare(kind, subject, due_at, period=period)


def rows() -> list[DueRow]:
    with unit_of_work(writes=False):
        return list(db.session.scalars(select(DueRow).order_by(DueRow.id)))


def effects() -> int:
    with unit_of_work(writes=False):
        return db.session.scalar(select(func.count()).select_from(AuditRecord)) or 0


def work(row: Due) -> None:
    audit.record("work", "thing", row.subject)


def fail(row: Due) -> None:
    work(row)
    raise ValueError("no wind")


def handlers(run: Callable[[Due], None]) -> dict[str, Handler]:
    return {"k": Handler(run)}


def test_what_is_due_is_done_once_and_its_row_is_gone(still: FrozenClock) -> None:
    declare()
    declare(2, NOON + timedelta(minutes=1))
    declare(kind="somebody else's")
    assert run_due(handlers(work)) == 1
    assert effects() == 1
    assert [row.kind for row in rows()] == ["k", "somebody else's"]
    assert run_due(handlers(work)) == 0
    still.advance(minutes=1)
    assert run_due(handlers(work)) == 1
    assert effects() == 2


def test_declared_again_it_moves_and_forgets_its_failures(still: FrozenClock) -> None:
    declare()
    run_due(handlers(fail))
    declare(1, NOON + timedelta(days=1))
    (row,) = rows()
    assert (row.due_at, row.tries, row.last_error, row.claimed_until) == (NOON + timedelta(days=1), 0, None, None)


def test_each_period_is_due_by_itself() -> None:
    declare(period="2026-08")
    declare(period="2026-09")
    declare(period="2026-09")
    assert [row.period for row in rows()] == ["2026-08", "2026-09"]
    with unit_of_work():
        due.withdraw("k", 1, period="2026-08")
    assert [row.period for row in rows()] == ["2026-09"]


def test_withdrawn_work_is_not_done() -> None:
    declare()
    with unit_of_work():
        due.withdraw("k", 1)
        due.withdraw("k", 1)
        due.withdraw("k", "never declared")
    assert run_due(handlers(work)) == 0
    assert effects() == 0


def test_a_failure_rolls_back_keeps_its_words_and_waits_longer_each_time(still: FrozenClock) -> None:
    declare()
    pauses = []
    for _ in range(12):
        assert run_due(handlers(fail)) == 1
        assert run_due(handlers(fail)) == 0
        (row,) = rows()
        pauses.append((row.due_at - clock.now()).total_seconds())
        assert row.last_error == "ValueError: no wind"
        still.at = row.due_at
    assert effects() == 0
    assert pauses == [min(5 * 2**tries, 3600) for tries in range(1, 13)]
    assert run_due(handlers(work)) == 1
    assert (effects(), rows()) == (1, [])


def test_one_failure_does_not_stop_the_others() -> None:
    for subject in range(3):
        declare(subject)

    def fail_first(row: Due) -> None:
        (fail if row.subject == "0" else work)(row)

    assert run_due(handlers(fail_first)) == 3
    assert effects() == 2


def test_a_claim_that_was_lost_rolls_back(still: FrozenClock) -> None:
    declare()
    with unit_of_work():
        (slow,) = due.claim(["k"])
    still.advance(seconds=CLAIM_SECONDS)
    with unit_of_work():
        (rival,) = due.claim(["k"])
    with pytest.raises(due.ClaimLost), unit_of_work():
        work(slow)
        due.finish(slow)
    assert effects() == 0
    with unit_of_work():
        work(rival)
        due.finish(rival)
    assert (effects(), rows()) == (1, [])


def test_a_handler_that_lost_its_claim_fails_nobody(still: FrozenClock) -> None:
    declare()

    def lose(row: Due) -> None:
        work(row)
        db.session.execute(update(DueRow).values(claimed_until=None))

    assert run_due(handlers(lose)) == 1
    assert effects() == 0
    (row,) = rows()
    assert row.last_error is None


def test_work_with_its_own_transactions_stays_due_until_it_returned(still: FrozenClock) -> None:
    declare()

    def crash(row: Due) -> None:
        with unit_of_work():
            work(row)
        raise ValueError("after its first step")

    assert run_due({"k": Handler(crash, own_transactions=True)}) == 1
    assert (effects(), len(rows())) == (1, 1)
    still.advance(minutes=1)

    def outside(row: Due) -> None:
        with unit_of_work():
            work(row)

    assert run_due({"k": Handler(outside, own_transactions=True)}) == 1
    assert (effects(), rows()) == (2, [])


def test_a_worker_that_died_leaves_its_row_to_another(still: FrozenClock) -> None:
    declare()
    with unit_of_work():
        assert len(due.claim(["k"])) == 1
    still.advance(seconds=CLAIM_SECONDS - 1)
    assert run_due(handlers(work)) == 0
    still.advance(seconds=1)
    assert run_due(handlers(work)) == 1


def test_a_clock_a_day_ahead_does_early_but_once_and_set_back_forgets_nothing(still: FrozenClock) -> None:
    for subject in range(3):
        declare(subject)
    declare("tomorrow", NOON + timedelta(days=2))
    still.advance(days=1)
    with unit_of_work():
        (dead,) = due.claim(["k"], limit=1)
    run_due({"k": Handler(lambda row: (work if row.subject == "1" else fail)(row))})
    assert effects() == 1
    still.advance(days=-1)
    # What was claimed or put off by the wrong clock would wait for a day.
    assert run_due(handlers(work)) == 0
    assert due.recall() == 2
    assert due.recall() == 0
    assert run_due(handlers(work)) == 2
    assert effects() == 3
    with pytest.raises(due.ClaimLost), unit_of_work():
        due.finish(dead)
    assert [row.subject for row in rows()] == ["tomorrow"]


def test_nothing_sound_is_recalled(still: FrozenClock) -> None:
    declare("later", NOON + timedelta(days=30))
    declare("claimed")
    declare("failed", kind="f")
    with unit_of_work():
        due.claim(["k"])
    for _ in range(20):
        run_due({"f": Handler(fail)})
        (row,) = (row for row in rows() if row.kind == "f")
        still.at = row.due_at
        run_due({"f": Handler(fail)})
        assert due.recall() == 0


def test_the_age_of_the_oldest(still: FrozenClock) -> None:
    with unit_of_work(writes=False):
        assert due.oldest_age_seconds() == 0
    declare(1, NOON + timedelta(minutes=1))
    declare(2, NOON + timedelta(minutes=2))
    with unit_of_work(writes=False):
        assert due.oldest_age_seconds() == 0
    still.advance(minutes=3)
    with unit_of_work(writes=False):
        assert due.oldest_age_seconds() == 120
