"""E-mail by SMTP: the server shows a certificate, and a password never travels in the clear."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import replace
from email.message import EmailMessage
from typing import Any, Self

import pytest
from flask import Flask

from cofu_adopt.notify.mail import InTheClear, Letter, post_letter

LETTER = Letter("1", "lin@example.com", "Hello", "A rope")
CHECKED, PLAIN = (ssl.CERT_REQUIRED, True), None


class Server:
    """A mail server: what was said to it, and with which check of its certificate."""

    def __init__(self) -> None:
        self.said: list[tuple[str, Any]] = []
        self.offers_tls = True

    def connect(self, *_args: Any, context: ssl.SSLContext | None = None, **_kwargs: Any) -> Server:
        """Take the place of smtplib.SMTP and SMTP_SSL."""
        self.said.append(("connect", check(context)))
        return self

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_args: object) -> None:
        """End."""

    def ehlo_or_helo_if_needed(self) -> None:
        """Say what is offered."""

    def has_extn(self, name: str) -> bool:
        """Tell whether TLS is offered."""
        return name == "starttls" and self.offers_tls

    def starttls(self, *, context: ssl.SSLContext) -> None:
        """Go on by TLS."""
        self.said.append(("starttls", check(context)))

    def login(self, user: str, password: str) -> None:
        """Hear the password."""
        self.said.append(("login", f"{user} {password}"))

    def send_message(self, mail: EmailMessage) -> None:
        """Take the mail."""
        self.said.append(("mail", mail["To"]))


def check(context: ssl.SSLContext | None) -> tuple[ssl.VerifyMode, bool] | None:
    return None if context is None else (context.verify_mode, context.check_hostname)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()
    monkeypatch.setattr(smtplib, "SMTP", made.connect)
    monkeypatch.setattr(smtplib, "SMTP_SSL", made.connect)
    return made


def post(app: Flask, url: str) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], smtp_url=url)
    post_letter(LETTER)


MAIL, LOGIN = ("mail", LETTER.to), ("login", "sea salt")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("smtps://sea:salt@mail.example:465", [("connect", CHECKED), LOGIN, MAIL]),
        ("smtp://sea:salt@mail.example:587", [("connect", PLAIN), ("starttls", CHECKED), LOGIN, MAIL]),
        ("smtp://mail.example", [("connect", PLAIN), ("starttls", CHECKED), MAIL]),
        ("smtp://sea:salt@127.0.0.1:2525", [("connect", PLAIN), LOGIN, MAIL]),
        ("smtp://sea:salt@localhost:2525", [("connect", PLAIN), LOGIN, MAIL]),
    ],
)
def test_the_way_is_by_tls_and_the_certificate_is_checked(
    plain_app: Flask, server: Server, url: str, said: list[tuple[str, Any]]
) -> None:
    post(plain_app, url)
    assert server.said == said


def test_no_password_goes_in_the_clear(plain_app: Flask, server: Server) -> None:
    server.offers_tls = False
    with pytest.raises(InTheClear, match="offers no TLS"):
        post(plain_app, "smtp://sea:salt@mail.example")
    assert server.said == [("connect", PLAIN)]
    post(plain_app, "smtp://mail.example")
    assert server.said[-1] == MAIL
