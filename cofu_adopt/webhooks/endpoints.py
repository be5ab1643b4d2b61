"""An operator's acts on an endpoint: register, change, turn off and on, renew its secret, try it, delete."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from cofu_adopt.core import audit, clock
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.core.showable import is_showable, unshowable
from cofu_adopt.webhooks import rules
from cofu_adopt.webhooks.addresses import NotAllowed, check_address, read_url
from cofu_adopt.webhooks.errors import TooManyWebhooks
from cofu_adopt.webhooks.keep_event import keep_for
from cofu_adopt.webhooks.kinds import KINDS, TEST
from cofu_adopt.webhooks.models import OffReason, WebhookEndpoint
from cofu_adopt.webhooks.reach import reach
from cofu_adopt.webhooks.turn_off import turn_off

LONGEST_NAME = 60
MOST_ENDPOINTS = 20
"""Each is a row for each event, written by whoever posts."""
SUBJECT = "webhook_endpoint"


@dataclass(frozen=True, slots=True)
class Registered:
    """A new endpoint, or one with a new secret: the only moment at which the secret is shown."""

    id: int
    secret: str


def register_endpoint(name: str, url: str, events: Collection[str]) -> Registered:
    """Register an endpoint; it is called from now on. Raises Invalid, TooManyWebhooks."""
    values = _load({"name": name, "url": url, "events": events})
    if _count() >= MOST_ENDPOINTS:
        raise TooManyWebhooks
    secret = rules.new_secret()
    endpoint = WebhookEndpoint(**values, secret=secret, created_at=clock.now())
    db.session.add(endpoint)
    db.session.flush()
    audit.record("webhook.register", SUBJECT, endpoint.id, after=values)
    return Registered(endpoint.id, secret)


def change_endpoint(endpoint_id: int, wanted: Mapping[str, Any]) -> None:
    """Change name, url, events; what is not in `wanted` stays. Raises NotFound, Invalid."""
    endpoint, values = lock_endpoint(endpoint_id), _load(wanted)
    before = {name: getattr(endpoint, name) for name in values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(endpoint, name, value)
    if "url" in changed:
        endpoint.failing_since, endpoint.rest_until = None, None
    db.session.flush()
    audit.record("webhook.change", SUBJECT, endpoint_id, before={name: before[name] for name in changed}, after=changed)


def switch_endpoint(endpoint_id: int, *, on: bool) -> None:
    """Turn an endpoint on or off; twice is once. Raises NotFound."""
    endpoint = lock_endpoint(endpoint_id)
    if not on:
        turn_off(endpoint, OffReason.BY_HAND)
        return
    if endpoint.off_at is None:
        return
    before = {"off_reason": str(endpoint.off_reason)}
    endpoint.off_at, endpoint.off_reason = None, None
    endpoint.failing_since, endpoint.rest_until = None, None
    audit.record("webhook.on", SUBJECT, endpoint_id, before=before)


def rotate_secret(endpoint_id: int) -> Registered:
    """Give it a new secret; for OVERLAP the present one signs beside it. Raises NotFound."""
    endpoint = lock_endpoint(endpoint_id)
    secret = rules.new_secret()
    endpoint.old_secret, endpoint.old_secret_until = endpoint.secret, clock.now() + rules.OVERLAP
    endpoint.secret = secret
    audit.record("webhook.rotate", SUBJECT, endpoint_id)
    return Registered(endpoint_id, secret)


def try_endpoint(endpoint_id: int) -> int:
    """Send it something harmless, once, also when it is off; return the delivery's id. Raises NotFound."""
    lock_endpoint(endpoint_id)
    audit.record("webhook.test", SUBJECT, endpoint_id)
    return keep_for([endpoint_id], TEST, {})[0]


def delete_endpoint(endpoint_id: int) -> None:
    """Delete an endpoint and its secrets; what waits for it is sent no more. Raises NotFound."""
    endpoint = lock_endpoint(endpoint_id)
    endpoint.deleted_at, endpoint.secret, endpoint.old_secret = clock.now(), None, None
    audit.record("webhook.delete", SUBJECT, endpoint_id, before={"name": endpoint.name, "url": endpoint.url})


def lock_endpoint(endpoint_id: int) -> WebhookEndpoint:
    """The endpoint, let nobody else change it until the open unit of work ends. Raises NotFound."""
    # Not FOR UPDATE: those who post must be able to refer to it.
    endpoint = db.session.get(WebhookEndpoint, endpoint_id, with_for_update={"key_share": True}, populate_existing=True)
    if endpoint is None or endpoint.deleted_at is not None:
        raise NotFound
    return endpoint


def _count() -> int:
    query = select(func.count()).select_from(WebhookEndpoint).where(WebhookEndpoint.deleted_at.is_(None))
    return db.session.scalar(query) or 0


def _load(wanted: Mapping[str, Any]) -> dict[str, Any]:
    values, faults = dict(wanted), {}
    if "name" in values:
        values["name"] = " ".join(values["name"].split())
        if not 1 <= len(values["name"]) <= LONGEST_NAME:
            faults["name"] = _("1 到 %(count)s 个字。", count=LONGEST_NAME)
        elif not is_showable(values["name"]):
            faults["name"] = unshowable()
    if "url" in values:
        values["url"] = values["url"].strip()
        try:
            _check_url(values["url"])
        except Invalid as error:
            faults |= error.fields
    if "events" in values:
        given = set(values["events"])
        values["events"] = [kind for kind in KINDS if kind in given]
        if not given or given - set(KINDS):
            faults["events"] = _("至少选一项。")
    if faults:
        raise Invalid(faults)
    return values


def _check_url(url: str) -> None:
    # A name is looked up at each call and not here; an address that is written out can be refused at once.
    allowed = reach()
    host = read_url(url, plain=allowed.plain).host
    try:
        ip_address(host)
    except ValueError:
        return
    try:
        check_address(host, host, loopback=allowed.loopback)
    except NotAllowed as error:
        raise Invalid({"url": _("这是内网的地址，不能推送到那里。")}) from error
