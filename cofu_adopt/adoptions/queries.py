"""Reads of adoptions. Other slices get frozen rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, String, cast, func, select, text

from cofu_adopt.adoptions.models import LIVE_STATES, Adoption, AdoptionState
from cofu_adopt.adoptions.place import Placed, Terms
from cofu_adopt.adoptions.rules import may_cancel, rope_label
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, is_postgresql
from cofu_adopt.core.errors import NotFound
from cofu_adopt.farm import queries as farm


@dataclass(frozen=True, slots=True)
class AdoptionRow:
    """One adoption as pages show it."""

    id: int
    code: str
    person_id: int
    offer_id: int
    state: AdoptionState
    plot_code: str
    rope_number: int
    label: str
    season: int
    price_fen: int
    parcels: int
    promised_net_g: int
    harvest_from_on: date
    harvest_to_on: date
    cancel_until_on: date
    created_at: datetime
    held_until: datetime
    paid_at: datetime | None
    ended_at: datetime | None
    rope_name: str | None
    delivery: dict[str, Any] | None
    receipt_email: str | None
    fresh_goods_confirmed_at: datetime | None

    @property
    def cancellable(self) -> bool:
        """True while the adopter may give it up herself."""
        return may_cancel(self.state, cancel_until_on=self.cancel_until_on, today=clock.today())


@dataclass(frozen=True, slots=True)
class OrderName:
    """How an order is called, and its rope."""

    code: str
    label: str


def names_of(order_ids: Collection[int]) -> dict[int, OrderName]:
    """How these orders are called, by id."""
    query = select(Adoption.id, Adoption.code, Adoption.plot_id, Adoption.rope_number).where(Adoption.id.in_(order_ids))
    return {
        order_id: OrderName(code, rope_label(farm.plot_code(plot_id), rope_number))
        for order_id, code, plot_id, rope_number in db.session.execute(query)
    }


def find_own(code: str, person_id: int, *, lock: bool = False) -> Adoption:
    """The person's adoption with this code. Raises NotFound, also for somebody else's."""
    query = select(Adoption).where(Adoption.code == code, Adoption.person_id == person_id)
    if lock:
        # As it stands once the lock is had, also when it was read before.
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def get_id(code: str) -> int:
    """The id of the order with this code, whosever it is. Raises NotFound."""
    found = db.session.scalar(select(Adoption.id).where(Adoption.code == code))
    if found is None:
        raise NotFound
    return found


def lock_adoption(adoption_id: int) -> Adoption:
    """The adoption as it stands, locked until the end of the open unit of work."""
    return db.session.get_one(Adoption, adoption_id, with_for_update=True, populate_existing=True)


def get_own_row(code: str, person_id: int) -> AdoptionRow:
    """The person's adoption as pages show it. Raises NotFound, also for somebody else's."""
    return row_of(find_own(code, person_id))


def list_own(person_id: int, *, before: int | None = None, limit: int = 200) -> list[AdoptionRow]:
    """The person's adoptions, newest first: the newest, or those older than the id `before`.

    Those that were never paid are left out unless still held.
    """
    query = (
        select(Adoption)
        .where(
            Adoption.person_id == person_id,
            (Adoption.state != AdoptionState.EXPIRED)
            & ((Adoption.state != AdoptionState.CANCELLED) | Adoption.paid_at.is_not(None)),
        )
        .order_by(Adoption.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Adoption.id < before)
    return [row_of(adoption) for adoption in db.session.scalars(query)]


def list_live_holds(person_id: int) -> list[AdoptionRow]:
    """What the person holds and has not paid, soonest to end first."""
    query = (
        select(Adoption)
        .where(
            Adoption.person_id == person_id,
            Adoption.state == AdoptionState.HELD,
            Adoption.held_until > clock.now(),
        )
        .order_by(Adoption.held_until, Adoption.id)
    )
    return [row_of(adoption) for adoption in db.session.scalars(query)]


def list_own_of_plot(person_id: int, plot_id: int) -> dict[int, AdoptionRow]:
    """The person's live adoptions in a plot, by rope number."""
    query = select(Adoption).where(
        Adoption.person_id == person_id, Adoption.plot_id == plot_id, Adoption.state.in_(LIVE_STATES)
    )
    return {adoption.rope_number: row_of(adoption) for adoption in db.session.scalars(query)}


def list_own_of_plots(
    person_id: int, plot_ids: Collection[int], states: Collection[AdoptionState]
) -> list[AdoptionRow]:
    """The person's adoptions in these plots and states, newest first."""
    query = select(Adoption).where(
        Adoption.person_id == person_id, Adoption.plot_id.in_(plot_ids), Adoption.state.in_(states)
    )
    return [row_of(adoption) for adoption in db.session.scalars(query.order_by(Adoption.id.desc()))]


def label_of(adoption: Adoption) -> str:
    """The rope's number as people say it: D6-04-007."""
    return rope_label(farm.plot_code(adoption.plot_id), adoption.rope_number)


