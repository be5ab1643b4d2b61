"""Sent again: one, or all that failed since a day, under the ids that they had."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from cofu_adopt import schedule
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import NotFound
from cofu_adopt.webhooks import replay
from cofu_adopt.webhooks.errors import WebhookIsOff
from tests.webhooks.hooks import Hooks

TODAY = date(2026, 11, 24)


def fail(hooks: Hooks, posts: int = 1) -> tuple[int, list[str]]:
    """An endpoint at which these posts failed for good; its id and their webhook-ids."""
    made = hooks.register("update.posted")
    for _number in range(posts):
        hooks.diary.post()
    hooks.act("switch_endpoint", made.id, on=False)
    hooks.send()
    hooks.act("switch_endpoint", made.id, on=True)
    rows = hooks.deliveries(made.id)
    assert Counter(str(row.state) for row in rows) == {"failed": posts}
    return made.id, sorted(row.public_id for row in rows)


def ask(endpoint_id: int, since: date) -> int:
    with unit_of_work():
        return replay.replay_failed(endpoint_id, since)


def test_one_that_arrived_is_sent_again(hooks: Hooks) -> None:
    made = hooks.register("update.posted")
    hooks.diary.post()
    hooks.send()
    hooks.replay(made.id, hooks.last(made.id).id)
    hooks.send()
    first, second = hooks.receiver.take()
    assert first.id == second.id
    row = hooks.last(made.id)
    assert (str(row.state), row.round, row.tries) == ("arrived", 2, 1)


def test_one_that_waits_for_its_next_try_is_tried_now(hooks: Hooks) -> None:
    made = hooks.register("update.posted")
    hooks.receiver.status = 500
    hooks.diary.post()
    for seconds in (0, 6, 360, 2160):
        hooks.send(seconds=seconds)
    assert (hooks.last(made.id).tries, hooks.send()) == (4, 0)
    hooks.receiver.status = 204
    hooks.replay(made.id, hooks.last(made.id).id)
    assert hooks.send() == 1
    assert str(hooks.last(made.id).state) == "arrived"


def test_one_that_is_due_is_left_to_its_worker(hooks: Hooks) -> None:
    made = hooks.register("update.posted")
    hooks.diary.post()
    hooks.replay(made.id, hooks.last(made.id).id)
    hooks.send()
    assert len(hooks.receiver.take()) == 1
    assert hooks.last(made.id).round == 1


def test_all_that_failed_piece_by_piece(hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "PIECE", 2)
    endpoint_id, ids = fail(hooks, posts=5)
    assert ask(endpoint_id, TODAY) == 5
    schedule.do_due_work()
    hooks.send()
    assert sorted(one.id for one in hooks.receiver.take()) == ids
    assert hooks.states(endpoint_id) == [("update.posted", "arrived")] * 5
    assert ask(endpoint_id, TODAY) == 0


def test_it_ends_also_where_everything_fails_again(hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "PIECE", 1)
    endpoint_id, ids = fail(hooks, posts=3)
    ask(endpoint_id, TODAY)
    hooks.act("switch_endpoint", endpoint_id, on=False)
    for _number in range(3):
        schedule.do_due_work()
        hooks.send()
    assert [row.round for row in hooks.deliveries(endpoint_id)] == [2] * len(ids)


def test_only_since_that_day(hooks: Hooks) -> None:
    endpoint_id, _ids = fail(hooks)
    assert ask(endpoint_id, date(2026, 11, 25)) == 0


def test_not_while_it_is_off_and_not_anothers(hooks: Hooks) -> None:
    endpoint_id, _ids = fail(hooks)
    delivery_id, other = hooks.last(endpoint_id).id, hooks.register()
    with pytest.raises(NotFound):
        hooks.replay(other.id, delivery_id)
    hooks.act("switch_endpoint", endpoint_id, on=False)
    with pytest.raises(WebhookIsOff):
        hooks.replay(endpoint_id, delivery_id)
    with pytest.raises(WebhookIsOff):
        ask(endpoint_id, TODAY)
