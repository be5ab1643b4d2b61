"""Reads of the diary. What is withdrawn, hidden or not consented to leaves only for its household and the workshop."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_

from cofu_adopt.core.db import UtcDateTime, db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.growth.assemble import own_rows, public_rows
from cofu_adopt.growth.models import GrowthRevision, GrowthUpdate, GrowthUpdatePlot
from cofu_adopt.growth.rows import OwnUpdate, RevisionRow, UpdateRow

Place = tuple[datetime, int]
"""Where a row stands: the moment and the id."""


def timeline(plot_ids: Collection[int], before: Place | None = None, limit: int = 20) -> list[UpdateRow]:
    """What everybody may see of these plots, newest first; corrections stand with what they correct."""
    about = select(GrowthUpdatePlot.update_id).where(GrowthUpdatePlot.plot_id.in_(plot_ids))
    query = _page(select(GrowthUpdate).where(GrowthUpdate.id.in_(about), is_live(), _is_first()), before, limit)
    return public_rows(list(db.session.scalars(query)), set(plot_ids))


def plot_days(plot_ids: Collection[int]) -> dict[int, datetime]:
    """When something was last posted for each of these plots; those without a post are left out."""
    query = (
        select(GrowthUpdatePlot.plot_id, func.max(GrowthUpdate.happened_at))
        .join(GrowthUpdate, GrowthUpdate.id == GrowthUpdatePlot.update_id)
        .where(GrowthUpdatePlot.plot_id.in_(plot_ids), is_live())
        .group_by(GrowthUpdatePlot.plot_id)
    )
    return dict(db.session.execute(query).all())


def updates_of_household(
    household_ids: Collection[int], before: Place | None = None, limit: int = 20
) -> list[OwnUpdate]:
    """The households' own posts, newest first, also those that nobody else sees."""
    query = select(GrowthUpdate).where(GrowthUpdate.household_id.in_(household_ids))
    return own_rows(list(db.session.scalars(_page(query, before, limit))))


def list_updates(before: Place | None = None, limit: int = 20, *, hidden: bool = False) -> list[OwnUpdate]:
    """All posts for the workshop, newest first; `hidden`: only those that it took off."""
    query = select(GrowthUpdate)
    if hidden:
        query = query.where(GrowthUpdate.hidden_at.is_not(None))
    return own_rows(list(db.session.scalars(_page(query, before, limit))))


def get_update(update_id: int, household_ids: Collection[int] | None = None) -> OwnUpdate:
    """A post of one of these households (None: the workshop asks). Raises NotFound."""
    found = db.session.get(GrowthUpdate, update_id)
    if found is None or (household_ids is not None and found.household_id not in household_ids):
        raise NotFound
    return own_rows([found])[0]


def find_public_update(update_id: int) -> UpdateRow | None:
    """A post that everybody may see; None when it is no more to be seen."""
    query = select(GrowthUpdate).where(GrowthUpdate.id == update_id, is_live())
    rows = public_rows(list(db.session.scalars(query)), None)
    return rows[0] if rows else None


def public_updates(update_ids: Collection[int]) -> dict[int, UpdateRow]:
    """Those of these posts that everybody may see, by id."""
    query = select(GrowthUpdate).where(GrowthUpdate.id.in_(update_ids), is_live())
    return {row.id: row for row in public_rows(list(db.session.scalars(query)), None)}


def plots_of_update(update_id: int) -> list[int]:
    """The ids of the plots that a post is about."""
    return list(db.session.scalars(select(GrowthUpdatePlot.plot_id).where(GrowthUpdatePlot.update_id == update_id)))


def history(update_id: int) -> list[RevisionRow]:
    """What a post said before each change, oldest first. The caller has checked whose it is."""
    query = select(GrowthRevision).where(GrowthRevision.update_id == update_id).order_by(GrowthRevision.id)
    return [RevisionRow(row.made_at, row.person_id, row.before) for row in db.session.scalars(query)]


def is_live() -> ColumnElement[bool]:
    """A condition on GrowthUpdate: everybody may see it."""
    return GrowthUpdate.withdrawn_at.is_(None) & GrowthUpdate.hidden_at.is_(None)


def _is_first() -> ColumnElement[bool]:
    return GrowthUpdate.corrects_id.is_(None)


def _page(query: Select[GrowthUpdate], before: Place | None, limit: int) -> Select[GrowthUpdate]:
    if before is not None:
        at, update_id = before
        # Typed, as SQLite would else compare with the wall clock of wherever `at` was made.
        place = tuple_(literal(at, UtcDateTime()), update_id)
        query = query.where(tuple_(GrowthUpdate.happened_at, GrowthUpdate.id) < place)
    return query.order_by(GrowthUpdate.happened_at.desc(), GrowthUpdate.id.desc()).limit(limit)
