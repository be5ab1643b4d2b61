"""The port of SMS: by a provider that the settings name, or into the development inbox."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import structlog
from flask import current_app

from cofu_adopt.core.outbox import RefusedForGood
from cofu_adopt.notify import dev_inbox

log = structlog.get_logger()


class Template(StrEnum):
    """What an SMS may be: a provider of the mainland sends only texts that it has approved, with places to fill."""

    CODE = "code"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Sms:
    """A short text, and the same as its template with what fills its places. `id` is stable."""

    id: str
    phone: str
    text: str
    template: Template
    values: tuple[str, ...]
    language: str
    """zh or en."""


class Refused(Exception):
    """The provider refused. Only its code is kept: its words may repeat the number."""


class NoSuchPhone(Refused, RefusedForGood):
    """The provider will never send to this number, it says."""


def post_sms(sms: Sms) -> None:
    """Send it. Raises Refused, NoSuchPhone."""
    settings = current_app.extensions["settings"]
    if settings.sms_sender == "tencent":
        # Loaded where it is used: the provider's library is of no use elsewhere.
        from cofu_adopt.notify.sms_tencent import send  # noqa: PLC0415

        send(sms, settings)
        return
    dev_inbox.keep(sms.id, "sms", sms.phone, sms.text)
    log.info("sms.to_console", id=sms.id)
