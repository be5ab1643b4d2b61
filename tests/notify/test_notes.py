"""A note finds its address when it is sent: what was chosen in between counts, and nobody is woken."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from cofu_adopt.core import clock, outbox
from cofu_adopt.core.clock import SHANGHAI, FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.outbox import OutboxRow
from cofu_adopt.identity.models import Person
from cofu_adopt.notify.dev_inbox import list_kept
from cofu_adopt.notify.fan_out import Note, tell_by_preference
from cofu_adopt.notify.models import Message, NotifyPreference
from cofu_adopt.notify.preferences import change_preferences, preferences_of
from cofu_adopt.notify.rules import Cadence, Channel, Kind
from cofu_adopt.notify.senders import SENDERS
from tests.notify.test_senders import Post, post

__all__ = ["post"]
PARAMS: dict[str, str | int] = {
    "rope": "A1-01-007",
    "code": "ABC123",
    "ropes": 1,
    "household": "",
    "day": "2026-11-24",
    "photos": 0,
}
NOTE = Note(Kind.UPDATE, "update", "update:1", PARAMS)
MILESTONE = Note(Kind.MILESTONE, "first_photo", "update:2", PARAMS)


@pytest.fixture
def reader(person_id: int) -> int:
    """She gave an address and a phone, and wants updates by e-mail and milestones by SMS."""
    with unit_of_work():
        wanted = {Kind.UPDATE: [Channel.EMAIL], Kind.MILESTONE: [Channel.SMS]}
        change_preferences(person_id, channels=wanted, locale="en")
        row = db.session.get_one(NotifyPreference, person_id)
        row.email, row.email_confirmed_at = "lin@example.com", clock.now()
        db.session.get_one(Person, person_id).phone = "13800005678"
    return person_id


def tell(person_id: int, note: Note = NOTE) -> None:
    with unit_of_work():
        tell_by_preference(person_id, note)


def stored() -> list[OutboxRow]:
    with unit_of_work(writes=False):
        return list(db.session.scalars(select(OutboxRow)))


def test_an_email_carries_the_way_out(reader: int, post: Post, client: FlaskClient) -> None:
    tell(reader)
    tell(reader)
    assert outbox.deliver(SENDERS) == 1
    [mail] = post.mails
    assert (mail["To"], mail["Subject"]) == ("lin@example.com", "A1-01-007: a new entry")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://sea.example/unsubscribe/")
    assert link in mail.get_content()
    # RFC 8058: the mail program posts this, with no session.
    answer = client.post(urlsplit(link).path, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
    with unit_of_work(writes=False):
        assert preferences_of(reader).channels[Kind.UPDATE] == set()
        assert preferences_of(reader).channels[Kind.MILESTONE] == {Channel.SMS}


def test_no_address_lies_in_the_outbox(reader: int) -> None:
    tell(reader)
    [row] = stored()
    assert (row.secret, "example" in str(row.payload)) == (None, False)


def test_an_sms_goes_to_her_phone(reader: int) -> None:
    tell(reader, MILESTONE)
    outbox.deliver(SENDERS)
    with unit_of_work(writes=False):
        [message] = list_kept()
    assert (message.channel, message.recipient) == ("sms", "13800005678")
    assert message.text == "[Grid Sea] A1-01-007: the first photo is here."


@pytest.mark.parametrize("change", ["channel", "cadence", "address"])
def test_what_she_no_longer_wants_is_not_sent(reader: int, post: Post, change: str) -> None:
    tell(reader)
    with unit_of_work():
        if change == "channel":
            change_preferences(reader, channels={Kind.UPDATE: []})
        elif change == "cadence":
            change_preferences(reader, cadence=Cadence.NOTHING)
        else:
            db.session.execute(update(NotifyPreference).values(email=None, email_confirmed_at=None))
    assert [outbox.deliver(SENDERS) for _ in range(2)] == [1, 0]
    assert post.mails == []


def test_who_wants_nothing_is_told_nothing(reader: int) -> None:
    with unit_of_work():
        change_preferences(reader, cadence=Cadence.NOTHING)
    tell(reader)
    tell(reader, MILESTONE)
    with unit_of_work(writes=False):
        assert db.session.scalars(select(Message)).all() == []
    assert stored() == []


def test_what_came_too_late_in_the_evening_waits_until_the_morning(reader: int, post: Post, still: FrozenClock) -> None:
    tell(reader)
    still.at = datetime(2026, 11, 24, 23, tzinfo=SHANGHAI)
    assert [outbox.deliver(SENDERS) for _ in range(2)] == [1, 0]
    [row] = stored()
    assert (row.next_try_at, row.tries) == (datetime(2026, 11, 25, 7, 30, tzinfo=SHANGHAI), 0)
    # It is no message that a clock running ahead has put off.
    assert outbox.recall() == 0
    still.at = row.next_try_at
    outbox.deliver(SENDERS)
    assert len(post.mails) == 1


def test_what_a_clock_running_ahead_put_off_comes_back(reader: int, still: FrozenClock) -> None:
    tell(reader)
    with unit_of_work():
        db.session.execute(update(OutboxRow).values(next_try_at=datetime(2027, 11, 24, tzinfo=SHANGHAI)))
    assert outbox.recall() == 1


def test_a_slow_outside_does_not_outlive_the_claim(reader: int, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(reader)
    tell(reader, MILESTONE)
    real, slept = clock.stopwatch, [0.0]
    monkeypatch.setattr(clock, "stopwatch", lambda: real() + slept[0])

    def send_slowly(_message: outbox.Message) -> None:
        slept[0] += outbox.CLAIM_SECONDS

    outbox.deliver(dict.fromkeys(SENDERS, send_slowly))
    assert sorted(row.sent_at is None for row in stored()) == [False, True]
