"""Reads of offers. Other slices get frozen rows."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import get_locale
from sqlalchemy import Date, func, select

from cofu_adopt.core.db import UtcDateTime, db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.core.hot import Hot
from cofu_adopt.offers.models import AdoptionOffer, OfferPlot, OfferState
from cofu_adopt.offers.rules import SplitRule


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer as others see it."""

    id: int
    code: str
    title_zh: str
    title_en: str
    season: int
    price_fen: int
    currency: str
    parcels: int
    promised_net_g: int
    limit_per_person: int
    sale_starts_at: datetime
    sale_ends_at: datetime
    harvest_from_on: date
    harvest_to_on: date
    cancel_until_on: date
    state: OfferState
    split_rule: dict[str, Any]
    plot_count: int

    @property
    def title(self) -> str:
        """The title in the language of the request."""
        locale = get_locale()
        return self.title_en if locale is not None and locale.language == "en" else self.title_zh


def rule_of(offer: AdoptionOffer) -> SplitRule:
    """The offer's split rule."""
    return SplitRule(
        parcels=offer.parcels,
        parcel_cost_fen=offer.parcel_cost_fen,
        gateway_fee_bp=offer.gateway_fee_bp,
        service_fee_bp=offer.service_fee_bp,
        fund_bp=offer.fund_bp,
        host_bp=offer.host_bp,
        holdback_bp=offer.holdback_bp,
        holdback_days=offer.holdback_days,
        household_floor_bp=offer.household_floor_bp,
    )


def list_offers() -> list[OfferRow]:
    """All offers, newest first, for the desk."""
    return [_row(offer) for offer in db.session.scalars(select(AdoptionOffer).order_by(AdoptionOffer.id.desc()))]


def page_offers(*, before: int | None = None, limit: int = 50) -> list[OfferRow]:
    """Offers of all states, newest first: the newest, or those older than `before`."""
    query = select(AdoptionOffer).order_by(AdoptionOffer.id.desc()).limit(limit)
    if before is not None:
        query = query.where(AdoptionOffer.id < before)
    return [_row(offer) for offer in db.session.scalars(query)]


def list_offers_on_sale(at: datetime) -> list[OfferRow]:
    """What can be bought at the moment `at`, cheapest first."""
    query = select(AdoptionOffer).where(*_on_sale(at)).order_by(AdoptionOffer.price_fen, AdoptionOffer.id)
    return [_row(offer) for offer in db.session.scalars(query)]


def list_offers_of_plot(plot_id: int, at: datetime) -> list[OfferRow]:
    """What can be bought of a plot at the moment `at`, cheapest first."""
    query = (
        select(AdoptionOffer)
        .join(OfferPlot, OfferPlot.offer_id == AdoptionOffer.id)
        .where(OfferPlot.plot_id == plot_id, *_on_sale(at))
        .order_by(AdoptionOffer.price_fen, AdoptionOffer.id)
    )
    return [_row(offer) for offer in db.session.scalars(query)]


