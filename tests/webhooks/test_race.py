"""Two workers make each call once; without the claim they would make it twice."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from sqlalchemy import select

from cofu_adopt import schedule
from cofu_adopt.core import due
from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from cofu_adopt.core.due import Due, DueRow
from tests.webhooks.hooks import Hooks

POSTS, WORKERS = 6, 3


def ids_of(hooks: Hooks) -> list[str]:
    return sorted(one.id for one in hooks.receiver.take())


def test_each_delivery_is_made_by_one_worker(hooks: Hooks) -> None:
    made = hooks.register("update.posted")
    for _number in range(POSTS):
        hooks.diary.post()
    meet = threading.Barrier(WORKERS, timeout=10)

    def work() -> int:
        meet.wait()
        return schedule.call_strangers()

    claimed = hooks.diary.season.at_once([work] * WORKERS, threads=WORKERS)
    assert sum(one for one in claimed if isinstance(one, int)) == POSTS, claimed
    ids = ids_of(hooks)
    assert len(ids) == len(set(ids)) == POSTS
    assert hooks.states(made.id) == [("update.posted", "arrived")] * POSTS


def test_without_the_claim_it_is_made_twice(hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look, and take without locking what was seen: both call. The receiver knows it by the webhook-id."""
    if not is_postgresql():
        pytest.skip("SQLite's writers wait for each other before they look")
    made = hooks.register("update.posted")
    hooks.diary.post()
    meet = threading.Barrier(2, timeout=10)

    def look(kinds: list[str], *, limit: int) -> list[Due]:
        rows = db.session.scalars(select(DueRow).where(DueRow.kind.in_(kinds)).limit(limit)).all()
        meet.wait()
        return [Due(row.id, row.kind, row.subject, row.period, 1, row.due_at) for row in rows]

    monkeypatch.setattr(due, "claim", look)
    both = hooks.diary.season.at_once([partial(due.run_due, schedule.STRANGERS)] * 2, threads=2)
    assert both == [1, 1]
    first, second = ids_of(hooks)
    assert first == second
    row = hooks.last(made.id)
    assert (str(row.state), row.tries) == ("arrived", 1), "and only one answer was kept"


def test_two_who_keep_the_same_fact_keep_it_once(hooks: Hooks) -> None:
    made = hooks.register("update.posted")
    draft = hooks.diary.draft()
    hooks.diary.season.at_once([partial(hooks.diary.send, draft)] * 3, threads=3)
    hooks.send()
    assert hooks.states(made.id) == [("update.posted", "arrived")]
    with unit_of_work(writes=False):
        assert len(db.session.scalars(select(DueRow).where(DueRow.kind == "webhook_send")).all()) == 0
