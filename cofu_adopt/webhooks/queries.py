"""Reads of endpoints and of what was sent to them. A secret never leaves here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.webhooks.models import DeliveryState, OffReason, WebhookDelivery, WebhookEndpoint, WebhookEvent

USUAL_ROWS = 50


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """An endpoint as operators see it. `old_secret_until`: until then two secrets sign."""

    id: int
    name: str
    url: str
    events: list[str]
    is_on: bool
    off_at: datetime | None
    off_reason: OffReason | None
    failing_since: datetime | None
    old_secret_until: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """An event at an endpoint. `public_id` is the webhook-id; `round` is above 1 when it was sent again."""

    id: int
    public_id: str
    type: str
    happened_at: datetime
    state: DeliveryState
    round: int
    tries: int
    next_try_at: datetime | None
    tried_at: datetime | None
    arrived_at: datetime | None
    status: int | None
    error: str | None
    answer: str | None
    duration_ms: int | None


def list_endpoints() -> list[EndpointRow]:
    """All endpoints, the oldest first; there are few."""
    query = select(WebhookEndpoint).where(WebhookEndpoint.deleted_at.is_(None)).order_by(WebhookEndpoint.id)
    return [_endpoint(row) for row in db.session.scalars(query)]


def get_endpoint(endpoint_id: int) -> EndpointRow:
    """One endpoint. Raises NotFound."""
    found = db.session.get(WebhookEndpoint, endpoint_id)
    if found is None or found.deleted_at is not None:
        raise NotFound
    return _endpoint(found)


def list_deliveries(
    endpoint_id: int, state: DeliveryState | None = None, *, before: int | None = None, limit: int = USUAL_ROWS
) -> list[DeliveryRow]:
    """What was kept for an endpoint, newest first. The caller has checked that there is one."""
    query = _deliveries().where(WebhookDelivery.endpoint_id == endpoint_id)
    if state is not None:
        query = query.where(WebhookDelivery.state == state)
    if before is not None:
        query = query.where(WebhookDelivery.id < before)
    return [_delivery(*row) for row in db.session.execute(query.order_by(WebhookDelivery.id.desc()).limit(limit))]


def get_delivery(endpoint_id: int, delivery_id: int) -> DeliveryRow:
    """One delivery of an endpoint. Raises NotFound."""
    query = _deliveries().where(WebhookDelivery.id == delivery_id, WebhookDelivery.endpoint_id == endpoint_id)
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound
    return _delivery(*found)


def count_states(endpoint_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """How many deliveries of each endpoint are in each state."""
    query = (
        select(WebhookDelivery.endpoint_id, WebhookDelivery.state, func.count())
        .where(WebhookDelivery.endpoint_id.in_(endpoint_ids))
        .group_by(WebhookDelivery.endpoint_id, WebhookDelivery.state)
    )
    found: dict[int, dict[str, int]] = {endpoint_id: {} for endpoint_id in endpoint_ids}
    for endpoint_id, state, count in db.session.execute(query):
        found[endpoint_id][str(state)] = count
    return found


def _deliveries() -> Select[WebhookDelivery, WebhookEvent]:
    return select(WebhookDelivery, WebhookEvent).join(WebhookEvent, WebhookEvent.id == WebhookDelivery.event_id)


def _endpoint(row: WebhookEndpoint) -> EndpointRow:
    overlaps = row.old_secret_until is not None and row.old_secret_until > clock.now()
    return EndpointRow(
        id=row.id,
        name=row.name,
        url=row.url,
        events=row.events,
        is_on=row.off_at is None,
        off_at=row.off_at,
        off_reason=None if row.off_reason is None else OffReason(row.off_reason),
        failing_since=row.failing_since,
        old_secret_until=row.old_secret_until if overlaps else None,
        created_at=row.created_at,
    )


def _delivery(row: WebhookDelivery, event: WebhookEvent) -> DeliveryRow:
    return DeliveryRow(
        id=row.id,
        public_id=event.public_id,
        type=event.type,
        happened_at=event.happened_at,
        state=DeliveryState(row.state),
        round=row.round,
        tries=row.tries,
        next_try_at=row.next_try_at,
        tried_at=row.tried_at,
        arrived_at=row.arrived_at,
        status=row.status,
        error=row.error,
        answer=row.answer,
        duration_ms=row.duration_ms,
    )
