"""The port of e-mail: by SMTP_URL, or into the development inbox."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

import structlog
from flask import current_app

from cofu_adopt.core.outbox import RefusedForGood
from cofu_adopt.notify import dev_inbox

SMTP_SECONDS = 20
PERMANENT = 500
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail. `id` is stable: the same one sent again after a crash is dropped by mail programs."""

    id: str
    to: str
    subject: str
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


class InTheClear(Exception):
    """SMTP_URL has a password, and the server offers no TLS."""

    def __init__(self) -> None:
        super().__init__("SMTP_URL: the server offers no TLS, and a password is not sent in the clear; use smtps://")


class Refused(Exception):
    """The server refused. Only its codes are kept: its words repeat the address, which lies nowhere in clear text."""

    def __init__(self, *codes: int) -> None:
        super().__init__("SMTP " + ", ".join(str(code) for code in codes))


class NoSuchAddress(Refused, RefusedForGood):
    """The server will never take mail to this address, it says (RFC 5321, 4.2.1: 5yz)."""


def post_letter(letter: Letter) -> None:
    """Send it by SMTP_URL (smtp:// or smtps://user:password@host:port); without one, keep it for /dev/inbox.

    With smtp:// too it goes by TLS when the server offers it. Raises InTheClear, Refused, NoSuchAddress, and
    what else smtplib does.
    """
    settings = current_app.extensions["settings"]
    if not settings.smtp_url:
        dev_inbox.keep(letter.id, "email", letter.to, f"{letter.subject}\n{letter.body}")
        log.info("email.to_console", id=letter.id)
        return
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = letter.subject, settings.mail_from, letter.to
    mail["Message-ID"] = f"<{letter.id}@{make_msgid().rpartition('@')[2]}"
    for name, value in letter.headers.items():
        mail[name] = value
    mail.set_content(letter.body)
    try:
        _send(urlsplit(settings.smtp_url), mail)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _words in error.recipients.values()]
        raise (NoSuchAddress if min(codes) >= PERMANENT else Refused)(*codes) from None
    except smtplib.SMTPResponseException as error:
        raise Refused(error.smtp_code) from None


def _send(url: SplitResult, mail: EmailMessage) -> None:
    host, port = url.hostname or "localhost", url.port or 0
    tls = ssl.create_default_context()
    is_smtps = url.scheme == "smtps"
    with (
        smtplib.SMTP_SSL(host, port, timeout=SMTP_SECONDS, context=tls)
        if is_smtps
        else smtplib.SMTP(host, port, timeout=SMTP_SECONDS)
    ) as server:
        if not is_smtps and not _is_this_machine(host):
            _start_tls(server, tls, has_password=bool(url.username))
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(mail)


def _start_tls(server: smtplib.SMTP, tls: ssl.SSLContext, *, has_password: bool) -> None:
    server.ehlo_or_helo_if_needed()
    if server.has_extn("starttls"):
        server.starttls(context=tls)
    elif has_password:
        raise InTheClear


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
