"""A person's messages, and the development inbox that exists in safe environments only."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.notify import handlers
from tests.notify.conftest import paid
from tests.people import Who, browser, make_person


def test_messages_are_new_once(client: FlaskClient, app: Flask) -> None:
    reader = browser(app, Who.ADOPTER)
    with unit_of_work():
        handlers.on_adoption_paid(paid(1))
    first, second = reader.get("/me/messages").text, reader.get("/me/messages").text
    assert "A1-01-007 是您的了" in first
    assert 'href="/orders/ABC123"' in first
    assert "</svg>新</span>" in first
    assert "</svg>新</span>" not in second
    assert "A1-01-007 is yours" in reader.get("/me/messages?lang=en").text


def test_others_messages_are_not_shown(client: FlaskClient, app: Flask) -> None:
    other = make_person(Who.ADOPTER)
    with unit_of_work():
        handlers.on_adoption_paid(paid(other))
    page = browser(app, Who.ADOPTER).get("/me/messages").text
    assert "A1-01-007" not in page
    assert "还没有消息" in page


def test_the_development_inbox_delivers_and_shows_the_code(client: FlaskClient) -> None:
    assert "还没有消息" in client.get("/dev/inbox").text
    client.post("/sign-in", data={"phone": "13800005678"})
    page = client.get("/dev/inbox").text
    assert 'class="code"' in page
    assert "13800005678" in page


def test_elsewhere_there_is_no_development_inbox(client: FlaskClient, app: Flask) -> None:
    client.post("/sign-in", data={"phone": "13800005678"})
    app.extensions["settings"] = replace(app.extensions["settings"], env="production")
    answer = client.get("/dev/inbox")
    assert answer.status_code == 404
    assert "13800005678" not in answer.text
