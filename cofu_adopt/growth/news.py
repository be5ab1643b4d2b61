"""The newest of many plots at a glance, each in one statement, and which measurements a post has told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from cofu_adopt.core.db import db
from cofu_adopt.growth.models import (
    GrowthReading,
    GrowthUpdate,
    GrowthUpdatePhoto,
    GrowthUpdatePlot,
    ReadingState,
)


@dataclass(frozen=True, slots=True)
class News:
    """A plot's newest post that everybody may see."""

    happened_at: datetime
    note: str


def is_seen() -> ColumnElement[bool]:
    """A condition on GrowthUpdate: a post that everybody may see. A correction is none, it stands with its post."""
    first = GrowthUpdate.corrects_id.is_(None)
    return first & GrowthUpdate.withdrawn_at.is_(None) & GrowthUpdate.hidden_at.is_(None)


def is_shown() -> ColumnElement[bool]:
    """A condition on GrowthUpdatePhoto: nobody is on it, or only people who agree."""
    agreed = GrowthUpdatePhoto.people_consent_at.is_not(None) & GrowthUpdatePhoto.people_consent_revoked_at.is_(None)
    return GrowthUpdatePhoto.shows_people.is_(False) | agreed


def newest_posts(plot_ids: Collection[int]) -> dict[int, News]:
    """The newest post of each of these plots; those without a post are left out."""
    ranked = (
        select(GrowthUpdatePlot.plot_id, GrowthUpdate.happened_at, GrowthUpdate.note, _place().label("place"))
        .join(GrowthUpdate, GrowthUpdate.id == GrowthUpdatePlot.update_id)
        .where(GrowthUpdatePlot.plot_id.in_(plot_ids), is_seen())
        .subquery()
    )
    rows = db.session.execute(select(ranked).where(ranked.c.place == 1))
    return {row.plot_id: News(row.happened_at, row.note) for row in rows}


def newest_photos(plot_ids: Collection[int]) -> dict[int, int]:
    """The id of the newest photo of each of these plots that everybody may see."""
    ranked = (
        select(GrowthUpdatePlot.plot_id, GrowthUpdatePhoto.photo_id, _place(GrowthUpdatePhoto.position).label("place"))
        .join(GrowthUpdate, GrowthUpdate.id == GrowthUpdatePlot.update_id)
        .join(GrowthUpdatePhoto, GrowthUpdatePhoto.update_id == GrowthUpdate.id)
        .where(GrowthUpdatePlot.plot_id.in_(plot_ids), is_seen(), is_shown())
        .subquery()
    )
    rows = db.session.execute(select(ranked).where(ranked.c.place == 1))
    return {row.plot_id: row.photo_id for row in rows}


def days_told(plot_id: int) -> set[date]:
    """The days of a plot's measurements that a post tells of: they need no entry of their own."""
    query = (
        select(GrowthReading.measured_on)
        .join(GrowthUpdate, GrowthUpdate.id == GrowthReading.update_id)
        .where(
            GrowthReading.plot_id == plot_id,
            GrowthReading.state == ReadingState.KEPT,
            GrowthUpdate.withdrawn_at.is_(None),
            GrowthUpdate.hidden_at.is_(None),
        )
    )
    return set(db.session.scalars(query))


def _place(*then: InstrumentedAttribute[int]) -> ColumnElement[int]:
    newest = (GrowthUpdate.happened_at.desc(), GrowthUpdate.id.desc())
    return func.row_number().over(partition_by=GrowthUpdatePlot.plot_id, order_by=(*newest, *then))
