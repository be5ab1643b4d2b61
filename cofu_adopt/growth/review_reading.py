"""The workshop looks at a reading that was questioned: it stands, or it goes."""

from __future__ import annotations

from sqlalchemy import select

from cofu_adopt.core import audit, clock
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.core.reason import load_reason
from cofu_adopt.farm.record_measurement import lock_plots
from cofu_adopt.growth import keep_reading
from cofu_adopt.growth.errors import AlreadyReviewed
from cofu_adopt.growth.models import GrowthReading, GrowthUpdate, ReadingState


def accept_reading(reading_id: int, person_id: int, typed_reason: str) -> None:
    """It is right. What nobody had confirmed moves the chart from now on. Raises NotFound, Invalid, AlreadyReviewed."""
    reason, row = load_reason(typed_reason), _lock(reading_id)
    if row.state == ReadingState.QUESTIONED:
        keep_reading.keep_row(row)
    _note(row, person_id, "growth.accept_reading", reason)


def reject_reading(reading_id: int, person_id: int, typed_reason: str) -> None:
    """It is wrong, and goes from the plot's measurements. Raises NotFound, Invalid, AlreadyReviewed."""
    reason, row = load_reason(typed_reason), _lock(reading_id)
    keep_reading.drop(row)
    _note(row, person_id, "growth.reject_reading", reason)


def _lock(reading_id: int) -> GrowthReading:
    plot_id = db.session.scalar(select(GrowthReading.plot_id).where(GrowthReading.id == reading_id))
    if plot_id is None:
        raise NotFound
    lock_plots([plot_id])
    row = db.session.scalars(
        select(GrowthReading).where(GrowthReading.id == reading_id).execution_options(populate_existing=True)
    ).one()
    update = None if row.update_id is None else db.session.get(GrowthUpdate, row.update_id, populate_existing=True)
    gone = update is not None and update.withdrawn_at is not None
    if row.question is None or row.reviewed_at is not None or row.state == ReadingState.REJECTED or gone:
        raise AlreadyReviewed
    return row


def _note(row: GrowthReading, person_id: int, act: str, reason: str) -> None:
    row.reviewed_by_id, row.reviewed_at = person_id, clock.now()
    db.session.flush()
    facts = {"plot_id": row.plot_id, "day": row.measured_on.isoformat(), "mm": float(row.mean_shell_length_mm)}
    audit.record(act, "growth_reading", row.id, after={**facts, "reason": reason})
