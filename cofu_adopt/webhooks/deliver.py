"""Send one event to one endpoint: read; call, with no transaction open; keep what came of it.

The call is made at least once, always under the same webhook-id. What is public no more is not sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from secrets import SystemRandom

import structlog

from cofu_adopt.core import clock, crash, due
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import Due
from cofu_adopt.webhooks import rules
from cofu_adopt.webhooks.call import Answer, call
from cofu_adopt.webhooks.keep_event import SEND_WEBHOOK
from cofu_adopt.webhooks.kinds import TEST, body_of
from cofu_adopt.webhooks.models import OFF, DeliveryState, OffReason, WebhookDelivery, WebhookEndpoint, WebhookEvent
from cofu_adopt.webhooks.reach import reach
from cofu_adopt.webhooks.turn_off import turn_off

chance = SystemRandom().random
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a delivery stood when it was read: who comes with an older one has been overtaken."""

    delivery_id: int
    endpoint_id: int
    round: int
    tries: int


@dataclass(frozen=True, slots=True)
class _Call:
    """All that a call needs."""

    url: str
    public_id: str
    secrets: tuple[str, ...]
    body: bytes
    is_test: bool


@dataclass(frozen=True, slots=True)
class _NoCall:
    """It is not sent: for good in this state, or not before `again_at`."""

    state: DeliveryState
    again_at: datetime | None = None


def send_webhook(row: Due) -> None:
    """Send what a due row names; opens its own units of work, and may be repeated."""
    with unit_of_work(writes=False):
        place, step = _plan(int(row.subject))
    if place is None or step is None:
        return
    if isinstance(step, _NoCall):
        with unit_of_work("webhook.not_sent"):
            _settle(place, step)
        return
    timestamp = int(clock.now().timestamp())
    headers = rules.headers(step.secrets, step.public_id, timestamp, step.body)
    with crash.around("webhook.call"):
        answer = call(step.url, step.body, headers, reach())
    with unit_of_work("webhook.answered"):
        _note(place, answer, is_test=step.is_test)
    log.info("webhook.called", delivery=place.delivery_id, status=answer.status, error=answer.error)


def _plan(delivery_id: int) -> tuple[_Place | None, _Call | _NoCall | None]:
    delivery = db.session.get(WebhookDelivery, delivery_id)
    if delivery is None or delivery.state != DeliveryState.WAITING:
        return None, None
    endpoint = db.session.get_one(WebhookEndpoint, delivery.endpoint_id)
    event = db.session.get_one(WebhookEvent, delivery.event_id)
    place, is_test = _Place(delivery.id, endpoint.id, delivery.round, delivery.tries), event.type == TEST
    if endpoint.secret is None or (endpoint.off_at is not None and not is_test):
        return place, _NoCall(DeliveryState.FAILED)
    now = clock.now()
    if endpoint.rest_until is not None and endpoint.rest_until > now and not is_test:
        return place, _NoCall(DeliveryState.WAITING, endpoint.rest_until)
    body = body_of(event.type, event.facts, event.happened_at)
    if body is None:
        return place, _NoCall(DeliveryState.MOOT)
    old = endpoint.old_secret if endpoint.old_secret_until and endpoint.old_secret_until > now else None
    signing = (endpoint.secret,) if old is None else (endpoint.secret, old)
    return place, _Call(endpoint.url, event.public_id, signing, body, is_test)


def _settle(place: _Place, step: _NoCall) -> None:
    delivery = _find(place)
    if delivery is None:
        return
    delivery.state, delivery.next_try_at = step.state, step.again_at
    if step.state == DeliveryState.FAILED:
        delivery.error = OFF
    if step.again_at is not None:
        due.declare(SEND_WEBHOOK, delivery.id, step.again_at)


def _note(place: _Place, answer: Answer, *, is_test: bool) -> None:
    # The endpoint first, everywhere. Not FOR UPDATE: those who post must be able to refer to it.
    endpoint = db.session.get(WebhookEndpoint, place.endpoint_id, with_for_update={"key_share": True})
    delivery = _find(place)
    if endpoint is None or delivery is None:
        return
    now = clock.now()
    delivery.tries += 1
    delivery.tried_at, delivery.duration_ms = now, answer.duration_ms
    delivery.status, delivery.error, delivery.answer = answer.status, answer.error, answer.text
    delivery.next_try_at = None
    if not is_test:
        _let_rest(endpoint, answer, now)
    if answer.is_success:
        delivery.state, delivery.arrived_at = DeliveryState.ARRIVED, now
        endpoint.failing_since = None
        return
    pause = None if is_test else rules.pause_after(delivery.tries, chance())
    if not is_test:
        _blame(endpoint, answer, delivery.tries, now)
    if pause is None or endpoint.off_at is not None:
        delivery.state = DeliveryState.FAILED
        return
    delivery.next_try_at = max(now + pause, endpoint.rest_until or now)
    due.declare(SEND_WEBHOOK, delivery.id, delivery.next_try_at)


def _let_rest(endpoint: WebhookEndpoint, answer: Answer, now: datetime) -> None:
    rest = rules.asked_rest(answer.status, answer.retry_after)
    # One silence is nothing: it may only have been restarted.
    is_silent = answer.status is None and endpoint.failing_since is not None
    if is_silent or rules.is_slow(answer.duration_ms):
        rest = max(rest, rules.REST)
    if rest:
        # No answer cuts a rest short that another asked for.
        endpoint.rest_until = max(endpoint.rest_until or now, now + rest)


def _blame(endpoint: WebhookEndpoint, answer: Answer, tries: int, now: datetime) -> None:
    """What a failure means for the endpoint: it may be turned off."""
    endpoint.failing_since = endpoint.failing_since or now
    if answer.status == rules.GONE:
        turn_off(endpoint, OffReason.GONE)
    elif rules.is_given_up(endpoint.failing_since, tries, now):
        turn_off(endpoint, OffReason.FAILING)


def _find(place: _Place) -> WebhookDelivery | None:
    found = db.session.get(WebhookDelivery, place.delivery_id, with_for_update=True)
    is_same = found is not None and (found.round, found.tries) == (place.round, place.tries)
    return found if is_same and found is not None and found.state == DeliveryState.WAITING else None
