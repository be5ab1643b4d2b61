"""What /metrics asks of payments."""

from __future__ import annotations

import math

from sqlalchemy import func, select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.core.registry import gauge
from cofu_adopt.payments.catch_up import heard_until
from cofu_adopt.payments.dispute_models import Dispute, DisputeStep
from cofu_adopt.payments.lacking_pages import count_lacking_pages
from cofu_adopt.payments.models import GatewayEvent


@gauge("cofu_inbox_waiting", "Gateway events that are stored and not done.")
def inbox_waiting() -> int:
    """All that is not done."""
    return db.session.scalar(select(func.count()).where(GatewayEvent.done_at.is_(None))) or 0


@gauge("cofu_inbox_oldest_seconds", "Age of the oldest gateway event that is not done.")
def inbox_oldest_seconds() -> float:
    """0 when all are done."""
    oldest = db.session.scalar(select(func.min(GatewayEvent.received_at)).where(GatewayEvent.done_at.is_(None)))
    return max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0


@gauge("cofu_disputes_unanswered", "Disputes that wait for our evidence.")
def disputes_unanswered() -> int:
    """Those that were opened and not answered."""
    return db.session.scalar(select(func.count()).where(Dispute.state == DisputeStep.OPENED)) or 0


@gauge("cofu_dispute_due_seconds", "Seconds until the nearest dispute must be answered; below 0 when it is too late.")
def dispute_due_seconds() -> float:
    """As far away as can be when none waits."""
    nearest = db.session.scalar(select(func.min(Dispute.answer_until)).where(Dispute.state == DisputeStep.OPENED))
    return (nearest - clock.now()).total_seconds() if nearest else math.inf


@gauge("cofu_catch_up_age_seconds", "Since when all events of all gateways are known to be in the inbox.")
def catch_up_age_seconds() -> float:
    """Of the gateway that is furthest behind; +Inf before the first time."""
    heard = heard_until()
    return max(0.0, (clock.now() - min(heard)).total_seconds()) if heard else float("inf")


@gauge("cofu_pages_lacking_wallets", "Gateway pages of the last day that did not offer all ways to pay.")
def pages_lacking_wallets() -> int:
    """0 when the gateway offers what the settings want."""
    return count_lacking_pages()
