"""The desk's reads of orders: found by what staff have in hand, page by page, without a query for each row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from cofu_adopt.adoptions.delivery_index import recipient_index
from cofu_adopt.adoptions.models import LIVE_STATES, Adoption, AdoptionState
from cofu_adopt.adoptions.rules import rope_label
from cofu_adopt.core import clock
from cofu_adopt.core.clock import SHANGHAI
from cofu_adopt.core.crypto import mask
from cofu_adopt.core.db import db
from cofu_adopt.farm import queries as farm
from cofu_adopt.identity import find_people
from cofu_adopt.identity.phone import normalise_phone, phone_index

ORDER_CODE = re.compile(r"[23456789ABCDEFGHJKMNPQRSTVWXYZ]{10}")
PLACE = re.compile(r"[A-Z]{1,3}\d{1,5}(-\d{1,3}){0,2}")
BLIND_INDEX = re.compile(r"[0-9a-f]{64}")
SHORTEST_PHONE = 7
COUNT_AT_MOST = 1000
COLUMNS = (
    "id", "code", "state", "plot_id", "rope_number", "person_id", "offer_id", "season", "price_fen", "currency",
    "parcels", "promised_net_g", "cancel_until_on", "created_at", "held_until", "paid_at", "ended_at",
    "delivery_phone_last4",
)  # fmt: skip


class Kind(StrEnum):
    """What a search looks for."""

    CODE = "code"
    """The order's own code."""
    PLACE = "place"
    """A square, a plot, or a rope with all who had it: D6, D6-04, D6-04-007."""
    LAST4 = "last4"
    """The end of a phone, the adopter's own or the one on the parcel."""
    PHONE = "phone"
    """A whole phone, by its blind index."""
    RECIPIENT = "recipient"
    """The whole name on the parcel, by its blind index."""


@dataclass(frozen=True, slots=True)
class Search:
    """What was typed, understood. `key` may stand in an address: of a phone or a name it is only the blind index."""

    kind: Kind
    key: str
    shown: str


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders; what is None does not matter. Days are those on which the rope was taken."""

    state: AdoptionState | None = None
    offer_id: int | None = None
    grid_code: str | None = None
    from_on: date | None = None
    to_on: date | None = None
    search: Search | None = None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order in the desk's list."""

    id: int
    code: str
    state: AdoptionState
    label: str
    plot_code: str
    person_id: int
    offer_id: int
    season: int
    price_fen: int
    currency: str
    parcels: int
    promised_net_g: int
    cancel_until_on: date
    created_at: datetime
    held_until: datetime
    paid_at: datetime | None
    ended_at: datetime | None
    recipient_masked: str
    phone_last4: str | None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """A page of the list, newest first, with the cursors to its neighbours."""

    rows: tuple[OrderRow, ...]
    newer_after: int | None
    older_before: int | None


def understand(typed: str) -> Search | None:
    """What the words in the search field look for; None for none. Raises Invalid for a phone with a digit missing."""
    text = unicodedata.normalize("NFKC", typed).strip()
    upper = text.upper().replace(" ", "")
    digits = re.sub(r"[\s()-]", "", text).removeprefix("+")
    if not text:
        return None
    if ORDER_CODE.fullmatch(upper):
        return Search(Kind.CODE, upper, upper)
    if PLACE.fullmatch(upper):
        return Search(Kind.PLACE, upper, upper)
    if digits.isdecimal():
        if len(digits) == 4:  # noqa: PLR2004 - the last four digits
            return Search(Kind.LAST4, digits, digits)
        if len(digits) >= SHORTEST_PHONE:
            phone = normalise_phone(text, field="q")
            return Search(Kind.PHONE, phone_index(phone), mask(phone))
    return Search(Kind.RECIPIENT, recipient_index(text), mask(text, head=1, tail=0))


def list_orders(
    wanted: OrderFilter, *, before: int | None = None, after: int | None = None, limit: int = 50
) -> OrderPage:
    """The orders that fit, newest first: the newest, those older than `before`, or those newer than `after`."""
    conditions = _conditions(wanted)
    if conditions is None:
        return OrderPage((), None, None)
    query = _columns().where(*conditions)
    if after is not None:
        query = query.where(Adoption.id > after).order_by(Adoption.id)
    else:
        query = query.order_by(Adoption.id.desc())
        if before is not None:
            query = query.where(Adoption.id < before)
    found = list(db.session.execute(query.limit(limit + 1)))
    more, found = len(found) > limit, found[:limit]
    if after is not None:
        found.reverse()
    if not found:
        return OrderPage((), None, None)
    is_first = before is None and after is None
    return OrderPage(
        tuple(_rows(found)),
        newer_after=None if is_first or (after is not None and not more) else found[0].id,
        older_before=found[-1].id if more or after is not None else None,
    )


def each_order(wanted: OrderFilter, *, piece: int = 2000) -> Iterator[list[OrderRow]]:
    """All orders that fit, newest first, in pieces of bounded memory; for exports. Nothing is decrypted."""
    conditions, before = _conditions(wanted), None
    while conditions is not None:
        query = _columns(delivery=False).where(*conditions).order_by(Adoption.id.desc()).limit(piece)
        found = list(db.session.execute(query if before is None else query.where(Adoption.id < before)))
        if not found:
            return
        yield _rows(found)
        before = found[-1].id


