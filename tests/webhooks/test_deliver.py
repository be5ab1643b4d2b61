"""What happens is told once to each who wants it, signed, and again until it has arrived."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cofu_adopt.core import due
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import DueRow
from cofu_adopt.core.errors import Invalid
from cofu_adopt.growth.hide_update import hide_update, restore_update
from cofu_adopt.growth.withdraw_update import withdraw_update
from cofu_adopt.webhooks import deliver
from cofu_adopt.webhooks.call import Answer
from cofu_adopt.webhooks.checks import waiting_is_due
from cofu_adopt.webhooks.models import WebhookEndpoint
from tests.growth.diary import sample
from tests.webhooks.hooks import Hooks


@pytest.fixture(autouse=True)
def even(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses as they are written down."""
    monkeypatch.setattr(deliver, "chance", lambda: 0.0)


def test_it_is_told_after_the_commit_and_once(hooks: Hooks) -> None:
    made = hooks.register("update.posted")
    update_id = hooks.diary.post(note="水清")
    assert hooks.receiver.take() == []
    assert hooks.send() == 1
    assert hooks.send() == 0
    (arrived,) = hooks.receiver.take()
    assert arrived.is_signed_with(made.secret)
    assert (arrived.told["type"], arrived.told["data"]["id"]) == ("update.posted", update_id)
    assert (arrived.told["data"]["note"], arrived.told["data"]["plot_codes"]) == ("水清", ["A1-01"])
    row = hooks.last(made.id)
    assert (row.public_id, str(row.state), row.tries, row.status) == (arrived.id, "arrived", 1, 204)


def test_what_was_rolled_back_was_never_there(hooks: Hooks) -> None:
    hooks.register()
    with pytest.raises(Invalid):
        hooks.diary.post("A1-01", readings=(("B2-01", sample(40)),))
    assert (hooks.send(), hooks.event_count()) == (0, 0)


def test_each_gets_what_it_asked_for(hooks: Hooks) -> None:
    posts, readings = hooks.register("update.posted"), hooks.register("reading.kept")
    off = hooks.register()
    hooks.act("switch_endpoint", off.id, on=False)
    hooks.diary.post(readings=(("A1-01", sample(40)),))
    hooks.send()
    assert hooks.states(posts.id) == [("update.posted", "arrived")]
    assert hooks.states(readings.id) == [("reading.kept", "arrived")]
    assert hooks.states(off.id) == []
    told = {one.told["type"]: one.told["data"] for one in hooks.receiver.take()}
    assert told["reading.kept"] == {
        "plot_code": "A1-01", "measured_on": "2026-11-24", "mean_shell_length_mm": 40.0, "sample_count": 20,
        "survival": 1.0, "water_temperature_c": None,
    }  # fmt: skip


def test_a_measurement_that_was_taken_back_is_told_as_nothing(hooks: Hooks) -> None:
    hooks.register("reading.kept")
    update_id = hooks.diary.post(readings=(("A1-01", sample(40)),))
    hooks.send()
    with unit_of_work():
        withdraw_update(update_id, [hooks.diary.ours.id], hooks.diary.ours.person_id)
    hooks.send()
    first, last = (one.told["data"] for one in hooks.receiver.take())
    assert first["mean_shell_length_mm"] == 40.0
    assert last == {"plot_code": "A1-01", "measured_on": "2026-11-24"} | dict.fromkeys(
        ("mean_shell_length_mm", "sample_count", "survival", "water_temperature_c")
    )


def test_nobody_asked_and_nothing_is_kept(hooks: Hooks) -> None:
    hooks.register("update.withdrawn")
    hooks.diary.post()
    assert hooks.event_count() == 0


def test_what_is_public_no_more_is_not_told(hooks: Hooks) -> None:
    made, diary = hooks.register("update.posted", "update.withdrawn"), hooks.diary
    gone, hidden = diary.post(note="secret"), diary.post(note="secret, too")
    with unit_of_work():
        withdraw_update(gone, [diary.ours.id], diary.ours.person_id)
        hide_update(hidden, "people on it")
        restore_update(hidden, "they agreed")
    hooks.send()
    assert hooks.states(made.id) == [
        ("update.posted", "moot"), ("update.posted", "arrived"),
        ("update.withdrawn", "arrived"), ("update.withdrawn", "moot"), ("update.posted", "arrived"),
    ]  # fmt: skip
    assert [one.told["data"]["id"] for one in hooks.receiver.take()] == [hidden, gone, hidden]


def test_who_was_told_to_forget_a_post_gets_it_again(hooks: Hooks) -> None:
    made, update_id = hooks.register("update.posted", "update.withdrawn"), hooks.diary.post()
    for _twice in range(2):
        with unit_of_work():
            hide_update(update_id, "people on it")
        hooks.send()
        with unit_of_work():
            restore_update(update_id, "they agreed")
        hooks.send()
    assert hooks.states(made.id)[1:] == [("update.withdrawn", "arrived"), ("update.posted", "arrived")] * 2


