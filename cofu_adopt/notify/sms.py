"""The port of SMS. A provider's adapter takes post_sms's place; the console's keeps it for /dev/inbox."""

from __future__ import annotations

import structlog

from cofu_adopt.notify import dev_inbox

log = structlog.get_logger()


def post_sms(message_id: str, phone: str, text: str) -> None:
    """Send a short text. `message_id` is stable: give it to a provider as its idempotency key."""
    dev_inbox.keep(message_id, "sms", phone, text)
    log.info("sms.to_console", id=message_id)
