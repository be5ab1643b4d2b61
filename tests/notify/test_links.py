"""Links in e-mails: they work without signing in, for a while, and only as we made them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cofu_adopt.core import outbox
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import TooMany
from cofu_adopt.notify import links
from cofu_adopt.notify.confirm_email import ask_to_confirm
from cofu_adopt.notify.dev_inbox import list_kept
from cofu_adopt.notify.errors import LinkExpired, LinkForged
from cofu_adopt.notify.models import NotifyPreference
from cofu_adopt.notify.preferences import Preferences, preferences_of, turn_off, turn_on
from cofu_adopt.notify.rules import OFFERED, Channel, Kind
from cofu_adopt.notify.senders import SENDERS
from cofu_adopt.notify.unsubscribe import path_of
from tests.people import Who, make_person


def chosen(person_id: int) -> Preferences:
    with unit_of_work(writes=False):
        return preferences_of(person_id)


@pytest.fixture
def subscriber(person_id: int) -> int:
    """She gets all by e-mail."""
    with unit_of_work():
        turn_on(person_id, dict.fromkeys(Kind, (Channel.EMAIL,)))
    return person_id


def test_opening_the_link_changes_nothing_and_its_button_stops_the_kind(client: FlaskClient, subscriber: int) -> None:
    path = path_of(subscriber, Kind.DIGEST)
    page = client.get(path).text
    assert "收据和退款的消息总会发" in page
    assert Channel.EMAIL in chosen(subscriber).channels[Kind.DIGEST]
    for _ in range(2):
        assert "不再发了" in client.post(path).text
    left = chosen(subscriber).channels
    assert [kind for kind in Kind if Channel.EMAIL in left[kind]] == [kind for kind in Kind if kind is not Kind.DIGEST]
    client.post(path, data={"everything": "1"})
    assert not any(chosen(subscriber).channels[kind] for kind in OFFERED)


def test_a_forged_link_stops_nothing(client: FlaskClient, subscriber: int) -> None:
    other = make_person(Who.ADOPTER)
    token = path_of(other, Kind.UPDATE).rpartition("/")[2]
    forged = links.sign(links.CONFIRM, [subscriber, "update"])
    for wrong in ("x", token[:-2] + "xx", forged, token.replace(".", "", 1)):
        for answer in (client.get(f"/unsubscribe/{wrong}"), client.post(f"/unsubscribe/{wrong}")):
            assert answer.status_code == 404
    assert Channel.EMAIL in chosen(subscriber).channels[Kind.UPDATE]


def test_an_old_link_says_that_it_has_expired(client: FlaskClient, subscriber: int, still: FrozenClock) -> None:
    path = path_of(subscriber, Kind.UPDATE)
    still.advance(days=399)
    assert client.get(path).status_code == 200
    still.advance(days=2)
    answer = client.post(path)
    assert (answer.status_code, "过期" in answer.text) == (410, True)
    assert Channel.EMAIL in chosen(subscriber).channels[Kind.UPDATE]


def confirm_link() -> str:
    outbox.deliver(SENDERS)
    with unit_of_work(writes=False):
        found = re.search(r"/confirm-email/\S+", list_kept()[0].text)
    assert found is not None
    return found[0]


def test_an_address_counts_once_its_owner_has_said_so(client: FlaskClient, person_id: int) -> None:
    with unit_of_work():
        ask_to_confirm(person_id, "lin@example.com")
    link = confirm_link()
    assert "example" not in link
    client.get(link)
    assert (chosen(person_id).email, chosen(person_id).pending_email) == (None, "lin@example.com")
    for _ in range(2):
        assert client.post(link).status_code == 200
    assert (chosen(person_id).email, chosen(person_id).pending_email) == ("lin@example.com", None)
    assert all(Channel.EMAIL in chosen(person_id).channels[kind] for kind in Kind)
    with unit_of_work(writes=False):
        assert db.session.get_one(NotifyPreference, person_id).email_confirmed_at is not None


def test_another_address_brings_nothing_back_that_was_unticked(client: FlaskClient, person_id: int) -> None:
    for address in ("old@example.com", "new@example.com"):
        with unit_of_work():
            ask_to_confirm(person_id, address)
        client.post(confirm_link())
        with unit_of_work():
            if address == "old@example.com":
                turn_off(person_id, [Kind.UPDATE], [Channel.EMAIL])
    found = chosen(person_id)
    assert found.email == "new@example.com"
    assert [kind for kind in Kind if Channel.EMAIL not in found.channels[kind]] == [Kind.UPDATE]


def test_the_link_of_an_address_that_was_replaced_confirms_nothing(client: FlaskClient, person_id: int) -> None:
    with unit_of_work():
        ask_to_confirm(person_id, "old@example.com")
    link = confirm_link()
    with unit_of_work():
        ask_to_confirm(person_id, "new@example.com")
    assert client.post(link).status_code == 404
    assert chosen(person_id).email is None


def test_nobody_is_flooded_with_confirmations(app: Flask, person_id: int) -> None:
    with unit_of_work():
        for _ in range(5):
            ask_to_confirm(person_id, "lin@example.com")
        with pytest.raises(TooMany):
            ask_to_confirm(person_id, "lin@example.com")
        with pytest.raises(TooMany):
            ask_to_confirm(make_stranger(), "LIN@example.com")


def make_stranger() -> int:
    return 10**9


def test_each_purpose_has_links_of_its_own(app: Flask, still: FrozenClock) -> None:
    token = links.sign(links.CONFIRM, [1, "x"])
    assert links.read(links.CONFIRM, token) == [1, "x"]
    with pytest.raises(LinkForged):
        links.read(links.UNSUBSCRIBE, token)
    still.advance(days=2, seconds=1)
    with pytest.raises(LinkExpired):
        links.read(links.CONFIRM, token)