def test_it_is_tried_again_for_three_days_under_the_same_id(hooks: Hooks) -> None:
    made = hooks.register("update.posted")
    hooks.receiver.status = 500
    hooks.diary.post()
    hooks.send()
    pauses = []
    while (row := hooks.last(made.id)).next_try_at is not None:
        pauses.append(row.next_try_at - hooks.diary.season.clock())
        assert hooks.send(seconds=pauses[-1].total_seconds() - 1) == 0, "not before its time"
        hooks.send(seconds=1)
    assert [pause.total_seconds() for pause in pauses] == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    arrived = hooks.receiver.take()
    assert len(arrived) == row.tries == 10
    assert len({one.id for one in arrived}) == 1
    assert len({one.headers["webhook-timestamp"] for one in arrived}) == 10, "the moment of each try"
    assert all(one.is_signed_with(made.secret) for one in arrived)
    assert (str(row.state), row.error) == ("failed", "HTTP 500")
    assert hooks.row(made.id).off_reason == "failing"


def test_a_recall_of_the_clock_does_not_bring_it_back_early(hooks: Hooks) -> None:
    made = hooks.register("update.posted")
    hooks.receiver.status = 500
    hooks.diary.post()
    for seconds in (0, 5, 300, 1800, 7200):
        hooks.send(seconds=seconds)
    assert hooks.last(made.id).tries == 5
    assert due.recall() == 0
    assert hooks.send() == 0


def test_one_that_does_not_answer_rests_and_the_others_do_not_wait(hooks: Hooks) -> None:
    silent = hooks.register("update.posted", url="http://127.0.0.1:1/")
    well = hooks.register("update.posted")
    for _number in range(3):
        hooks.diary.post()
    hooks.send()
    assert hooks.states(well.id) == [("update.posted", "arrived")] * 3
    tries = [row.tries for row in hooks.deliveries(silent.id)]
    assert sorted(tries) == [0, 1, 1], "after the second silence it is left alone"
    assert {row.next_try_at for row in hooks.deliveries(silent.id) if row.tries == 0} == {
        hooks.diary.season.clock() + timedelta(minutes=1)
    }


def test_one_that_asks_for_patience_gets_it(hooks: Hooks) -> None:
    made = hooks.register("update.posted")
    hooks.receiver.status, hooks.receiver.headers = 429, {"Retry-After": "600"}
    hooks.diary.post()
    hooks.send()
    hooks.diary.post()
    hooks.receiver.status = 204
    assert hooks.send() == 1, "put off"
    assert len(hooks.receiver.take()) == 1
    hooks.send(seconds=600)
    assert len(hooks.receiver.take()) == 2
    assert hooks.row(made.id).failing_since is None


def test_410_turns_it_off(hooks: Hooks) -> None:
    made = hooks.register("update.posted")
    hooks.receiver.status = 410
    hooks.diary.post()
    hooks.diary.post()
    hooks.send()
    row = hooks.row(made.id)
    assert (row.is_on, row.off_reason) == (False, "gone")
    assert len(hooks.receiver.take()) == 1, "the other is not even tried"
    assert hooks.states(made.id) == [("update.posted", "failed")] * 2


def test_for_a_day_both_secrets_sign(hooks: Hooks) -> None:
    old = hooks.register("update.posted")
    new = hooks.act("rotate_secret", old.id)
    hooks.diary.post()
    hooks.send(hours=23, minutes=59)
    hooks.diary.post()
    hooks.send(minutes=2)
    during, after = hooks.receiver.take()
    assert (during.is_signed_with(old.secret), during.is_signed_with(new.secret)) == (True, True)
    assert (after.is_signed_with(old.secret), after.is_signed_with(new.secret)) == (False, True)


def test_the_secret_does_not_lie_in_clear_text(hooks: Hooks) -> None:
    made = hooks.register()
    with unit_of_work(writes=False):
        stored = db.session.connection().exec_driver_sql("SELECT secret FROM webhook_endpoint").scalar_one()
        assert made.secret not in stored
        assert db.session.get_one(WebhookEndpoint, made.id).secret == made.secret


def test_what_was_deleted_is_called_no_more(hooks: Hooks) -> None:
    made = hooks.register("update.posted")
    hooks.diary.post()
    hooks.act("delete_endpoint", made.id)
    hooks.send()
    assert hooks.receiver.take() == []
    with unit_of_work(writes=False):
        endpoint = db.session.get_one(WebhookEndpoint, made.id)
        assert (endpoint.secret, endpoint.old_secret) == (None, None)
        assert db.session.scalars(select(DueRow).where(DueRow.kind == "webhook_send")).all() == []


def test_an_answer_that_comes_after_another_workers_changes_nothing(hooks: Hooks) -> None:
    """The claim ran out while it called: the second call's answer stands."""
    made = hooks.register("update.posted")
    hooks.diary.post()
    delivery_id = hooks.last(made.id).id
    with unit_of_work(writes=False):
        place, _step = deliver._plan(delivery_id)
    hooks.send()
    assert place is not None
    with unit_of_work():
        deliver._note(place, Answer(None, "no answer"), is_test=False)
    row = hooks.last(made.id)
    assert (str(row.state), row.tries, hooks.row(made.id).failing_since) == ("arrived", 1, None)


def test_verify_misses_a_due_row(hooks: Hooks) -> None:
    made = hooks.register("update.posted")
    hooks.diary.post()
    assert waiting_is_due_now() == []
    delivery_id = hooks.last(made.id).id
    with unit_of_work():
        due.withdraw("webhook_send", delivery_id)
    assert waiting_is_due_now() == [f"webhook delivery {delivery_id} waits and is not due"]


def waiting_is_due_now() -> list[str]:
    with unit_of_work(writes=False):
        return list(waiting_is_due())
