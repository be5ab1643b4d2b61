"""Draft, publish and stop an offer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert

from cofu_adopt.core import audit, clock
from cofu_adopt.core.db import db, map_constraint
from cofu_adopt.core.errors import DomainError, NotFound
from cofu_adopt.offers.errors import OfferNotDraft, OfferWithoutPlots
from cofu_adopt.offers.models import AdoptionOffer, OfferPlot, OfferState
from cofu_adopt.offers.queries import plot_ids_of_offer, rule_of
from cofu_adopt.offers.rules import SplitRule, check_margin


class OfferCodeTaken(DomainError):
    """Another offer has this code."""

    status = 409
    code = "offer_code_taken"
    text = _l("这个编号已经有了，请换一个。")


map_constraint("uq_adoption_offer_code", OfferCodeTaken)


def draft_offer(values: dict[str, Any], plot_ids: Sequence[int], *, currency: str) -> int:
    """Keep a new draft and return its id. `values` as schemas.load_offer gives them."""
    offer = AdoptionOffer(**values, currency=currency, state=OfferState.DRAFT)
    db.session.add(offer)
    db.session.flush()
    _set_plots(offer.id, plot_ids)
    audit.record("offer.draft", "offer", offer.id, after=_shown(offer))
    return offer.id


def change_draft(offer_id: int, values: dict[str, Any], plot_ids: Sequence[int]) -> None:
    """Change a draft. Raises OfferNotDraft, NotFound."""
    offer = _get_draft(offer_id)
    before = _shown(offer)
    for name, value in values.items():
        setattr(offer, name, value)
    db.session.flush()
    _set_plots(offer_id, plot_ids)
    audit.record("offer.change", "offer", offer_id, before=before, after=_shown(offer))


def publish_offer(offer_id: int) -> None:
    """Put a draft on sale. Raises OfferNotDraft, OfferWithoutPlots, OfferLosesMoney, OfferBelowFloor, NotFound."""
    offer = _get_draft(offer_id)
    check_publishable(offer_id, offer.price_fen, rule_of(offer))
    offer.state, offer.published_at = OfferState.PUBLISHED, clock.now()
    audit.record("offer.publish", "offer", offer_id, before={"state": "draft"}, after=_shown(offer))


def check_publishable(offer_id: int, price_fen: int, rule: SplitRule) -> None:
    """Raise what stands in the way of publishing: OfferWithoutPlots, OfferLosesMoney, OfferBelowFloor."""
    if not plot_ids_of_offer(offer_id):
        raise OfferWithoutPlots
    check_margin(price_fen, rule)


def stop_offer(offer_id: int) -> None:
    """Take a published offer off sale; what was sold and what is held stays. Stopping twice is fine."""
    offer = db.session.get(AdoptionOffer, offer_id, with_for_update=True)
    if offer is None:
        raise NotFound
    if offer.state != OfferState.PUBLISHED:
        return
    offer.state, offer.stopped_at = OfferState.STOPPED, clock.now()
    audit.record("offer.stop", "offer", offer_id, before={"state": "published"}, after={"state": "stopped"})


def _get_draft(offer_id: int) -> AdoptionOffer:
    offer = db.session.get(AdoptionOffer, offer_id, with_for_update=True)
    if offer is None:
        raise NotFound
    if offer.state != OfferState.DRAFT:
        raise OfferNotDraft
    return offer


def _set_plots(offer_id: int, plot_ids: Sequence[int]) -> None:
    db.session.execute(delete(OfferPlot).where(OfferPlot.offer_id == offer_id))
    if plot_ids:
        rows = [{"offer_id": offer_id, "plot_id": plot_id} for plot_id in sorted(set(plot_ids))]
        db.session.execute(insert(OfferPlot), rows)


def _shown(offer: AdoptionOffer) -> dict[str, Any]:
    return {"code": offer.code, "state": offer.state, "price_fen": offer.price_fen, **rule_of(offer).to_json()}
