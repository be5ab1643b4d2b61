"""What must hold of webhooks."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import String, cast, exists, select

from cofu_adopt.core.db import db
from cofu_adopt.core.due import DueRow
from cofu_adopt.core.registry import check
from cofu_adopt.webhooks.keep_event import SEND_WEBHOOK
from cofu_adopt.webhooks.models import DeliveryState, WebhookDelivery


@check("A webhook that waits has its due row")
def waiting_is_due() -> Iterator[str]:
    """Without one it would never be sent."""
    row = exists().where(DueRow.kind == SEND_WEBHOOK, DueRow.subject == cast(WebhookDelivery.id, String))
    query = select(WebhookDelivery.id).where(WebhookDelivery.state == DeliveryState.WAITING, ~row)
    for delivery_id in db.session.scalars(query.order_by(WebhookDelivery.id)):
        yield f"webhook delivery {delivery_id} waits and is not due"
