"""Who sends which type of outbox row: what is always sent has its address with it, a note finds it when it is sent."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import force_locale
from flask_babel import gettext as _

from cofu_adopt.core import clock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.outbox import Message, Send, TooOld
from cofu_adopt.notify.links import absolute
from cofu_adopt.notify.mail import Letter, post_letter
from cofu_adopt.notify.preferences import Reach, reach
from cofu_adopt.notify.push import ring
from cofu_adopt.notify.rules import Channel, Kind
from cofu_adopt.notify.sms import Sms, Template, post_sms
from cofu_adopt.notify.texts import note_sms_text, sms_text, text_of
from cofu_adopt.notify.unsubscribe import path_of


def send_sms(message: Message) -> None:
    """A sign-in code, or a note."""
    if "person_id" in message.payload:
        found = _reach(message, Channel.SMS)
        if found is not None:
            with force_locale(found.locale):
                title, text = note_sms_text(message.payload["template"], message.payload["params"])
            post_sms(Sms(message.id, found.address, text, Template.NOTE, (title,), _language(found.locale)))
        return
    if clock.now() > message.created_at + timedelta(minutes=message.payload["minutes"]):
        raise TooOld
    phone, _space, code = (message.secret or "").partition(" ")
    locale, minutes = message.payload["locale"], str(message.payload["minutes"])
    with force_locale(locale):
        text = sms_text(message.payload, code)
    post_sms(Sms(message.id, phone, text, Template.CODE, (code, minutes), _language(locale)))


def send_email(message: Message) -> None:
    """A receipt or the like, or a note."""
    if "person_id" in message.payload:
        found = _reach(message, Channel.EMAIL)
        if found is not None:
            post_letter(_note_letter(message, found))
        return
    with force_locale(message.payload["locale"]):
        text = text_of(message.payload["template"], message.payload["params"])
    link = f"\n\n{absolute(text.href)}" if text.href else ""
    post_letter(Letter(message.id, message.secret or "", text.title, text.body + link))


def send_push(message: Message) -> None:
    """A note's bell at each of the person's browsers."""
    found = _reach(message, Channel.PUSH)
    if found is not None:
        ring(message.id, int(found.address), message.payload["kind"])


def _note_letter(message: Message, found: Reach) -> Letter:
    kind = Kind(message.payload["kind"])
    stop = absolute(path_of(message.payload["person_id"], kind))
    with force_locale(found.locale):
        text = text_of(message.payload["template"], message.payload["params"])
        settings = absolute("/me/messages/settings")
        end = _("不想再收这类邮件，点一下：%(link)s", link=stop)
        change = _("改消息设置：%(link)s", link=settings)
    body = f"{text.body}\n\n{absolute(text.href or '/me/messages')}\n\n-- \n{end}\n{change}"
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return Letter(message.id, found.address, text.title, body, headers if stop.startswith("https://") else {})


def _language(locale: str) -> str:
    return "en" if locale == "en" else "zh"


def _reach(message: Message, channel: Channel) -> Reach | None:
    with unit_of_work(writes=False):
        return reach(message.payload["person_id"], Kind(message.payload["kind"]), channel)


SENDERS: dict[str, Send] = {"sms": send_sms, "email": send_email, "push": send_push}
"""Who sends which type of outbox row."""
