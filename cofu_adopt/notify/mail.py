"""The port of e-mail: by SMTP_URL, or into the development inbox."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid
from urllib.parse import unquote, urlsplit

import structlog
from flask import current_app

from cofu_adopt.notify import dev_inbox

SMTP_SECONDS = 20
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail. `id` is stable: the same one sent again after a crash is dropped by mail programs."""

    id: str
    to: str
    subject: str
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


def post_letter(letter: Letter) -> None:
    """Send it by SMTP_URL (smtp:// or smtps://user:password@host:port); without one, keep it for /dev/inbox."""
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
    url = urlsplit(settings.smtp_url)
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    with kind(url.hostname or "localhost", url.port or 0, timeout=SMTP_SECONDS) as server:
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(mail)
