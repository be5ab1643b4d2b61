"""Hold a rope while its adopter reviews and pays."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from cofu_adopt.adoptions import place
from cofu_adopt.adoptions.errors import LimitReached, OfferNotOnSale, RopeSoldOut, RopeTaken
from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.adoptions.queries import AdoptionRow, row_of_placed
from cofu_adopt.adoptions.rules import rope_label
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, map_constraint
from cofu_adopt.core.errors import Busy, DomainError, NotFound
from cofu_adopt.farm import queries as farm
from cofu_adopt.offers import queries as offers


class SameRequest(DomainError):
    """The same request arrived twice in one moment; the first one counts."""

    status = 409
    code = "same_request"


map_constraint("uq_adoption_one_live_per_rope", RopeTaken)
map_constraint("uq_adoption_person_id_request_key", SameRequest)


def hold_rope(
    *, person_id: int, offer_id: int, request_key: str, plot_code: str | None = None, rope_number: int | None = None
) -> Adoption:
    """Hold one rope of the offer for the person, for HOLD_SECONDS: the chosen one, any of a plot, or any at all.

    The same `request_key` of the same person gives the same adoption again, whatever became of it. Raises
    OfferNotOnSale, LimitReached, RopeTaken (with the rope), RopeSoldOut (checked again first), Busy, NotFound (also
    for a rope number without its plot).
    """
    place.lock_person(person_id)
    before = db.session.scalar(
        select(Adoption).where(Adoption.person_id == person_id, Adoption.request_key == request_key)
    )
    if before is not None:
        return before
    row = hold_once(
        person_id=person_id,
        offer_id=offer_id,
        request_key=request_key,
        plot_code=plot_code,
        rope_number=rope_number,
    )
    return db.session.get_one(Adoption, row.id)


def hold_once(
    *, person_id: int, offer_id: int, request_key: str, plot_code: str | None = None, rope_number: int | None = None
) -> AdoptionRow:
    """As hold_rope, for a new request of a person whom the caller has locked. Raises the same."""
    now = clock.now()
    offer = offers.find_terms_on_sale(offer_id, plot_code, now)
    if offer is None:
        raise OfferNotOnSale
    if offer.start_id is None or (rope_number is not None and plot_code is None):
        raise NotFound
    terms = place.Terms(
        person_id=person_id,
        offer_id=offer_id,
        season=offer.season,
        price_fen=offer.price_fen,
        currency=offer.currency,
        parcels=offer.parcels,
        promised_net_g=offer.promised_net_g,
        harvest_from_on=offer.harvest_from_on,
        harvest_to_on=offer.harvest_to_on,
        cancel_until_on=offer.cancel_until_on,
        split_rule=offer.split_rule,
        request_key=request_key,
        created_at=now,
        held_until=now + timedelta(seconds=current_app.extensions["settings"].hold_seconds),
        limit=offer.limit_per_person,
    )
    plot_id = offer.start_id if plot_code else None
    try:
        placed = place.place(
            terms,
            plot_id=plot_id,
            rope_number=rope_number,
            start_id=offer.start_id,
            may_have_free=offer.may_have_free,
        )
    except place.OverLimit as error:
        raise LimitReached(limit=offer.limit_per_person) from error
    except place.Contended as error:
        raise Busy from error
    if placed is None:
        if rope_number is not None and plot_id is not None:
            _must_exist(plot_id, rope_number)
            raise RopeTaken(rope=rope_label(plot_code or "", rope_number))
        raise RopeSoldOut
    return row_of_placed(terms, placed)


def _must_exist(plot_id: int, rope_number: int) -> None:
    if all(rope.number != rope_number for rope in farm.list_ropes(plot_id)):
        raise NotFound
