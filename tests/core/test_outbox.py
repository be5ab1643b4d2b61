"""The outbox: once per fact, at least once to the outside, always under the same id."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from cofu_adopt import schedule
from cofu_adopt.core import clock, outbox, stuck
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.outbox import CLAIM_SECONDS, Message, OutboxRow, Send

NOON = datetime(2026, 8, 20, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def still(app: Flask) -> Iterator[FrozenClock]:
    with clock.frozen(NOON) as frozen:
        yield frozen


def put(*, fact: str | None = None, secret: str | None = None, kind: str = "sms") -> None:
    with unit_of_work():
        outbox.put(kind, {"a": 1}, aggregatetype="person", aggregateid=7, fact=fact, secret=secret)


def rows() -> list[OutboxRow]:
    with unit_of_work(writes=False):
        return list(db.session.scalars(select(OutboxRow).order_by(OutboxRow.created_at)))


def keep(sent: list[Message]) -> dict[str, Send]:
    return {"sms": sent.append}


def refuse(message: Message) -> None:
    raise ConnectionError("no line")


def test_the_same_fact_is_queued_once() -> None:
    put(fact="receipt:1")
    put(fact="receipt:1")
    put(fact="receipt:2")
    put()
    put()
    assert len(rows()) == 4


def test_a_message_of_a_transaction_that_failed_is_not_sent() -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work():
        outbox.put("sms", {}, aggregatetype="person", aggregateid=7)
        raise ZeroDivisionError
    assert outbox.deliver(keep([])) == 0


def test_it_is_sent_once_and_its_secret_is_wiped() -> None:
    put(secret="13800005678 123456")
    with unit_of_work(writes=False):
        stored = db.session.execute(text("SELECT secret, payload FROM outbox")).one()
    assert "13800005678" not in str(stored)
    sent: list[Message] = []
    assert outbox.deliver(keep(sent)) == 1
    assert outbox.deliver(keep(sent)) == 0
    (message,) = sent
    assert (message.type, message.payload, message.secret) == ("sms", {"a": 1}, "13800005678 123456")
    (row,) = rows()
    assert (row.id, row.secret, row.sent_at, row.tries) == (message.id, None, NOON, 1)


def test_a_failure_comes_back_later_each_time_under_the_same_id_with_its_secret(still: FrozenClock) -> None:
    put(secret="s")
    pauses = []
    for _ in range(11):
        assert outbox.deliver({"sms": refuse}) == 1
        assert outbox.deliver({"sms": refuse}) == 0
        (row,) = rows()
        assert (row.sent_at, row.claimed_until, row.last_error) == (None, None, "ConnectionError: no line")
        pauses.append((row.next_try_at - clock.now()).total_seconds())
        still.at = row.next_try_at
    assert pauses == [min(5 * 2**tries, 3600) for tries in range(1, 12)]
    sent: list[Message] = []
    outbox.deliver(keep(sent))
    assert [(message.id, message.secret, message.tries) for message in sent] == [(row.id, "s", 12)]
    assert rows()[0].last_error is None


@pytest.mark.parametrize(
    ("error", "days"), [(ConnectionError("no line"), 5), (outbox.RefusedForGood("550"), 1), (outbox.TooOld(), 0)]
)
def test_what_nobody_takes_is_given_up(still: FrozenClock, error: Exception, days: int) -> None:
    put(secret="13800005678 123456")

    def refuse_so(_message: Message) -> None:
        raise error

    for _ in range(200):
        if rows()[0].given_up_at is not None:
            break
        assert outbox.deliver({"sms": refuse_so}) == 1
        still.at = max(rows()[0].next_try_at, clock.now())
    (row,) = rows()
    assert row.given_up_at is not None
    assert days * 24 - 1 <= (row.given_up_at - NOON).total_seconds() / 3600 <= days * 24
    assert (row.sent_at, row.secret, row.claimed_until) == (None, None, None)
    still.advance(days=2)
    assert outbox.recall() == 0
    assert outbox.deliver(keep([])) == 0
    with unit_of_work(writes=False):
        assert (outbox.count_waiting(), outbox.oldest_age_seconds()) == (0, 0)
        (matter,) = stuck.unsent_messages(9)
    assert (matter.since, matter.words[:4]) == (NOON, "短信，试")
    still.advance(days=7)
    with unit_of_work(writes=False):
        assert stuck.unsent_messages(9) == []


def test_what_nobody_was_there_to_try_is_tried(still: FrozenClock) -> None:
    put(secret="s")
    still.advance(days=6)
    outbox.deliver({"sms": refuse})
    (row,) = rows()
    assert (row.given_up_at, row.secret is None) == (None, False)
    still.at = row.next_try_at
    assert outbox.deliver(keep([])) == 1


def test_what_is_still_tried_stands_before_what_was_given_up(still: FrozenClock) -> None:
    for number in range(3):
        put(fact=f"old {number}")
    outbox.deliver({"sms": lambda _message: (_ for _ in ()).throw(outbox.TooOld())})
    still.advance(hours=1)
    put(fact="failing")
    for _ in range(outbox.LEAST_TRIES):
        outbox.deliver({"sms": refuse})
        still.advance(hours=1)
    with unit_of_work(writes=False):
        assert [matter.since for matter in stuck.unsent_messages(2)] == [NOON + timedelta(hours=1), NOON]


def test_what_is_too_old_keeps_what_was_in_its_way(still: FrozenClock) -> None:
    put()
    outbox.deliver({"sms": refuse})
    still.at = rows()[0].next_try_at

    def drop(_message: Message) -> None:
        raise outbox.TooOld

    outbox.deliver({"sms": drop})
    assert rows()[0].last_error == "ConnectionError: no line"


def test_a_process_that_died_after_sending_sends_again_under_the_same_id(still: FrozenClock) -> None:
    put()
    ids: list[str] = []

    def die(message: Message) -> None:
        ids.append(message.id)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outbox.deliver({"sms": die})
    sent: list[Message] = []
    assert outbox.deliver(keep(sent)) == 0
    still.advance(seconds=CLAIM_SECONDS)
    assert outbox.deliver(keep(sent)) == 1
    assert ids == [message.id for message in sent]


def test_one_failure_does_not_stop_the_others_and_unknown_types_wait() -> None:
    for fact in ("a", "b"):
        put(fact=fact)
    put(kind="pigeon")
    sent: list[Message] = []

    def refuse_first(message: Message) -> None:
        if not sent:
            sent.append(message)
            refuse(message)
        sent.append(message)

    assert outbox.deliver({"sms": refuse_first}) == 2
    assert len(sent) == 2
    assert sorted(row.type for row in rows() if row.sent_at is None) == ["pigeon", "sms"]


def test_what_carries_its_address_waits_for_no_note(still: FrozenClock) -> None:
    for number in range(3):
        put(fact=f"note {number}")
    still.advance(seconds=1)
    put(secret="13800005678 123456")
    sent: list[Message] = []
    assert outbox.deliver(keep(sent), addressed=True, limit=2) == 1
    assert [message.secret for message in sent] == ["13800005678 123456"]
    assert [outbox.deliver(keep(sent), addressed=False, limit=2) for _ in range(3)] == [2, 1, 0]
    assert outbox.deliver(keep(sent), addressed=True) == 0
    assert len(sent) == 4


def test_the_clock_sends_both(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Message] = []
    monkeypatch.setattr(schedule, "SENDERS", dict.fromkeys(("sms", "email"), sent.append))
    put(kind="email", secret="receipt")
    put(kind="email", fact="note")
    put(secret="code")
    for deliver, secret in (
        (schedule.deliver_codes, "code"),
        (schedule.deliver_letters, "receipt"),
        (schedule.deliver_notes, None),
    ):
        assert (deliver(), sent[-1].secret) == (1, secret)
    assert len(sent) == 3


def test_the_oldest_is_sent_first(still: FrozenClock) -> None:
    for number in range(8):
        still.advance(seconds=-1)
        put(secret=str(number))
    still.at = NOON
    sent: list[Message] = []
    outbox.deliver(keep(sent))
    assert [message.secret for message in sent] == [str(number) for number in reversed(range(8))]


def test_a_clock_that_ran_ahead_puts_nothing_off(still: FrozenClock) -> None:
    still.advance(days=1)
    put(fact="claimed")
    with pytest.raises(KeyboardInterrupt):
        outbox.deliver({"sms": lambda _message: (_ for _ in ()).throw(KeyboardInterrupt)})
    put(fact="failed")
    outbox.deliver({"sms": refuse})
    put(fact="put")
    still.advance(days=-1)
    sent: list[Message] = []
    assert outbox.deliver(keep(sent)) == 0
    assert outbox.recall() == 3
    assert outbox.recall() == 0
    assert outbox.deliver(keep(sent)) == 3
    assert outbox.recall() == 0
