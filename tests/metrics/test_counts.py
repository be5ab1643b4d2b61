"""What /metrics says after this and that has happened. Counters go on from test to test: differences are looked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from cofu_adopt.adoptions.errors import RopeSoldOut
from cofu_adopt.adoptions.hold import hold_rope
from cofu_adopt.core import bus, clock, due, outbox
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import Due, Handler
from cofu_adopt.core.outbox import Message
from cofu_adopt.events import AdoptionExpired
from cofu_adopt.payments import inbox
from cofu_adopt.payments.gateway import Notification
from tests.small_sea import make_adopters, make_sea

Read = Callable[[str], float]


@pytest.fixture
def read(app: Flask) -> Read:
    """Read one sample; what is not told yet is 0."""

    def value(name: str) -> float:
        text = app.test_client().get("/metrics").text
        found = re.search(rf"^{re.escape(name)} ([0-9.e+-]+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    return value


def roll_back(work: Callable[[], object]) -> None:
    """Do it, and fail afterwards in the same unit of work."""

    def fail() -> None:
        with unit_of_work():
            work()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()


def test_requests(app: Flask, read: Read) -> None:
    looks = 'cofu_request_seconds_count{endpoint="health.healthz",status="2xx"}'
    unknown = 'cofu_request_seconds_count{endpoint="unknown",status="4xx"}'
    before = read(looks), read(unknown)
    app.test_client().get("/healthz")
    app.test_client().get("/no-such-page")
    assert (read(looks), read(unknown)) == (before[0] + 1, before[1] + 1)


def test_holds_that_were_committed(app: Flask, read: Read) -> None:
    before = read("cofu_holds_total")
    offer_id, (person_id,) = make_sea(ropes=3), make_adopters(1)
    for _ in range(2):
        with unit_of_work():
            hold_rope(person_id=person_id, offer_id=offer_id, request_key="twice-the-same")
    roll_back(lambda: hold_rope(person_id=person_id, offer_id=offer_id, request_key="rolled-back"))
    assert read("cofu_holds_total") == before + 1
    assert read("cofu_live_holds") == 1


def test_sold_out_answers(app: Flask, read: Read) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    name = f'cofu_refusals_total{{code="{RopeSoldOut.code}"}}'
    before = read(name)
    offer_id = make_sea(ropes=1)
    form = {"offer_id": str(offer_id), "request_key": "from-the-page"}
    assert [app.test_client().post("/adopt", data=form).status_code for _ in range(3)] == [302, 409, 409]
    assert read(name) == before + 2


def test_events(app: Flask, read: Read) -> None:
    name = 'cofu_events_total{event="AdoptionExpired"}'
    before = read(name)
    with unit_of_work():
        bus.publish(AdoptionExpired(1, 1, "A1-01-001"))
    roll_back(lambda: bus.publish(AdoptionExpired(1, 1, "A1-01-001")))
    assert read(name) == before + 1


def test_due_rows(app: Flask, read: Read) -> None:
    def do(row: Due) -> None:
        if row.subject == "2":
            raise ZeroDivisionError

    with clock.frozen() as still:
        with unit_of_work():
            for subject in range(1, 4):
                due.declare("metered", subject, clock.now() + timedelta(minutes=subject))
        still.advance(minutes=2, seconds=30)
        assert (read("cofu_due_rows_waiting"), read("cofu_due_oldest_seconds")) == (2, 90)
        names = [f'cofu_due_rows_total{{kind="metered",outcome="{outcome}"}}' for outcome in ("done", "failed")]
        before = [read(name) for name in names]
        due.run_due({"metered": Handler(do)})
        assert [read(name) for name in names] == [count + 1 for count in before]
        assert read("cofu_due_rows_waiting") == 0


def test_messages(app: Flask, read: Read) -> None:
    def send(message: Message) -> None:
        if message.payload["fails"]:
            raise ZeroDivisionError

    with clock.frozen() as still:
        with unit_of_work():
            for fails in (True, False):
                outbox.put("metered", {"fails": fails}, aggregatetype="test", aggregateid=1)
        still.advance(seconds=40)
        assert (read("cofu_outbox_waiting"), read("cofu_outbox_oldest_seconds")) == (2, 40)
        names = [f'cofu_outbox_messages_total{{outcome="{outcome}",type="metered"}}' for outcome in ("sent", "failed")]
        before = [read(name) for name in names]
        outbox.deliver({"metered": send})
        assert [read(name) for name in names] == [count + 1 for count in before]
        assert read("cofu_outbox_waiting") == 1


def test_the_inbox(app: Flask, read: Read) -> None:
    with clock.frozen() as still:
        with unit_of_work():
            inbox.store(
                Notification("evt_1", "checkout.session.completed", "other", "cs_1", livemode=False, payload={})
            )
        still.advance(seconds=25)
        assert (read("cofu_inbox_waiting"), read("cofu_inbox_oldest_seconds")) == (1, 25)


def test_the_pool(app: Flask, read: Read) -> None:
    before = read("cofu_pool_in_use")
    with db.engine.connect():
        assert read("cofu_pool_in_use") == before + 1
    assert read("cofu_pool_in_use") == before
    assert read("cofu_pool_size") > 0


def test_without_a_database_what_was_counted_is_still_told(app: Flask, read: Read) -> None:
    def be_away(*_: object) -> None:
        raise ConnectionError

    app.test_client().get("/healthz")
    event.listen(db.engine, "begin", be_away)
    try:
        text = app.test_client().get("/metrics").text
    finally:
        event.remove(db.engine, "begin", be_away)
    assert "cofu_database_up 0.0" in text
    assert "cofu_live_holds" not in text
    assert 'endpoint="health.healthz"' in text
    assert read("cofu_database_up") == 1