def row_of_placed(terms: Terms, placed: Placed) -> AdoptionRow:
    """The adoption that was just placed, without reading it again."""
    return AdoptionRow(
        id=placed.id,
        code=placed.code,
        person_id=terms.person_id,
        offer_id=terms.offer_id,
        state=AdoptionState.HELD,
        plot_code=placed.plot_code,
        rope_number=placed.rope_number,
        label=rope_label(placed.plot_code, placed.rope_number),
        season=terms.season,
        price_fen=terms.price_fen,
        parcels=terms.parcels,
        promised_net_g=terms.promised_net_g,
        harvest_from_on=terms.harvest_from_on,
        harvest_to_on=terms.harvest_to_on,
        cancel_until_on=terms.cancel_until_on,
        created_at=terms.created_at,
        held_until=terms.held_until,
        paid_at=None,
        ended_at=None,
        rope_name=None,
        delivery=None,
        receipt_email=None,
        fresh_goods_confirmed_at=None,
    )


def row_of(adoption: Adoption) -> AdoptionRow:
    """The adoption as pages and the API show it."""
    plot_code = farm.plot_code(adoption.plot_id)
    return AdoptionRow(
        id=adoption.id,
        code=adoption.code,
        person_id=adoption.person_id,
        offer_id=adoption.offer_id,
        state=AdoptionState(adoption.state),
        plot_code=plot_code,
        rope_number=adoption.rope_number,
        label=rope_label(plot_code, adoption.rope_number),
        season=adoption.season,
        price_fen=adoption.price_fen,
        parcels=adoption.parcels,
        promised_net_g=adoption.promised_net_g,
        harvest_from_on=adoption.harvest_from_on,
        harvest_to_on=adoption.harvest_to_on,
        cancel_until_on=adoption.cancel_until_on,
        created_at=adoption.created_at,
        held_until=adoption.held_until,
        paid_at=adoption.paid_at,
        ended_at=adoption.ended_at,
        rope_name=adoption.rope_name,
        delivery=adoption.delivery,
        receipt_email=adoption.receipt_email,
        fresh_goods_confirmed_at=adoption.fresh_goods_confirmed_at,
    )


def select_paid_ropes(first: int, last: int) -> Select[Any]:
    """The paid ropes of the persons between two ids, for another slice's statement over many of them.

    Columns: person_id, plot_id, rope (its label), code, paid_at, harvest_from_on. Who builds on it: docs/TOUR.md.
    """
    plots = farm.select_plot_codes().subquery("plot_code")
    number = cast(Adoption.rope_number, String)
    padded = func.lpad(number, 3, "0") if is_postgresql() else func.printf("%03d", Adoption.rope_number)
    return (
        select(
            Adoption.person_id,
            Adoption.plot_id,
            (plots.c.code + "-" + padded).label("rope"),
            Adoption.code,
            Adoption.paid_at,
            Adoption.harvest_from_on,
        )
        .join(plots, plots.c.id == Adoption.plot_id)
        # In so many words, so that the planner sees the partial index.
        .where(text("adoption.state = 'paid'"), Adoption.person_id.between(first, last))
    )


def count_by_state() -> dict[AdoptionState, tuple[int, int]]:
    """How many adoptions there are in each state, and their prices' sum in fen."""
    query = select(Adoption.state, func.count(), func.sum(Adoption.price_fen)).group_by(Adoption.state)
    return {AdoptionState(state): (count, int(total)) for state, count, total in db.session.execute(query)}


def count_adopters(plot_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """How many people have a rope growing in each of these plots, and how many ropes; others are left out."""
    query = (
        select(Adoption.plot_id, func.count(Adoption.person_id.distinct()), func.count())
        .where(Adoption.plot_id.in_(plot_ids), Adoption.state == AdoptionState.PAID)
        .group_by(Adoption.plot_id)
    )
    return {plot_id: (people, ropes) for plot_id, people, ropes in db.session.execute(query)}


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many people have a rope growing in a plot, how many ropes, and since when the first of them."""

    people: int
    ropes: int
    since: datetime


def list_waiting(plot_ids: Collection[int]) -> dict[int, Waiting]:
    """Who waits for news of these plots; those without a growing rope of somebody's are left out."""
    query = (
        select(Adoption.plot_id, func.count(Adoption.person_id.distinct()), func.count(), func.min(Adoption.paid_at))
        .where(Adoption.plot_id.in_(plot_ids), Adoption.state == AdoptionState.PAID)
        .group_by(Adoption.plot_id)
    )
    rows = db.session.execute(query)
    return {plot_id: Waiting(people, ropes, since) for plot_id, people, ropes, since in rows if since is not None}


def list_growing_terms(plot_ids: Collection[int]) -> list[tuple[int, int, dict[str, Any]]]:
    """Plot, price in fen and split rule of each order on these plots that is paid and not yet delivered."""
    waiting = (AdoptionState.PAID, AdoptionState.HARVESTED)
    query = select(Adoption.plot_id, Adoption.price_fen, Adoption.split_rule).where(
        Adoption.plot_id.in_(plot_ids), Adoption.state.in_(waiting)
    )
    return [(plot_id, price_fen, rule) for plot_id, price_fen, rule in db.session.execute(query)]
