"""What was promised of each plot: the harvest window of its offers that comes next, and the net weight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from cofu_adopt.core.db import db
from cofu_adopt.offers.models import AdoptionOffer, OfferPlot, OfferState


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which a plot's ropes are to be harvested, and the largest net weight that was promised of one."""

    from_on: date
    to_on: date
    promised_net_g: int

    @property
    def middle_on(self) -> date:
        """The day in the middle."""
        return self.from_on + timedelta(days=(self.to_on - self.from_on).days // 2)


def next_windows(today: date) -> dict[int, Window]:
    """By plot, the window that ends next, of offers that are or were on sale; plots that no offer sells have none."""
    query = (
        select(
            OfferPlot.plot_id, AdoptionOffer.harvest_from_on, AdoptionOffer.harvest_to_on, AdoptionOffer.promised_net_g
        )
        .join(AdoptionOffer, AdoptionOffer.id == OfferPlot.offer_id)
        .where(AdoptionOffer.state != OfferState.DRAFT, AdoptionOffer.harvest_to_on >= today)
    )
    found: dict[int, Window] = {}
    for plot_id, from_on, to_on, net_g in db.session.execute(query):
        known, one = found.get(plot_id), Window(from_on, to_on, net_g)
        found[plot_id] = one if known is None else _earlier(known, one)
    return found


def _earlier(one: Window, other: Window) -> Window:
    if (one.from_on, one.to_on) == (other.from_on, other.to_on):
        return Window(one.from_on, one.to_on, max(one.promised_net_g, other.promised_net_g))
    return min(one, other, key=lambda window: (window.to_on, window.from_on))
