"""Endpoints and what is sent to them, in one line each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from cofu_adopt import schedule
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.webhooks import endpoints, queries, replay
from cofu_adopt.webhooks.endpoints import Registered
from cofu_adopt.webhooks.kinds import KINDS
from cofu_adopt.webhooks.models import WebhookEvent
from cofu_adopt.webhooks.queries import DeliveryRow, EndpointRow
from tests.growth.diary import Diary
from tests.webhooks.receiver import Receiver


@dataclass
class Hooks:
    """A diary, and a receiver that wants to be told."""

    diary: Diary
    receiver: Receiver

    def register(self, *events: str, url: str = "") -> Registered:
        """An endpoint at the receiver; for all events unless some are named."""
        with unit_of_work():
            return endpoints.register_endpoint("receiver", url or self.receiver.url, events or tuple(KINDS))

    def act(self, name: str, *arguments: Any, **named: Any) -> Any:
        """One act on an endpoint."""
        with unit_of_work():
            return getattr(endpoints, name)(*arguments, **named)

    def replay(self, endpoint_id: int, delivery_id: int) -> None:
        """Send one again."""
        with unit_of_work():
            replay.replay_delivery(endpoint_id, delivery_id)

    def send(self, **units: float) -> int:
        """Move the clock, and make the calls that are due then; return how many rows were claimed."""
        if units:
            self.diary.season.clock.advance(**units)
        return schedule.call_strangers()

    def states(self, endpoint_id: int) -> list[tuple[str, str]]:
        """Type and state of what was kept for an endpoint, oldest first."""
        return [(row.type, str(row.state)) for row in reversed(self.deliveries(endpoint_id))]

    def deliveries(self, endpoint_id: int) -> list[DeliveryRow]:
        """What was kept for an endpoint, newest first."""
        with unit_of_work(writes=False):
            return queries.list_deliveries(endpoint_id)

    def last(self, endpoint_id: int) -> DeliveryRow:
        """The newest of them."""
        return self.deliveries(endpoint_id)[0]

    def row(self, endpoint_id: int) -> EndpointRow:
        """The endpoint as it stands."""
        with unit_of_work(writes=False):
            return queries.get_endpoint(endpoint_id)

    def event_count(self) -> int:
        """How many events were kept."""
        with unit_of_work(writes=False):
            return len(db.session.scalars(select(WebhookEvent.id)).all())


def allow_loopback(app: Any) -> None:
    """Let webhooks call this machine."""
    app.extensions["settings"] = replace(app.extensions["settings"], webhook_loopback=True)
