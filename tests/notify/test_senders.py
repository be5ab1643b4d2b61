"""The outbox's end: e-mail by SMTP once, or into the development inbox; an SMS in the language of the request."""

from __future__ import annotations

import smtplib
from dataclasses import replace
from email.message import EmailMessage
from typing import Any, Self

import pytest
from flask import Flask
from sqlalchemy import select

from cofu_adopt.core import clock, outbox
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.identity.codes import CODE_MINUTES, send_code
from cofu_adopt.notify import handlers
from cofu_adopt.notify.dev_inbox import DevMessageRow, list_kept
from cofu_adopt.notify.senders import SENDERS
from tests.notify.conftest import paid


def kept() -> list[DevMessageRow]:
    with unit_of_work(writes=False):
        return list_kept()


class Post:
    """A mail server that keeps what it is given, and refuses `failures` times."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.login_as: tuple[str, str] | None = None
        self.failures = 0
        self.failure: smtplib.SMTPException = smtplib.SMTPServerDisconnected("away")

    def __call__(self, *_args: Any, **_kwargs: Any) -> Post:
        """Connect."""
        return self

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_args: object) -> None:
        """End."""

    def login(self, user: str, password: str) -> None:
        """Keep who signs in."""
        self.login_as = (user, password)

    def send_message(self, mail: EmailMessage) -> None:
        """Keep the mail."""
        if self.failures:
            self.failures -= 1
            raise self.failure
        self.mails.append(mail)


@pytest.fixture
def post(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Post:
    server = Post()
    monkeypatch.setattr(smtplib, "SMTP", server)
    app.extensions["settings"] = replace(
        app.extensions["settings"], smtp_url="smtp://sea:s%40lt@127.0.0.1:2525", public_url="https://sea.example"
    )
    return server


def test_an_email_is_sent_once(person_id: int, post: Post) -> None:
    with unit_of_work():
        handlers.on_adoption_paid(paid(person_id))
    assert [outbox.deliver(SENDERS) for _ in range(2)] == [1, 0]
    [mail] = post.mails
    assert (mail["To"], mail["Subject"]) == ("lin@example.com", "A1-01-007 是您的了")
    assert "¥198.00" in mail.get_content()
    assert "https://sea.example/orders/ABC123" in mail.get_content()
    assert post.login_as == ("sea", "s@lt")
    assert kept() == []


def test_an_email_that_failed_comes_back_under_the_same_id(person_id: int, post: Post, still: FrozenClock) -> None:
    post.failures = 1
    with unit_of_work():
        handlers.on_adoption_paid(paid(person_id))
    assert [outbox.deliver(SENDERS) for _ in range(2)] == [1, 0]
    assert post.mails == []
    still.advance(minutes=1)
    assert outbox.deliver(SENDERS) == 1
    [mail] = post.mails
    assert mail["Message-ID"].startswith("<")


@pytest.mark.parametrize(
    ("failure", "kept"),
    [
        (smtplib.SMTPRecipientsRefused({"lin@example.com": (550, b"no lin@example.com")}), "NoSuchAddress: SMTP 550"),
        (smtplib.SMTPRecipientsRefused({"lin@example.com": (450, b"later, lin@example.com")}), "Refused: SMTP 450"),
        (smtplib.SMTPDataError(550, b"<lin@example.com> is not known here"), "Refused: SMTP 550"),
        (smtplib.SMTPSenderRefused(550, b"not to lin@example.com", "sea@example.com"), "Refused: SMTP 550"),
    ],
)
def test_a_refusal_does_not_write_the_address_down(
    person_id: int, post: Post, failure: smtplib.SMTPException, kept: str
) -> None:
    post.failures, post.failure = 1, failure
    with unit_of_work():
        handlers.on_adoption_paid(paid(person_id))
    outbox.deliver(SENDERS)
    with unit_of_work(writes=False):
        assert db.session.scalars(select(outbox.OutboxRow.last_error)).one() == kept


def test_an_email_speaks_the_language_of_the_order(person_id: int, post: Post) -> None:
    with unit_of_work():
        handlers.on_adoption_paid(paid(person_id, locale="en"))
    outbox.deliver(SENDERS)
    assert post.mails[0]["Subject"] == "A1-01-007 is yours"


def test_without_a_server_it_is_kept_for_the_development_inbox(person_id: int) -> None:
    with unit_of_work():
        handlers.on_adoption_paid(paid(person_id))
    assert [outbox.deliver(SENDERS) for _ in range(2)] == [1, 0]
    [message] = kept()
    assert (message.channel, message.recipient, message.code) == ("email", "lin@example.com", None)
    assert message.text.startswith("A1-01-007 是您的了\n")


@pytest.mark.parametrize(("language", "words"), [("zh_Hans", "【格子海】验证码 "), ("en", "[Grid Sea] Your code is ")])
def test_an_sms_speaks_the_language_in_which_it_was_asked_for(app: Flask, language: str, words: str) -> None:
    with app.test_request_context(f"/?lang={language}"), unit_of_work():
        send_code("13800005678")
    with app.test_request_context("/?lang=zh_Hans"):
        outbox.deliver(SENDERS)
    [message] = kept()
    assert (message.channel, message.recipient) == ("sms", "13800005678")
    assert message.code is not None
    assert message.text.startswith(f"{words}{message.code}")


def test_a_code_that_is_good_no_more_is_not_sent(app: Flask) -> None:
    with clock.frozen() as still:
        with unit_of_work():
            send_code("13800005678")
        still.advance(minutes=CODE_MINUTES, seconds=1)
        assert [outbox.deliver(SENDERS) for _ in range(2)] == [1, 0]
    assert kept() == []


def test_a_message_that_was_sent_keeps_no_code(app: Flask) -> None:
    with unit_of_work():
        send_code("13800005678")
    outbox.deliver(SENDERS)
    with unit_of_work(writes=False):
        row = db.session.scalars(select(outbox.OutboxRow)).one()
    assert (row.secret, row.sent_at is None) == (None, False)