def find_offer_on_sale(offer_id: int, at: datetime) -> OfferRow | None:
    """The offer if it can be bought at the moment `at`; columns in one query, as every hold begins with it."""
    plots = select(func.count()).where(OfferPlot.offer_id == AdoptionOffer.id).scalar_subquery()
    query = select(AdoptionOffer.__table__, plots.label("plot_count"))
    found: Any = db.session.execute(query.where(AdoptionOffer.id == offer_id, *_on_sale(at))).one_or_none()
    return None if found is None else _row(found, found.plot_count)


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of an offer on sale, and `start_id`: the plot that was asked for, or any; None when it has none.

    `may_have_free`: false when all ropes of the plot that was asked for are sold in what is committed.
    """

    season: int
    price_fen: int
    currency: str
    parcels: int
    promised_net_g: int
    limit_per_person: int
    harvest_from_on: date
    harvest_to_on: date
    cancel_until_on: date
    split_rule: dict[str, Any]
    start_id: int | None
    may_have_free: bool


OFFER_COLUMNS = tuple(name for name in Terms.__slots__ if name not in {"split_rule", "start_id", "may_have_free"})
RULE_COLUMNS = tuple(name for name in SplitRule.__slots__ if name != "parcels")
THE_PLOT = """SELECT plot_id AS start_id, EXISTS (
        SELECT 1 FROM rope WHERE rope.plot_id = plot.id AND live_adoption_id IS NULL) AS may_have_free
    FROM offer_plot JOIN plot ON plot.id = plot_id WHERE offer_id = :offer_id AND plot.code = :plot_code"""
ANY_PLOT = """SELECT plot_id AS start_id, true AS may_have_free FROM offer_plot
    WHERE offer_id = :offer_id AND plot_id >= (
        SELECT CAST(min(plot_id) + :start * (max(plot_id) - min(plot_id)) AS INTEGER) FROM offer_plot
        WHERE offer_id = :offer_id)
    ORDER BY plot_id LIMIT 1"""
_terms = {
    has_plot: Hot(
        f"SELECT {', '.join(OFFER_COLUMNS + RULE_COLUMNS)}, start_id, may_have_free "  # noqa: S608 - constants
        f"FROM adoption_offer LEFT JOIN ({plot}) AS chosen ON true "
        "WHERE id = :offer_id AND state = 'published' AND sale_starts_at <= :at AND sale_ends_at > :at",
        binds={"at": UtcDateTime},
        columns={name: Date for name in OFFER_COLUMNS if name.endswith("_on")},
    )
    for has_plot, plot in ((True, THE_PLOT), (False, ANY_PLOT))
}


def find_terms_on_sale(offer_id: int, plot_code: str | None, at: datetime) -> Terms | None:
    """The terms of the offer if it can be bought at the moment `at`, with its plot `plot_code`, or any at random.

    One query of plain columns, as every hold begins with it.
    """
    start = secrets.randbelow(1 << 24) / (1 << 24)
    values = {"offer_id": offer_id, "plot_code": plot_code, "at": at, "start": start}
    found = _terms[plot_code is not None].run(values).mappings().one_or_none()
    if found is None:
        return None
    rule = {"parcels": found["parcels"]} | {name: found[name] for name in RULE_COLUMNS}
    return Terms(
        **{name: found[name] for name in OFFER_COLUMNS},
        split_rule=rule,
        start_id=found["start_id"],
        may_have_free=bool(found["may_have_free"]),
    )


def get_offer(offer_id: int) -> OfferRow:
    """The offer, whatever its state. Raises NotFound."""
    offer = db.session.get(AdoptionOffer, offer_id)
    if offer is None:
        raise NotFound
    return _row(offer)


def is_plot_in_offer(offer_id: int, plot_id: int) -> bool:
    """True when the offer sells the plot's ropes."""
    return db.session.get(OfferPlot, (offer_id, plot_id)) is not None


def plot_ids_of_offer(offer_id: int) -> list[int]:
    """The plots whose ropes the offer sells."""
    return list(
        db.session.scalars(select(OfferPlot.plot_id).where(OfferPlot.offer_id == offer_id).order_by(OfferPlot.plot_id))
    )


def plot_ids_on_sale(at: datetime) -> set[int]:
    """The plots of which something can be bought at the moment `at`."""
    query = (
        select(OfferPlot.plot_id)
        .join(AdoptionOffer, AdoptionOffer.id == OfferPlot.offer_id)
        .where(*_on_sale(at))
        .distinct()
    )
    return set(db.session.scalars(query))


def _on_sale(at: datetime) -> tuple[Any, ...]:
    return (
        AdoptionOffer.state == OfferState.PUBLISHED,
        AdoptionOffer.sale_starts_at <= at,
        AdoptionOffer.sale_ends_at > at,
    )


def _row(offer: AdoptionOffer, count: int | None = None) -> OfferRow:
    if count is None:
        count = db.session.scalar(select(func.count()).select_from(OfferPlot).where(OfferPlot.offer_id == offer.id))
    return OfferRow(
        id=offer.id,
        code=offer.code,
        title_zh=offer.title,
        title_en=offer.title_en,
        season=offer.season,
        price_fen=offer.price_fen,
        currency=offer.currency,
        parcels=offer.parcels,
        promised_net_g=offer.promised_net_g,
        limit_per_person=offer.limit_per_person,
        sale_starts_at=offer.sale_starts_at,
        sale_ends_at=offer.sale_ends_at,
        harvest_from_on=offer.harvest_from_on,
        harvest_to_on=offer.harvest_to_on,
        cancel_until_on=offer.cancel_until_on,
        state=OfferState(offer.state),
        split_rule=rule_of(offer).to_json(),
        plot_count=count or 0,
    )


def get_terms(offer_id: int) -> dict[str, Any]:
    """All terms of an offer by column, for its form. Raises NotFound."""
    offer = db.session.get(AdoptionOffer, offer_id)
    if offer is None:
        raise NotFound
    left_out = {"id", "code", "title", "title_en", "state", "currency", "published_at", "stopped_at"}
    return {
        column.key: getattr(offer, column.key)
        for column in AdoptionOffer.__table__.columns
        if column.key not in left_out
    }


def harvest_days(first_on: date, last_on: date) -> list[date]:
    """The days from `first_on` to `last_on` on which the harvest window of an offer begins."""
    query = select(AdoptionOffer.harvest_from_on).where(
        AdoptionOffer.harvest_from_on.between(first_on, last_on), AdoptionOffer.state != OfferState.DRAFT
    )
    return list(db.session.scalars(query.distinct()))
