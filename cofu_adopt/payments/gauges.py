"""What /metrics asks of payments."""

from __future__ import annotations

from sqlalchemy import func, select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.core.registry import gauge
from cofu_adopt.payments.models import GatewayEvent
from cofu_adopt.payments.troubles import count_lacking_pages


@gauge("cofu_inbox_waiting", "Gateway events that are stored and not done.")
def inbox_waiting() -> int:
    """All that is not done."""
    return db.session.scalar(select(func.count()).where(GatewayEvent.done_at.is_(None))) or 0


@gauge("cofu_inbox_oldest_seconds", "Age of the oldest gateway event that is not done.")
def inbox_oldest_seconds() -> float:
    """0 when all are done."""
    oldest = db.session.scalar(select(func.min(GatewayEvent.received_at)).where(GatewayEvent.done_at.is_(None)))
    return max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0


@gauge("cofu_pages_lacking_wallets", "Gateway pages of the last day that did not offer all ways to pay.")
def pages_lacking_wallets() -> int:
    """0 when the gateway offers what the settings want."""
    return count_lacking_pages()
