"""The two offers of the demo season."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.offers.draft import draft_offer, publish_offer
from cofu_adopt.offers.models import AdoptionOffer


def load_demo_offers(plot_ids: Sequence[int], *, currency: str) -> int:
    """Publish 198 yuan for one parcel and 268 yuan for two, unless there are offers already; return the first's id.

    Source: DOMAIN.md.
    """
    first = select(AdoptionOffer.id).order_by(AdoptionOffer.id).limit(1)
    found = db.session.scalar(first)
    if found is not None:
        return found
    for number, (title, title_en, price_fen, parcels) in enumerate(
        (
            ("认养一串，收一箱", "One rope, one parcel", 19800, 1),
            ("认养一串，收两箱", "One rope, two parcels", 26800, 2),
        ),
        start=1,
    ):
        values = demo_terms() | {
            "code": f"GQ-{number}",
            "title": title,
            "title_en": title_en,
            "price_fen": price_fen,
            "parcels": parcels,
            "promised_net_g": 2500 * parcels,
        }
        publish_offer(draft_offer(values, plot_ids, currency=currency))
    return db.session.scalars(first).one()


def demo_terms() -> dict[str, Any]:
    """The terms that both offers share; the days follow today. Source: DOMAIN.md, demo split."""
    today, now = clock.today(), clock.now()
    return {
        "season": (today + timedelta(days=270)).year,
        "limit_per_person": 5,
        "sale_starts_at": now - timedelta(days=30),
        "sale_ends_at": now + timedelta(days=120),
        "harvest_from_on": today + timedelta(days=270),
        "harvest_to_on": today + timedelta(days=330),
        "cancel_until_on": today + timedelta(days=60),
        "service_fee_bp": 800,
        "fund_bp": 500,
        "host_bp": 300,
        "gateway_fee_bp": 220,
        "parcel_cost_fen": 3800,
        "holdback_bp": 1000,
        "holdback_days": 7,
        "household_floor_bp": 4000,
    }
