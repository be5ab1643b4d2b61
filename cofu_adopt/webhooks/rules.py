"""The convention of Standard Webhooks 1.0: how a call is signed and when it is tried again. Pure."""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

PREFIX = "whsec_"
SECRET_BYTES = 32
OVERLAP = timedelta(hours=24)
"""How long an old secret signs beside the new one."""
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""After each failure; three days in all. Source: the convention's example."""
MOST_TRIES = len(PAUSES) + 1
JITTER = 0.2
"""A pause is longer by up to this share, so that what failed together does not come back together."""
GIVE_UP_AFTER = timedelta(hours=72)
"""An endpoint at which nothing arrived for so long is turned off."""
REST = timedelta(minutes=1)
"""An endpoint that did not answer, or slowly, is left alone for so long: others do not wait for it."""
SLOW_MS = 5000
LONGEST_REST = timedelta(hours=1)
GONE = 410
TOO_MANY, UNAVAILABLE = 429, 503


def new_secret() -> str:
    """A signing secret as its receiver keeps it."""
    return PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature over id, timestamp and body."""
    key = b64decode(secret.removeprefix(PREFIX))
    digest = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, sha256).digest()
    return f"v1,{b64encode(digest).decode()}"


def headers(signing: Iterable[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of a call; each of the secrets signs."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(secret, message_id, timestamp, body) for secret in signing),
    }


def pause_after(tries: int, chance: float) -> timedelta | None:
    """How long to wait after so many failures; None when it was the last. `chance` is from 0 to 1."""
    return PAUSES[tries - 1] * (1 + JITTER * chance) if tries < MOST_TRIES else None


def asked_rest(status: int | None, retry_after: str | None) -> timedelta:
    """How long an endpoint asks to be left alone: for nothing, unless it is overloaded."""
    if status not in {TOO_MANY, UNAVAILABLE}:
        return timedelta()
    # Nine digits are enough: Python refuses to read thousands.
    asked = int(retry_after[:9]) if retry_after and retry_after.isascii() and retry_after.isdigit() else 0
    return min(max(timedelta(seconds=asked), REST), LONGEST_REST)


def is_slow(duration_ms: int) -> bool:
    """True when a call took so long that others had to wait for it."""
    return duration_ms > SLOW_MS


def is_given_up(failing_since: datetime | None, tries: int, now: datetime) -> bool:
    """True when nothing has arrived at an endpoint for so long that it is turned off.

    What has just failed must have been tried to the end itself: the first failure may be that of another, which was
    tried no more, and long mended.
    """
    return failing_since is not None and tries >= MOST_TRIES and now - failing_since >= GIVE_UP_AFTER
