"""Web push: only known services are called, without words; a browser that is gone is forgotten."""

from __future__ import annotations

import http.client
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from cofu_adopt.core import outbox
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import Invalid
from cofu_adopt.notify import push
from cofu_adopt.notify.fan_out import tell_by_preference
from cofu_adopt.notify.models import PushSubscription
from cofu_adopt.notify.preferences import preferences_of, turn_off
from cofu_adopt.notify.rules import Channel, Kind
from cofu_adopt.notify.senders import SENDERS
from tests.notify.test_notes import NOTE
from tests.people import Who, make_person

HERE = "https://updates.push.services.mozilla.com/wpush/v2/here"
THERE = "https://fcm.googleapis.com/fcm/send/there"


@pytest.fixture
def rung(app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A push service that answers as told, and what it was sent."""
    key = app.extensions["settings"].push_key
    app.extensions["settings"] = replace(app.extensions["settings"], vapid_private_key=key, mail_from="sea@example.com")
    service: dict[str, Any] = {"status": {}, "calls": []}

    def answer(endpoint: str, headers: dict[str, str]) -> int:
        service["calls"].append((endpoint, headers))
        status = service["status"].get(endpoint, 201)
        if isinstance(status, Exception):
            raise status
        return int(status)

    monkeypatch.setattr(push, "post_push", answer)
    return service


def browsers(person_id: int) -> int:
    with unit_of_work(writes=False):
        query = select(func.count()).select_from(PushSubscription).where(PushSubscription.person_id == person_id)
        return db.session.scalar(query) or 0


def subscribe(person_id: int, *endpoints: str) -> None:
    with unit_of_work():
        for endpoint in endpoints:
            push.subscribe(person_id, endpoint)


def tell_and_deliver(person_id: int) -> None:
    with unit_of_work():
        tell_by_preference(person_id, NOTE)
    outbox.deliver(SENDERS)


def test_a_push_rings_everywhere_and_says_nothing(person_id: int, rung: dict[str, Any]) -> None:
    subscribe(person_id, HERE, THERE, HERE)
    tell_and_deliver(person_id)
    assert [endpoint for endpoint, _headers in rung["calls"]] == [HERE, THERE]
    for _endpoint, headers in rung["calls"]:
        assert headers["Authorization"].startswith("vapid t=")
        assert (headers["TTL"], headers["Topic"]) == ("86400", "update")
        assert not any("A1-01" in value for value in headers.values())


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(person_id: int, rung: dict[str, Any], status: int) -> None:
    subscribe(person_id, HERE, THERE)
    rung["status"][HERE] = status
    tell_and_deliver(person_id)
    assert browsers(person_id) == 1
    assert outbox.deliver(SENDERS) == 0


@pytest.mark.parametrize("trouble", [503, 429, TimeoutError("no answer"), http.client.BadStatusLine("")])
def test_a_service_in_trouble_is_asked_again(
    person_id: int, rung: dict[str, Any], still: FrozenClock, trouble: int | Exception
) -> None:
    subscribe(person_id, HERE)
    rung["status"][HERE] = trouble
    tell_and_deliver(person_id)
    assert browsers(person_id) == 1
    still.advance(minutes=1)
    rung["status"].clear()
    assert outbox.deliver(SENDERS) == 1
    assert len(rung["calls"]) == 2


@pytest.mark.parametrize("trouble", [503, 400, TimeoutError("no answer")])
def test_a_browser_in_trouble_keeps_no_other_from_ringing(
    person_id: int, rung: dict[str, Any], still: FrozenClock, trouble: int | Exception
) -> None:
    subscribe(person_id, HERE, THERE)
    rung["status"][HERE] = trouble
    tell_and_deliver(person_id)
    still.advance(hours=1)
    assert outbox.deliver(SENDERS) == 0, "the other does not ring again"
    assert [endpoint for endpoint, _headers in rung["calls"]] == [HERE, THERE]


def test_what_is_refused_for_good_is_not_tried_again(person_id: int, rung: dict[str, Any], still: FrozenClock) -> None:
    subscribe(person_id, HERE)
    rung["status"][HERE] = 403
    tell_and_deliver(person_id)
    still.advance(hours=1)
    assert (outbox.deliver(SENDERS), len(rung["calls"])) == (0, 1)


def test_a_phone_that_changes_hands_rings_for_the_new_one_only(person_id: int) -> None:
    other = make_person(Who.ADOPTER)
    subscribe(person_id, HERE)
    subscribe(other, HERE)
    assert (browsers(person_id), browsers(other)) == (0, 1)


def test_nobody_may_turn_off_anothers_browser(person_id: int) -> None:
    other = make_person(Who.ADOPTER)
    subscribe(person_id, HERE)
    with unit_of_work():
        push.unsubscribe_browser(other, HERE)
    assert browsers(person_id) == 1
    with unit_of_work():
        push.unsubscribe_browser(person_id, HERE)
        assert Channel.PUSH not in preferences_of(person_id).channels[Kind.UPDATE]
    assert browsers(person_id) == 0


def test_a_new_browser_brings_nothing_back_that_was_unticked(person_id: int, rung: dict[str, Any]) -> None:
    subscribe(person_id, HERE)
    with unit_of_work():
        turn_off(person_id, [Kind.MILESTONE], [Channel.PUSH])
    rung["status"][HERE] = 410
    tell_and_deliver(person_id)
    assert browsers(person_id) == 0
    subscribe(person_id, THERE)
    with unit_of_work(writes=False):
        channels = preferences_of(person_id).channels
    assert (Channel.PUSH in channels[Kind.UPDATE], Channel.PUSH in channels[Kind.MILESTONE]) == (True, False)


def test_only_ten_browsers_are_kept(person_id: int) -> None:
    subscribe(person_id, *(f"{HERE}{number}" for number in range(12)))
    assert browsers(person_id) == push.MOST_BROWSERS


MADE_UP = (
    "http://fcm.googleapis.com/x", "https://127.0.0.1/x", "https://fcm.googleapis.com.evil.example/x",
    "https://evilnotify.windows.com/x", "https://fcm.googleapis.com:8443/x", "https://a@fcm.googleapis.com/x",
    "https://fcm.googleapis.com/x\r\nHost: y", "https://fcm.googleapis.com/贝", "https://fcm.googleapis.com:x/", "",
    "https://fcm.googleapis.com/" + "x" * 1024,
)  # fmt: skip


def test_the_server_calls_no_address_that_somebody_made_up(plain_app: Flask) -> None:
    assert all(push.is_of_a_service(endpoint) for endpoint in (HERE, THERE, "https://web.push.apple.com/QGuQ"))
    assert [endpoint for endpoint in MADE_UP if push.is_of_a_service(endpoint)] == []
    with pytest.raises(Invalid):
        push.subscribe(1, MADE_UP[1])


def test_without_a_key_there_is_no_push(plain_app: Flask) -> None:
    assert len(push.public_key() or "") == 87
    plain_app.extensions["settings"] = replace(plain_app.extensions["settings"], env="production")
    assert push.public_key() is None
