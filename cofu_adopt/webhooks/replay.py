"""Send again: one delivery, or all that failed since a day, each under the id that it had."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import func, select

from cofu_adopt.core import audit, clock, due
from cofu_adopt.core.db import db
from cofu_adopt.core.due import Due
from cofu_adopt.core.errors import NotFound
from cofu_adopt.webhooks.endpoints import SUBJECT, lock_endpoint
from cofu_adopt.webhooks.errors import WebhookIsOff
from cofu_adopt.webhooks.keep_event import SEND_WEBHOOK
from cofu_adopt.webhooks.models import DeliveryState, WebhookDelivery

REPLAY_WEBHOOKS = "webhook_replay"
PIECE = 200


def replay_delivery(endpoint_id: int, delivery_id: int) -> None:
    """Send a delivery again, whatever became of it; one that waits for its next try is tried now.

    Raises NotFound, WebhookIsOff.
    """
    _must_be_on(endpoint_id)
    delivery = db.session.get(WebhookDelivery, delivery_id, with_for_update=True)
    if delivery is None or delivery.endpoint_id != endpoint_id:
        raise NotFound
    audit.record("webhook.replay", SUBJECT, endpoint_id, after={"delivery": delivery_id})
    # One that is due already is with a worker, or will be in a moment.
    is_under_way = delivery.state == DeliveryState.WAITING and (delivery.next_try_at or clock.now()) <= clock.now()
    if not is_under_way:
        _again(delivery)


def replay_failed(endpoint_id: int, since: date) -> int:
    """Send again all that failed of what was kept from this day on; return how many.

    They are cut into due rows of bounded size, so that it goes on where it stopped. Raises NotFound, WebhookIsOff.
    """
    _must_be_on(endpoint_id)
    begins_at = datetime.combine(since, time(), tzinfo=clock.SHANGHAI)
    first, last, count = db.session.execute(
        select(func.min(WebhookDelivery.id), func.max(WebhookDelivery.id), func.count()).where(
            WebhookDelivery.endpoint_id == endpoint_id,
            WebhookDelivery.state == DeliveryState.FAILED,
            WebhookDelivery.created_at >= begins_at,
        )
    ).one()
    audit.record("webhook.replay_failed", SUBJECT, endpoint_id, after={"since": since.isoformat(), "rows": count})
    if count:
        due.declare(REPLAY_WEBHOOKS, f"{endpoint_id}:{first}:{last}", clock.now())
    return int(count)


def replay_piece(row: Due) -> None:
    """Let the next few wait again, and declare the rest."""
    endpoint_id, first, last = map(int, row.subject.split(":"))
    query = (
        select(WebhookDelivery)
        .where(
            WebhookDelivery.endpoint_id == endpoint_id,
            WebhookDelivery.state == DeliveryState.FAILED,
            WebhookDelivery.id.between(first, last),
        )
        .order_by(WebhookDelivery.id)
        .limit(PIECE)
        .with_for_update()
    )
    deliveries = list(db.session.scalars(query))
    for delivery in deliveries:
        _again(delivery)
    if len(deliveries) == PIECE:
        due.declare(REPLAY_WEBHOOKS, f"{endpoint_id}:{deliveries[-1].id + 1}:{last}", clock.now())


def _again(delivery: WebhookDelivery) -> None:
    now = clock.now()
    delivery.state, delivery.next_try_at = DeliveryState.WAITING, now
    delivery.round, delivery.tries = delivery.round + 1, 0
    db.session.flush()
    due.declare(SEND_WEBHOOK, delivery.id, now)


def _must_be_on(endpoint_id: int) -> None:
    if lock_endpoint(endpoint_id).off_at is not None:
        raise WebhookIsOff
