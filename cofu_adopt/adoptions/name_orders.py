"""What orders are called on pages that know them by their id."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.adoptions.queries import label_of
from cofu_adopt.core.db import db


@dataclass(frozen=True, slots=True)
class OrderName:
    """An order's code, its rope, and how it stands."""

    code: str
    label: str
    state: AdoptionState


def order_names(order_ids: Collection[int]) -> dict[int, OrderName]:
    """The names of some orders, by id."""
    rows = db.session.scalars(select(Adoption).where(Adoption.id.in_(order_ids)))
    return {row.id: OrderName(row.code, label_of(row), AdoptionState(row.state)) for row in rows}
