"""Orders as the desk's list shows them: found by what staff have in hand, page by page, in one query."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, select

from cofu_adopt.adoptions.models import LIVE_STATES, Adoption, AdoptionState
from cofu_adopt.adoptions.rules import rope_label
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.farm.models import Plot
from cofu_adopt.identity.models import Person
from cofu_adopt.identity.phone import normalise_phone, phone_index

ORDER_CODE = re.compile(r"[23456789ABCDEFGHJKMNPQRSTVWXYZ]{10}")
PLOT_CODE = re.compile(r"[A-Z]\d{1,2}-\d{2,3}")
ROPE_LABEL = re.compile(r"([A-Z]\d{1,2}-\d{2,3})-(\d{3})")
LAST4 = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order in the desk's list."""

    id: int
    code: str
    state: AdoptionState
    plot_code: str
    rope_number: int
    adopter_phone_last4: str | None
    offer_id: int
    season: int
    price_fen: int
    created_at: datetime
    held_until: datetime
    paid_at: datetime | None
    ended_at: datetime | None

    @property
    def label(self) -> str:
        """The rope's number as people say it."""
        return rope_label(self.plot_code, self.rope_number)


def list_orders(
    typed: str = "", *, state: AdoptionState | None = None, before: int | None = None, limit: int = 50
) -> list[OrderRow]:
    """Orders that fit what was typed, newest first: the newest, or those older than the id `before`."""
    conditions = [_fits(typed.strip().upper())] if typed.strip() else []
    if state is not None:
        conditions.append(Adoption.state == state)
    if before is not None:
        conditions.append(Adoption.id < before)
    return _rows(conditions, limit)


def get_order(code: str) -> OrderRow:
    """The order with this code, whoever's it is. Raises NotFound."""
    found = _rows([Adoption.code == code], 1)
    if not found:
        raise NotFound
    return found[0]


def orders_of_ropes(plot_id: int) -> dict[int, tuple[str, AdoptionState]]:
    """Code and state of the live orders of a plot, by rope number."""
    query = select(Adoption.rope_number, Adoption.code, Adoption.state).where(
        Adoption.plot_id == plot_id, Adoption.state.in_(LIVE_STATES)
    )
    return {number: (code, AdoptionState(state)) for number, code, state in db.session.execute(query)}


def _rows(conditions: list[ColumnElement[bool]], limit: int) -> list[OrderRow]:
    query = (
        select(
            Adoption.id,
            Adoption.code,
            Adoption.state,
            Plot.code.label("plot_code"),
            Adoption.rope_number,
            Person.phone_last4.label("adopter_phone_last4"),
            Adoption.offer_id,
            Adoption.season,
            Adoption.price_fen,
            Adoption.created_at,
            Adoption.held_until,
            Adoption.paid_at,
            Adoption.ended_at,
        )
        .join(Plot, Plot.id == Adoption.plot_id)
        .join(Person, Person.id == Adoption.person_id)
        .where(*conditions)
        .order_by(Adoption.id.desc())
        .limit(limit)
    )
    rows = db.session.execute(query).mappings()
    return [OrderRow(**{**row, "state": AdoptionState(row["state"])}) for row in rows]


def _fits(text: str) -> ColumnElement[bool]:
    if LAST4.fullmatch(text):
        return Person.phone_last4 == text
    if ORDER_CODE.fullmatch(text):
        return Adoption.code == text
    if PLOT_CODE.fullmatch(text):
        return Plot.code == text
    rope = ROPE_LABEL.fullmatch(text)
    if rope:
        return (Plot.code == rope[1]) & (Adoption.rope_number == int(rope[2]))
    try:
        return Person.phone_index == phone_index(normalise_phone(text, field="q"))
    except Invalid:
        return false()
