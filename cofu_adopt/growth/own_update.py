"""A post of a household, locked so that it can be changed, and what it said before."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.growth.content import CHANGE_WITHIN
from cofu_adopt.growth.models import GrowthReading, GrowthRevision, GrowthUpdate, GrowthUpdatePhoto


def lock_update(update_id: int, household_ids: Collection[int] | None = None) -> GrowthUpdate:
    """The post, locked. Raises NotFound when it is none of these households' (None: the workshop asks)."""
    query = select(GrowthUpdate).where(GrowthUpdate.id == update_id)
    if household_ids is not None:
        query = query.where(GrowthUpdate.household_id.in_(household_ids))
    found = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def is_young(update: GrowthUpdate) -> bool:
    """True while the post may be edited and withdrawn."""
    return clock.now() < update.created_at + CHANGE_WITHIN


def keep_revision(update: GrowthUpdate, person_id: int) -> None:
    """Write down what the post says now, before it is changed."""
    readings = db.session.scalars(select(GrowthReading).where(GrowthReading.update_id == update.id))
    photos = db.session.scalars(
        select(GrowthUpdatePhoto.photo_id)
        .where(GrowthUpdatePhoto.update_id == update.id)
        .order_by(GrowthUpdatePhoto.position)
    )
    warmth = update.water_temperature_c
    before: dict[str, Any] = {
        "note": update.note,
        "weather": update.weather,
        "work": update.work,
        "water_temperature_c": None if warmth is None else float(warmth),
        "photo_ids": list(photos),
        "readings": [
            {
                "plot_id": row.plot_id,
                "mean_shell_length_mm": float(row.mean_shell_length_mm),
                "sample_count": row.sample_count,
                "survival": None if row.survival is None else float(row.survival),
                "state": str(row.state),
            }
            for row in readings
        ],
    }
    db.session.add(GrowthRevision(update_id=update.id, person_id=person_id, made_at=clock.now(), before=before))
    db.session.flush()
