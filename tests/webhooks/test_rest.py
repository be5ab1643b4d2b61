"""An endpoint that is slow or asks for patience is left alone for a while; a healthy one is not turned off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.growth.withdraw_update import withdraw_update
from cofu_adopt.webhooks import deliver
from cofu_adopt.webhooks.call import Answer
from cofu_adopt.webhooks.models import WebhookEndpoint
from tests.webhooks.hooks import Hooks

ARRIVED, FAILED = Answer(204), Answer(500, "HTTP 500")
BUSY = Answer(429, "HTTP 429", retry_after="600")


class Answers(list[Answer]):
    """What the endpoint answers, one call after the other."""

    def __call__(self, *_arguments: Any) -> Answer:
        """Answer one call."""
        return self.pop(0)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    made = Answers()
    monkeypatch.setattr(deliver, "call", made)
    monkeypatch.setattr(deliver, "chance", lambda: 0.0)
    return made


def rests_until(hooks: Hooks, endpoint_id: int) -> timedelta | None:
    with unit_of_work(writes=False):
        until = db.session.get_one(WebhookEndpoint, endpoint_id).rest_until
    return None if until is None else until - hooks.diary.season.clock()


@pytest.mark.parametrize("later", [ARRIVED, FAILED, Answer(429, "HTTP 429", retry_after="7")])
def test_no_other_answer_cuts_a_rest_short(hooks: Hooks, answers: Answers, later: Answer) -> None:
    """Another worker's call was under way when the endpoint asked for patience."""
    made = hooks.register("update.posted")
    for _number in range(2):
        hooks.diary.post()
    second = hooks.last(made.id).id
    with unit_of_work(writes=False):
        place, _step = deliver._plan(second)
    assert place is not None
    answers.append(BUSY)
    hooks.send()
    with unit_of_work():
        deliver._note(place, later, is_test=False)
    assert rests_until(hooks, made.id) == timedelta(minutes=10)


@pytest.mark.parametrize("answer", [ARRIVED, FAILED, Answer(None, "no answer within 10 s")])
@pytest.mark.parametrize(("milliseconds", "calls"), [(5000, 2), (5001, 1)])
def test_one_that_answers_slowly_rests(
    hooks: Hooks, answers: Answers, answer: Answer, milliseconds: int, calls: int
) -> None:
    made = hooks.register("update.posted")
    for _number in range(2):
        hooks.diary.post()
    answers += [Answer(answer.status, answer.error, duration_ms=milliseconds), ARRIVED]
    hooks.send()
    assert len(answers) == 2 - calls
    assert rests_until(hooks, made.id) == (timedelta(minutes=1) if calls == 1 else None)


def test_one_failure_days_after_what_was_withdrawn_turns_nothing_off(hooks: Hooks, answers: Answers) -> None:
    made, diary = hooks.register("update.posted"), hooks.diary
    update_id = diary.post()
    answers.append(FAILED)
    hooks.send()
    with unit_of_work():
        withdraw_update(update_id, [diary.ours.id], diary.ours.person_id)
    hooks.send(days=4)
    diary.post()
    answers.append(FAILED)
    hooks.send()
    row = hooks.row(made.id)
    assert (row.is_on, row.failing_since is None, answers) == (True, False, [])
    answers.append(ARRIVED)
    hooks.send(seconds=5)
    assert hooks.row(made.id).failing_since is None
