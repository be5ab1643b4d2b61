"""What a person chooses, on the page and through the API."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cofu_adopt.core.access import Scope
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.identity import tokens
from cofu_adopt.notify.preferences import Preferences, preferences_of
from cofu_adopt.notify.rules import Cadence, Channel, Kind
from tests.people import Who, browser, make_person

FORM = {
    "cadence": "weekly", "digest-email": "1", "milestone-sms": "1", "update-sms": "1",
    "quiet_from": "22:00", "quiet_to": "06:30", "language": "en",
}  # fmt: skip
DEFAULTS: dict[str, Any] = {
    "cadence": "each", "channels": {"update": [], "digest": [], "milestone": [], "talk": [], "reminder": []},
    "quiet_from": "21:30", "quiet_to": "07:30", "language": "zh_Hans", "email_masked": None,
    "email_waits_for_confirmation": False,
}  # fmt: skip


def chosen(person_id: int = 1) -> Preferences:
    with unit_of_work(writes=False):
        return preferences_of(person_id)


def shown(answer: TestResponse) -> dict[str, Any]:
    assert answer.json is not None, answer.text
    return dict(answer.json)


def test_the_page_keeps_what_was_chosen(client: FlaskClient, app: Flask) -> None:
    reader = browser(app, Who.ADOPTER)
    assert "收据、退款和您的钱有关的消息总会发" in reader.get("/me/messages/settings").text
    assert reader.post("/me/messages/settings", data=FORM).status_code == 303
    found = chosen()
    assert (found.cadence, found.quiet_from, found.quiet_to, found.locale) == (Cadence.WEEKLY, 1320, 390, "en")
    # No SMS is offered for each update.
    assert found.channels == {
        Kind.UPDATE: set(), Kind.DIGEST: {Channel.EMAIL}, Kind.MILESTONE: {Channel.SMS}, Kind.TALK: set(),
        Kind.REMINDER: set(),
    }  # fmt: skip
    assert "Message settings" in reader.get("/me/messages/settings").text


def test_the_page_refuses_what_is_no_choice(client: FlaskClient, app: Flask) -> None:
    reader = browser(app, Who.ADOPTER)
    for wrong in ({"cadence": "hourly"}, {"quiet_from": "25:00"}, {"language": "fr"}):
        assert reader.post("/me/messages/settings", data=FORM | wrong).status_code == 422
    answer = reader.post("/me/messages/email", data={"email": "no address"})
    assert (answer.status_code, "这不像邮箱地址" in answer.text) == (422, True)
    assert reader.post("/me/messages/push", data={"endpoint": "https://127.0.0.1/"}).status_code == 422
    assert chosen() == chosen(make_person(Who.ADOPTER))


def test_an_address_is_asked_for_and_forgotten(client: FlaskClient, app: Flask) -> None:
    reader = browser(app, Who.ADOPTER)
    reader.post("/me/messages/email", data={"email": "lin@example.com"})
    assert "lin@example.com" in reader.get("/me/messages/settings").text
    reader.post("/me/messages/email", data={"forget": "1"})
    assert chosen().pending_email is None


def test_the_api_changes_only_what_is_given(client: FlaskClient, app: Flask) -> None:
    person_id = make_person(Who.ADOPTER)
    with unit_of_work():
        secret = tokens.make_token(person_id, name="t", scopes=[Scope.ME], days=1).secret
    headers = {"Authorization": f"Bearer {secret}"}
    path = "/api/v1/me/preferences"
    before = shown(client.get(path, headers=headers))
    assert before == DEFAULTS | {"push_key": before["push_key"]}
    body = {"cadence": "milestones", "channels": {"milestone": ["sms", "email"]}, "email": "lin@example.com"}
    answer = client.patch(path, headers=headers, json=body)
    assert answer.status_code == 200, answer.text
    assert (shown(answer)["quiet_from"], shown(answer)["email_waits_for_confirmation"]) == ("21:30", True)
    answer = client.patch(path, headers=headers, json={"quiet_to": "08:00", "email": None})
    assert (shown(answer)["cadence"], shown(answer)["channels"]["milestone"]) == ("milestones", ["sms"])
    assert (shown(answer)["quiet_to"], shown(answer)["email_waits_for_confirmation"]) == ("08:00", False)
    for wrong in ({"cadence": "x"}, {"quiet_to": "8"}, {"channels": {"update": ["sms"]}}, {"email": "x"}, {"else": 1}):
        assert client.patch(path, headers=headers, json=wrong).status_code == 422
    endpoint = {"endpoint": "https://fcm.googleapis.com/fcm/send/x"}
    push = "/api/v1/me/push-subscriptions"
    assert client.post(push, headers=headers, json=endpoint).status_code == 204
    assert chosen(person_id).channels[Kind.TALK] == {Channel.PUSH}
    assert client.delete(push, headers=headers, json=endpoint).status_code == 204
    assert chosen(person_id).channels[Kind.TALK] == set()


def test_the_service_worker_lies_at_the_root(client: FlaskClient) -> None:
    answer = client.get("/sw.js")
    assert answer.mimetype in {"text/javascript", "application/javascript"}
    assert answer.headers["Cache-Control"] == "no-cache"
    answer.close()
