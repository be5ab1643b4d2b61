"""The port of web push: browsers that a person let ring, and the bell without any words.

A push carries no payload: the push service, a company abroad, learns that something happened and nothing more; what
it was is read in the product. Why: docs/decisions/0028-push-without-words.md.
"""

from __future__ import annotations

import http.client
from functools import cache
from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import current_app
from flask_babel import gettext as _
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode
from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cofu_adopt.core import clock
from cofu_adopt.core.crypto import blind_index
from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from cofu_adopt.core.errors import Invalid
from cofu_adopt.notify import dev_inbox
from cofu_adopt.notify.models import NotifyChannel, PushSubscription
from cofu_adopt.notify.preferences import turn_on
from cofu_adopt.notify.rules import Channel, Kind

SERVICES = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
    ".push.services.mozilla.com",
)
"""The push services of browsers: nobody may make the server call another address."""
LONGEST_ENDPOINT, MOST_BROWSERS = 1024, 10
PUSH_SECONDS, KEEP_SECONDS, TOKEN_SECONDS = 10, 24 * 3600, 12 * 3600
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
log = structlog.get_logger()


class PushFailed(Exception):
    """The push service did not take it: it is tried again."""


def public_key() -> str | None:
    """What a browser needs to subscribe; None where push is not set up."""
    key = current_app.extensions["settings"].push_key
    if not key:
        return None
    point = _vapid(key).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return str(b64urlencode(point))


def subscribe(person_id: int, endpoint: str) -> None:
    """Let this browser ring. One that another person used rings for her no more; the oldest beyond ten are forgotten.

    With her first one every kind rings, unless she chose some before: the one that she had may have been forgotten.
    Raises Invalid for what is no address of a push service.
    """
    if not is_of_a_service(endpoint):
        raise Invalid({"endpoint": _("只认得浏览器自己的推送服务。")})
    is_first = db.session.scalar(_subscriptions(person_id).limit(1)) is None
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    db.session.execute(
        insert(PushSubscription)
        .values(person_id=person_id, endpoint=endpoint, endpoint_index=_index(endpoint), created_at=clock.now())
        .on_conflict_do_update(index_elements=["endpoint_index"], set_={"person_id": person_id})
    )
    kept = select(PushSubscription.id).where(PushSubscription.person_id == person_id)
    kept = kept.order_by(PushSubscription.id.desc()).limit(MOST_BROWSERS)
    db.session.execute(
        delete(PushSubscription).where(
            PushSubscription.person_id == person_id, PushSubscription.id.not_in(kept.scalar_subquery())
        )
    )
    chosen = select(NotifyChannel.kind).where(
        NotifyChannel.person_id == person_id, NotifyChannel.channel == Channel.PUSH
    )
    if is_first and db.session.scalar(chosen.limit(1)) is None:
        turn_on(person_id, dict.fromkeys(Kind, (Channel.PUSH,)))


def unsubscribe_browser(person_id: int, endpoint: str) -> None:
    """Let this browser ring no more; with the last one, no push is made any more."""
    _forget(PushSubscription.person_id == person_id, PushSubscription.endpoint_index == _index(endpoint))
    if db.session.scalar(_subscriptions(person_id).limit(1)) is None:
        db.session.execute(
            delete(NotifyChannel).where(NotifyChannel.person_id == person_id, NotifyChannel.channel == Channel.PUSH)
        )


def ring(message_id: str, person_id: int, topic: str) -> None:
    """Ring at each of the person's browsers; one that is gone is forgotten.

    Raises PushFailed when none rang and one may ring later: the others would ring again with it. Ringing twice shows
    once: the push service and the browser replace an older bell of the same topic.
    """
    with unit_of_work(writes=False):
        browsers = [(row.id, row.endpoint) for row in db.session.execute(_subscriptions(person_id))]
    has_rung, may_ring = False, False
    for row_id, endpoint in browsers:
        try:
            status = _ring_at(message_id, endpoint, topic)
        except (OSError, http.client.HTTPException):
            status = HTTPStatus.SERVICE_UNAVAILABLE
        if status in GONE:
            with unit_of_work():
                _forget(PushSubscription.id == row_id)
        elif status < HTTPStatus.BAD_REQUEST:
            has_rung = True
        else:
            may_ring |= status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
            log.warning("push.refused", host=urlsplit(endpoint).hostname, status=int(status))
    if may_ring and not has_rung:
        raise PushFailed


def is_of_a_service(endpoint: str) -> bool:
    """True for an https address of a known push service."""
    try:
        parts = urlsplit(endpoint)
        plain = parts.port in {None, 443} and parts.username is None
    except ValueError:
        return False
    host = parts.hostname or ""
    known = any(host == name or (name.startswith(".") and host.endswith(name)) for name in SERVICES)
    fits = len(endpoint) <= LONGEST_ENDPOINT and endpoint.isascii() and endpoint.isprintable() and " " not in endpoint
    return parts.scheme == "https" and plain and known and fits


def _ring_at(message_id: str, endpoint: str, topic: str) -> int:
    settings = current_app.extensions["settings"]
    parts = urlsplit(endpoint)
    if not settings.vapid_private_key:
        dev_inbox.keep(message_id, "push", parts.hostname or "", topic)
        log.info("push.to_console", id=message_id)
        return HTTPStatus.CREATED
    origin = f"{parts.scheme}://{parts.netloc}"
    # Whole hours: the services ask for few different tokens.
    until = (int(clock.now().timestamp()) // 3600) * 3600 + TOKEN_SECONDS
    signed = _vapid(settings.push_key).sign({"aud": origin, "exp": until, "sub": f"mailto:{settings.mail_from}"})
    return post_push(endpoint, {**signed, "TTL": str(KEEP_SECONDS), "Topic": topic, "Urgency": "normal"})


def post_push(endpoint: str, headers: dict[str, str]) -> int:
    """Send an empty push; return the service's status. Redirects are not followed."""
    parts = urlsplit(endpoint)
    connection = http.client.HTTPSConnection(parts.hostname or "", timeout=PUSH_SECONDS)
    try:
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request("POST", path, body=b"", headers={**headers, "Content-Length": "0"})
        return connection.getresponse().status
    finally:
        connection.close()


@cache
def _vapid(key: str) -> Vapid02:
    return Vapid02.from_raw(key.encode())


def _subscriptions(person_id: int) -> Select[int, str]:
    return (
        select(PushSubscription.id, PushSubscription.endpoint)
        .where(PushSubscription.person_id == person_id)
        .order_by(PushSubscription.id)
    )


def _forget(*conditions: ColumnElement[bool]) -> None:
    db.session.execute(delete(PushSubscription).where(*conditions))


def _index(endpoint: str) -> str:
    return blind_index(endpoint, purpose="push")
