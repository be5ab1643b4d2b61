"""Reads of remedies. Other slices get frozen rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cofu_adopt.adoptions import queries as adoptions
from cofu_adopt.adoptions.equal_rope import find_equal_rope
from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.events import Cause
from cofu_adopt.payments import credit
from cofu_adopt.remedies.models import ChosenBy, Outcome, Remedy, RemedyState
from cofu_adopt.remedies.outcomes import WAYS


@dataclass(frozen=True, slots=True)
class RemedyRow:
    """One remedy."""

    id: int
    cause: Cause
    amount_fen: int
    lost_label: str
    offered: tuple[Outcome, ...]
    default_outcome: Outcome
    state: RemedyState
    outcome: Outcome | None
    chosen_by: ChosenBy | None
    opened_at: datetime
    choose_until: datetime
    chosen_at: datetime | None
    done_at: datetime | None

    @property
    def is_over(self) -> bool:
        """True when nobody can choose any more, chosen or not."""
        return self.state is not RemedyState.OPEN or clock.now() >= self.choose_until


@dataclass(frozen=True, slots=True)
class Choice:
    """A remedy with what of it can be had at this moment.

    `equal_rope` is the rope that she would get now; `credit_fen` what of the amount credit had paid, which is credit
    again with every outcome but the rope.
    """

    remedy: RemedyRow
    possible: tuple[Outcome, ...]
    equal_rope: str | None
    credit_fen: int


def newest_of_order(adoption_id: int) -> Remedy:
    """The order's newest remedy as it stands. Raises NotFound when nothing was ever owed."""
    found = db.session.scalar(
        select(Remedy)
        .where(Remedy.adoption_id == adoption_id)
        .order_by(Remedy.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def get_own_choice(code: str, person_id: int) -> Choice:
    """What the person can choose for her order. Raises NotFound, also for somebody else's."""
    return _choice(adoptions.find_own(code, person_id))


def get_choice(code: str) -> Choice:
    """What can be chosen for an order, whosever it is. Raises NotFound."""
    return _choice(db.session.get_one(Adoption, adoptions.get_id(code)))


def list_of_order(adoption_id: int) -> list[RemedyRow]:
    """All remedies of an order, oldest first."""
    query = select(Remedy).where(Remedy.adoption_id == adoption_id).order_by(Remedy.id)
    return [_row(remedy) for remedy in db.session.scalars(query)]


def open_by_order(adoption_ids: Collection[int]) -> dict[int, RemedyRow]:
    """The remedies of these orders that wait for a choice, by order."""
    if not adoption_ids:
        return {}
    query = select(Remedy).where(Remedy.adoption_id.in_(adoption_ids), Remedy.state == RemedyState.OPEN)
    return {remedy.adoption_id: _row(remedy) for remedy in db.session.scalars(query)}


def _choice(adoption: Adoption) -> Choice:
    row, credit_fen = _row(newest_of_order(adoption.id)), credit.spent_on(adoption.id)
    if row.is_over:
        return Choice(row, (), None, credit_fen)
    possible = tuple(outcome for outcome in row.offered if WAYS[outcome].is_possible(adoption))
    return Choice(row, possible, find_equal_rope(adoption) if Outcome.ROPE in possible else None, credit_fen)


def _row(remedy: Remedy) -> RemedyRow:
    return RemedyRow(
        id=remedy.id,
        cause=Cause(remedy.cause),
        amount_fen=remedy.amount_fen,
        lost_label=remedy.lost_label,
        offered=tuple(Outcome(outcome) for outcome in remedy.offered),
        default_outcome=Outcome(remedy.default_outcome),
        state=RemedyState(remedy.state),
        outcome=None if remedy.outcome is None else Outcome(remedy.outcome),
        chosen_by=None if remedy.chosen_by is None else ChosenBy(remedy.chosen_by),
        opened_at=remedy.opened_at,
        choose_until=remedy.choose_until,
        chosen_at=remedy.chosen_at,
        done_at=remedy.done_at,
    )