def count_orders(wanted: OrderFilter) -> int:
    """How many orders fit, counted up to COUNT_AT_MOST + 1: a desk needs no more, and it stays fast."""
    conditions = _conditions(wanted)
    if conditions is None:
        return 0
    some = select(Adoption.id).where(*conditions).limit(COUNT_AT_MOST + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def list_holds(*, limit: int = 200) -> list[OrderRow]:
    """What is held at this moment, also when its time is over and the clock has not come by; soonest to end first."""
    query = _columns().where(Adoption.state == AdoptionState.HELD).order_by(Adoption.held_until, Adoption.id)
    return _rows(list(db.session.execute(query.limit(limit))))


def live_orders_of_plot(plot_id: int) -> dict[int, OrderRow]:
    """Who has the ropes of a plot, by rope number."""
    query = _columns(delivery=False).where(Adoption.plot_id == plot_id, Adoption.state.in_(LIVE_STATES))
    found = list(db.session.execute(query.order_by(Adoption.season)))
    return {row.rope_number: order for row, order in zip(found, _rows(found), strict=True)}


def codes_of(adoption_ids: Collection[int]) -> dict[int, str]:
    """The codes of orders by id."""
    if not adoption_ids:
        return {}
    return dict(db.session.execute(select(Adoption.id, Adoption.code).where(Adoption.id.in_(adoption_ids))).all())


def orders_of_codes(codes: Collection[str]) -> dict[str, OrderRow]:
    """The orders with these codes, by code. Nothing is decrypted."""
    if not codes:
        return {}
    return {
        row.code: row
        for row in _rows(list(db.session.execute(_columns(delivery=False).where(Adoption.code.in_(codes)))))
    }


def orders_of(adoption_ids: Collection[int]) -> dict[int, OrderRow]:
    """The orders of these ids, by id. Nothing is decrypted."""
    if not adoption_ids:
        return {}
    found = list(db.session.execute(_columns(delivery=False).where(Adoption.id.in_(adoption_ids))))
    return {row.id: row for row in _rows(found)}


def find_id(code: str) -> int | None:
    """The id of the order with this code."""
    return db.session.scalar(select(Adoption.id).where(Adoption.code == code))


def _columns(*, delivery: bool = True) -> Any:
    columns = [getattr(Adoption, name) for name in COLUMNS]
    return select(*columns, *([Adoption.delivery] if delivery else []))


def _rows(found: list[Any]) -> list[OrderRow]:
    plots = farm.plot_codes(list({row.plot_id for row in found}))
    return [
        OrderRow(
            id=row.id,
            code=row.code,
            state=AdoptionState(row.state),
            label=rope_label(plots[row.plot_id], row.rope_number),
            plot_code=plots[row.plot_id],
            person_id=row.person_id,
            offer_id=row.offer_id,
            season=row.season,
            price_fen=row.price_fen,
            currency=row.currency,
            parcels=row.parcels,
            promised_net_g=row.promised_net_g,
            cancel_until_on=row.cancel_until_on,
            created_at=row.created_at,
            held_until=row.held_until,
            paid_at=row.paid_at,
            ended_at=row.ended_at,
            recipient_masked=mask((getattr(row, "delivery", None) or {}).get("recipient"), head=1, tail=0),
            phone_last4=row.delivery_phone_last4,
        )
        for row in found
    ]


def _conditions(wanted: OrderFilter) -> list[ColumnElement[bool]] | None:
    """The conditions of a filter; None when nothing can fit."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        conditions.append(Adoption.state == wanted.state)
    if wanted.offer_id is not None:
        conditions.append(Adoption.offer_id == wanted.offer_id)
    if wanted.from_on is not None:
        conditions.append(Adoption.created_at >= datetime.combine(wanted.from_on, time.min, SHANGHAI))
    if wanted.to_on is not None:
        end = datetime.combine(wanted.to_on, time.min, SHANGHAI) + timedelta(days=1)
        conditions.append(Adoption.created_at < end)
    if wanted.grid_code is not None:
        conditions.append(Adoption.plot_id.in_(farm.plot_ids_of_grid(wanted.grid_code)))
    if wanted.search is not None:
        found = _search(wanted.search)
        if found is None:
            return None
        conditions.append(found)
    return conditions


def _search(search: Search) -> ColumnElement[bool] | None:
    key = search.key
    if search.kind is Kind.CODE:
        return Adoption.code == key
    if search.kind is Kind.RECIPIENT:
        return Adoption.recipient_index == key
    if search.kind is Kind.PHONE:
        return or_(
            Adoption.person_id.in_(find_people.ids_of_phone(key)),
            Adoption.delivery_phone_index == key,
        )
    if search.kind is Kind.LAST4:
        return or_(
            Adoption.person_id.in_(find_people.ids_of_last4(key)),
            Adoption.delivery_phone_last4 == key,
        )
    return _at(key)


def _at(key: str) -> ColumnElement[bool] | None:
    """The orders of a place; None when there is no such place."""
    plot_id = farm.find_plot_id(key)
    if plot_id is not None:
        return Adoption.plot_id == plot_id
    plot_ids = farm.plot_ids_of_grid(key)
    if plot_ids:
        return Adoption.plot_id.in_(plot_ids)
    plot_code, _dash, number = key.rpartition("-")
    plot_id = farm.find_plot_id(plot_code)
    return None if plot_id is None else (Adoption.plot_id == plot_id) & (Adoption.rope_number == int(number))


def minutes_left(held_until: datetime) -> int:
    """How many whole minutes a hold still has; 0 when its time is over."""
    return max(0, int((held_until - clock.now()).total_seconds() // 60))
