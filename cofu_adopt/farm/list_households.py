"""The households as the desk's list shows them: phone and bank account masked, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select

from cofu_adopt.core.crypto import mask
from cofu_adopt.core.db import db
from cofu_adopt.farm.models import Household, PlotShare
from cofu_adopt.identity.phone import phone_index


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """A household as the desk sees it."""

    code: str
    head_name: str
    village: str
    phone_masked: str
    bank_name: str
    bank_account_masked: str
    payee_name: str
    joined_on: date
    public_name: str | None
    plot_count: int


def list_households(typed: str = "", *, after: str | None = None, limit: int = 50) -> list[HouseholdRow]:
    """Households by code, after the code `after`, that fit what was typed: a code, a name, a village or a phone."""
    query = select(Household).order_by(Household.code).limit(limit)
    text = typed.strip()
    if text:
        query = query.where(
            or_(
                Household.code == text.upper(),
                Household.head_name.contains(text, autoescape=True),
                Household.village.contains(text, autoescape=True),
                Household.phone_index == phone_index(text),
            )
        )
    if after is not None:
        query = query.where(Household.code > after)
    found = list(db.session.scalars(query))
    counts = dict(
        db.session.execute(
            select(PlotShare.household_id, func.count(PlotShare.plot_id.distinct()))
            .where(PlotShare.household_id.in_([household.id for household in found]))
            .group_by(PlotShare.household_id)
        ).all()
    )
    return [
        HouseholdRow(
            code=household.code,
            head_name=household.head_name,
            village=household.village,
            phone_masked=mask(household.phone),
            bank_name=household.bank_name,
            bank_account_masked=mask(household.bank_account),
            payee_name=household.payee_name,
            joined_on=household.joined_on,
            public_name=household.public_name,
            plot_count=counts.get(household.id, 0),
        )
        for household in found
    ]
