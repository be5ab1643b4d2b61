"""The outside's end of the outbox: SMS and e-mail behind one function each.

The console senders of development send nothing: what they would have sent is read at /dev/inbox.
"""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.utils import make_msgid
from urllib.parse import unquote, urlsplit

import structlog
from flask import current_app
from flask_babel import force_locale

from cofu_adopt.core.outbox import Message, Send
from cofu_adopt.notify import dev_inbox
from cofu_adopt.notify.texts import sms_text, text_of

SMTP_SECONDS = 20
log = structlog.get_logger()


def send_sms(message: Message) -> None:
    """Send a sign-in code to the console: it is kept for /dev/inbox. No provider is built yet."""
    phone, _space, code = (message.secret or "").partition(" ")
    with force_locale(message.payload["locale"]):
        dev_inbox.keep(message.id, "sms", phone, sms_text(message.payload, code))
    log.info("sms.to_console", id=message.id, template=message.payload["template"])


def send_email(message: Message) -> None:
    """Send a message by SMTP_URL (smtp:// or smtps://user:password@host:port); without one, keep it for /dev/inbox."""
    settings = current_app.extensions["settings"]
    with force_locale(message.payload["locale"]):
        text = text_of(message.payload["template"], message.payload["params"])
    if not settings.smtp_url:
        dev_inbox.keep(message.id, "email", message.secret or "", f"{text.title}\n{text.body}")
        log.info("email.to_console", id=message.id, template=message.payload["template"])
        return
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = text.title, settings.mail_from, message.secret
    # The same message sent again after a crash carries the same id, by which mail programs drop the second.
    mail["Message-ID"] = f"<{message.id}@{make_msgid().rpartition('@')[2]}"
    link = f"\n\n{settings.public_url}{text.href}" if settings.public_url and text.href else ""
    mail.set_content(text.body + link)
    url = urlsplit(settings.smtp_url)
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    with kind(url.hostname or "localhost", url.port or 0, timeout=SMTP_SECONDS) as server:
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(mail)


SENDERS: dict[str, Send] = {"sms": send_sms, "email": send_email}
"""Who sends which type of outbox row."""
