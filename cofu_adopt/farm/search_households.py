"""The desk's reads of households: phone and bank account are masked here and leave only by reveal_household.py."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select

from cofu_adopt.core import clock
from cofu_adopt.core.crypto import mask
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.farm.models import Household, HouseholdMember, PlotShare
from cofu_adopt.identity.find_people import ids_of_last4
from cofu_adopt.identity.phone import normalise_phone, phone_index

SHORTEST_PHONE = 7
LAST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """A household as the desk sees it."""

    id: int
    code: str
    head_name: str
    village: str
    phone_masked: str
    bank_name: str
    bank_clearing_code: str
    bank_account_masked: str
    payee_name: str
    family_size: int
    low_income: bool
    joined_on: date
    public_name: str | None
    public_consent_at: datetime | None
    plot_count: int


def list_households(
    typed: str = "", *, after: str | None = None, before: str | None = None, limit: int = 50
) -> list[HouseholdRow]:
    """Households by code that fit what was typed: a code, a name, a village, a phone or its last four digits.

    Those after the code `after`, or the last ones before the code `before`. Raises Invalid for a phone with a digit
    missing.
    """
    query = select(Household).limit(limit)
    text = unicodedata.normalize("NFKC", typed).strip()
    if text:
        query = query.where(_fits(text))
    if before is not None:
        query = query.where(Household.code < before).order_by(Household.code.desc())
        return _rows(list(db.session.scalars(query))[::-1])
    query = query.order_by(Household.code)
    return _rows(db.session.scalars(query if after is None else query.where(Household.code > after)).all())


def get_household(code: str) -> HouseholdRow:
    """The household with this code. Raises NotFound."""
    found = db.session.scalar(select(Household).where(Household.code == code))
    if found is None:
        raise NotFound
    return _rows([found])[0]


def codes_of(household_ids: Iterable[int]) -> dict[int, str]:
    """The codes of households by id."""
    return dict(
        db.session.execute(select(Household.id, Household.code).where(Household.id.in_(list(household_ids)))).all()
    )


def find_id(code: str) -> int | None:
    """The id of the household with this code."""
    return db.session.scalar(select(Household.id).where(Household.code == code))


def looks_like_phone(text: str) -> bool:
    """True for what has as many digits as a phone, or is its last four."""
    digits = "".join(one for one in text if one.isdigit())
    others = set(text) - set("0123456789+-() ")
    return not others and (len(digits) == LAST_DIGITS or len(digits) >= SHORTEST_PHONE)


def _fits(text: str) -> ColumnElement[bool]:
    if looks_like_phone(text):
        digits = "".join(one for one in text if one.isdigit())
        if len(digits) == LAST_DIGITS:
            # The person who signs in for a household has its phone, and of hers the last four digits lie open.
            of_people = select(HouseholdMember.household_id).where(HouseholdMember.person_id.in_(ids_of_last4(digits)))
            return Household.id.in_(of_people)
        return Household.phone_index == phone_index(normalise_phone(text, field="q"))
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return or_(
        Household.code == text.upper(),
        Household.head_name.like(pattern, escape="\\"),
        Household.payee_name.like(pattern, escape="\\"),
        Household.village.like(pattern, escape="\\"),
        Household.public_name.like(pattern, escape="\\"),
    )


def _rows(households: Iterable[Household]) -> list[HouseholdRow]:
    households = list(households)
    latest = (
        select(PlotShare.plot_id, func.max(PlotShare.valid_from).label("since"))
        .where(PlotShare.valid_from <= clock.today())
        .group_by(PlotShare.plot_id)
        .subquery()
    )
    plots = dict(
        db.session.execute(
            select(PlotShare.household_id, func.count())
            .join(latest, (latest.c.plot_id == PlotShare.plot_id) & (latest.c.since == PlotShare.valid_from))
            .where(PlotShare.household_id.in_([household.id for household in households]))
            .group_by(PlotShare.household_id)
        ).all()
    )
    return [
        HouseholdRow(
            id=household.id,
            code=household.code,
            head_name=household.head_name,
            village=household.village,
            phone_masked=mask(household.phone),
            bank_name=household.bank_name,
            bank_clearing_code=household.bank_clearing_code,
            bank_account_masked=mask(household.bank_account, head=4, tail=4),
            payee_name=household.payee_name,
            family_size=household.family_size,
            low_income=household.low_income,
            joined_on=household.joined_on,
            public_name=household.public_name,
            public_consent_at=household.public_consent_at,
            plot_count=plots.get(household.id, 0),
        )
        for household in households
    ]


def mask_search(text: str) -> str:
    """What was typed, fit for the audit log."""
    try:
        return mask(normalise_phone(text)) if looks_like_phone(text) and len(text) > LAST_DIGITS else text
    except Invalid:
        return mask(text)
