"""Old deliveries, the rest of deleted endpoints, and secrets that sign no more are forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, exists, select, update

from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.webhooks.models import DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookEvent

KEEP = timedelta(days=30)
"""How long one can look at a delivery and send it again."""
AT_ONCE = 1000


def forget_old() -> int:
    """In transactions of bounded size; return how many deliveries went."""
    with unit_of_work():
        db.session.execute(
            update(WebhookEndpoint)
            .where(WebhookEndpoint.old_secret_until <= clock.now())
            .values(old_secret=None, old_secret_until=None)
            .execution_options(synchronize_session=False)
        )
    forgotten = 0
    while gone := _delete_some(WebhookDelivery, _is_old()):
        forgotten += gone
    told = exists().where(WebhookDelivery.event_id == WebhookEvent.id)
    # Younger events may just be getting their deliveries.
    while _delete_some(WebhookEvent, ~told & (WebhookEvent.happened_at < clock.now() - timedelta(days=1))):
        pass
    called = exists().where(WebhookDelivery.endpoint_id == WebhookEndpoint.id)
    _delete_some(WebhookEndpoint, WebhookEndpoint.deleted_at.is_not(None) & ~called)
    return forgotten


def _is_old() -> Any:
    deleted = select(WebhookEndpoint.id).where(WebhookEndpoint.deleted_at.is_not(None))
    return WebhookDelivery.endpoint_id.in_(deleted) | (
        (WebhookDelivery.created_at < clock.now() - KEEP) & (WebhookDelivery.state != DeliveryState.WAITING)
    )


def _delete_some(table: Any, condition: Any) -> int:
    with unit_of_work():
        ids = select(table.id).where(condition).limit(AT_ONCE)
        gone = db.session.execute(delete(table).where(table.id.in_(ids)).execution_options(synchronize_session=False))
        return int(gone.rowcount)  # type: ignore[attr-defined]
