"""Signed links that work without signing in: each is good for one thing, one person, and a while."""

from __future__ import annotations

from typing import Any

from flask import current_app
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from cofu_adopt.core import clock
from cofu_adopt.notify.errors import LinkExpired, LinkForged

UNSUBSCRIBE, CONFIRM = "unsubscribe", "confirm-email"
LONGEST_SECONDS = {UNSUBSCRIBE: 400 * 24 * 3600, CONFIRM: 2 * 24 * 3600}


class _Signer(TimestampSigner):
    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())


def sign(purpose: str, content: list[Any]) -> str:
    """A token for an address."""
    return str(_serializer(purpose).dumps(content))


def read(purpose: str, token: str) -> list[Any]:
    """What was signed. Raises LinkForged, or LinkExpired when it is too old."""
    try:
        content: list[Any] = _serializer(purpose).loads(token, max_age=LONGEST_SECONDS[purpose])
    except SignatureExpired as error:
        raise LinkExpired from error
    except BadSignature as error:
        raise LinkForged from error
    return content


def absolute(path: str) -> str:
    """The path as an address of the product, for what is read elsewhere; only the path where none is set."""
    return f"{current_app.extensions['settings'].public_url}{path}"


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    secret = current_app.extensions["settings"].secret_key
    return URLSafeTimedSerializer(secret, salt=f"notify.{purpose}", signer=_Signer)
