"""Draft, publish, stop: what stands in the way, what is audited, what is on sale on which day."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cofu_adopt.core import clock
from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import NotFound
from cofu_adopt.farm.queries import all_plot_ids
from cofu_adopt.offers import queries
from cofu_adopt.offers.draft import OfferCodeTaken, change_draft, draft_offer, publish_offer, stop_offer
from cofu_adopt.offers.errors import OfferBelowFloor, OfferLosesMoney, OfferNotDraft, OfferWithoutPlots
from cofu_adopt.offers.models import OfferState
from cofu_adopt.offers.schemas import load_offer
from tests.offers.conftest import FORM, draft

pytestmark = pytest.mark.usefixtures("sea")


def publish(offer_id: int) -> None:
    with unit_of_work():
        publish_offer(offer_id)


def stop(offer_id: int) -> None:
    with unit_of_work():
        stop_offer(offer_id)


def state_of(offer_id: int) -> OfferState:
    with unit_of_work(writes=False):
        return queries.get_offer(offer_id).state


def on_sale() -> tuple[set[int], list[str]]:
    with unit_of_work(writes=False):
        now = clock.now()
        return queries.plot_ids_on_sale(now), [offer.code for offer in queries.list_offers_on_sale(now)]


def test_from_draft_to_published_to_stopped() -> None:
    offer_id = draft()
    assert state_of(offer_id) is OfferState.DRAFT
    publish(offer_id)
    assert state_of(offer_id) is OfferState.PUBLISHED
    stop(offer_id)
    stop(offer_id)
    assert state_of(offer_id) is OfferState.STOPPED
    with unit_of_work(writes=False):
        acts = db.session.scalars(
            select(AuditRecord.act).where(AuditRecord.subject_kind == "offer").order_by(AuditRecord.id)
        ).all()
    assert acts == ["offer.draft", "offer.publish", "offer.stop"]


@pytest.mark.parametrize(("price", "refusal"), [("40", OfferLosesMoney), ("60", OfferBelowFloor)])
def test_a_price_that_starves_the_household_is_refused(price: str, refusal: type[Exception]) -> None:
    offer_id = draft(price=price)
    with pytest.raises(refusal):
        publish(offer_id)
    assert state_of(offer_id) is OfferState.DRAFT


def test_an_offer_of_nothing_is_refused() -> None:
    with unit_of_work():
        offer_id = draft_offer(load_offer(FORM), [], currency="cny")
    with pytest.raises(OfferWithoutPlots):
        publish(offer_id)


def test_only_drafts_change() -> None:
    offer_id = draft()
    with unit_of_work():
        change_draft(offer_id, load_offer(FORM | {"price": "268", "parcels": "2"}), all_plot_ids()[:1])
    with unit_of_work(writes=False):
        offer = queries.get_offer(offer_id)
    assert (offer.price_fen, offer.parcels, offer.plot_count) == (26800, 2, 1)
    publish(offer_id)
    with pytest.raises(OfferNotDraft), unit_of_work():
        change_draft(offer_id, load_offer(FORM), all_plot_ids())
    with pytest.raises(OfferNotDraft):
        publish(offer_id)


def test_a_code_is_used_once() -> None:
    draft()
    with pytest.raises(OfferCodeTaken):
        draft(price="268")
    other = draft(code="GQ-2")
    with pytest.raises(OfferCodeTaken), unit_of_work():
        change_draft(other, load_offer(FORM), all_plot_ids())


def test_what_does_not_exist_is_not_found() -> None:
    for act in (publish, stop, state_of):
        with pytest.raises(NotFound):
            act(4711)


def test_plots_are_on_sale_from_the_first_day_to_the_last(still: FrozenClock) -> None:
    with unit_of_work(writes=False):
        first, second, third = all_plot_ids()
    publish(draft(first, second, code="EARLY", price="268"))
    publish(draft(second, third, code="LATE", sale_from_on="2026-12-24", sale_to_on="2026-12-25"))
    draft(code="DRAFT")
    assert on_sale() == ({first, second}, ["EARLY"])
    still.at = still.at.replace(month=12, day=24, hour=0, minute=0)
    assert on_sale() == ({first, second, third}, ["LATE", "EARLY"]), "cheapest first"
    still.advance(days=1)
    assert on_sale() == ({second, third}, ["LATE"])
    still.advance(days=1)
    assert on_sale() == (set(), [])


def test_an_offer_of_a_plot_is_sold_of_that_plot_only() -> None:
    with unit_of_work(writes=False):
        first, second, _third = all_plot_ids()
    offer_id = draft(first)
    publish(offer_id)
    with unit_of_work(writes=False):
        now = clock.now()
        assert [offer.id for offer in queries.list_offers_of_plot(first, now)] == [offer_id]
        assert queries.list_offers_of_plot(second, now) == []
        assert queries.is_plot_in_offer(offer_id, first)
        assert not queries.is_plot_in_offer(offer_id, second)
        assert queries.find_offer_on_sale(offer_id, now) is not None


def test_a_stopped_offer_is_no_longer_sold_at_once() -> None:
    offer_id = draft()
    publish(offer_id)
    stop(offer_id)
    assert on_sale() == (set(), [])
    with unit_of_work(writes=False):
        assert queries.find_offer_on_sale(offer_id, clock.now()) is None
