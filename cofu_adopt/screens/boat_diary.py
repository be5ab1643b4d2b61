"""What the household's home reads of the diary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from cofu_adopt.core.db import db
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth.models import GrowthReading, GrowthUpdate, GrowthUpdatePhoto, GrowthUpdatePlot, ReadingState


@dataclass(frozen=True, slots=True)
class OwnPost:
    """A post of one's own, also one that nobody else sees any more."""

    id: int
    happened_at: datetime
    plot_codes: tuple[str, ...]
    note: str
    photo_count: int
    mean_shell_length_mm: float | None
    is_questioned: bool
    is_withdrawn: bool
    is_hidden: bool


def plot_days(plot_ids: Collection[int]) -> dict[int, datetime]:
    """When something was last posted for each of these plots; those without a post are left out."""
    query = (
        select(GrowthUpdatePlot.plot_id, func.max(GrowthUpdate.happened_at))
        .join(GrowthUpdate, GrowthUpdate.id == GrowthUpdatePlot.update_id)
        .where(
            GrowthUpdatePlot.plot_id.in_(plot_ids),
            GrowthUpdate.withdrawn_at.is_(None),
            GrowthUpdate.hidden_at.is_(None),
        )
        .group_by(GrowthUpdatePlot.plot_id)
    )
    return dict(db.session.execute(query).all())


def own_posts(household_ids: Collection[int], limit: int = 5) -> list[OwnPost]:
    """The households' own newest posts, with what has become of them."""
    updates = db.session.scalars(
        select(GrowthUpdate)
        .where(GrowthUpdate.household_id.in_(household_ids))
        .order_by(GrowthUpdate.happened_at.desc(), GrowthUpdate.id.desc())
        .limit(limit)
    ).all()
    ids = [update.id for update in updates]
    plots: dict[int, list[int]] = defaultdict(list)
    about = select(GrowthUpdatePlot.update_id, GrowthUpdatePlot.plot_id).where(GrowthUpdatePlot.update_id.in_(ids))
    for row in db.session.execute(about):
        plots[row.update_id].append(row.plot_id)
    codes = farm.plot_codes([plot_id for found in plots.values() for plot_id in found])
    photos = dict(
        db.session.execute(
            select(GrowthUpdatePhoto.update_id, func.count())
            .where(GrowthUpdatePhoto.update_id.in_(ids))
            .group_by(GrowthUpdatePhoto.update_id)
        ).all()
    )
    readings: dict[int, list[GrowthReading]] = defaultdict(list)
    for reading in db.session.scalars(select(GrowthReading).where(GrowthReading.update_id.in_(ids))):
        readings[reading.update_id or 0].append(reading)
    return [
        OwnPost(
            id=update.id,
            happened_at=update.happened_at,
            plot_codes=tuple(sorted(codes[plot_id] for plot_id in plots[update.id])),
            note=update.note,
            photo_count=photos.get(update.id, 0),
            mean_shell_length_mm=next((float(row.mean_shell_length_mm) for row in readings[update.id]), None),
            is_questioned=any(row.state == ReadingState.QUESTIONED for row in readings[update.id]),
            is_withdrawn=update.withdrawn_at is not None,
            is_hidden=update.hidden_at is not None,
        )
        for update in updates
    ]
