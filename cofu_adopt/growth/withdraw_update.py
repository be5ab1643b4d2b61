"""Withdraw a post within a day: it is kept, and shown to nobody but its household and the workshop."""

from __future__ import annotations

from collections.abc import Collection

from cofu_adopt import events
from cofu_adopt.core import clock
from cofu_adopt.core.bus import publish
from cofu_adopt.core.db import db
from cofu_adopt.growth import keep_reading
from cofu_adopt.growth.correct_update import replaced_by
from cofu_adopt.growth.errors import TooLateToChange
from cofu_adopt.growth.models import ReadingState
from cofu_adopt.growth.own_update import is_young, keep_revision, lock_update


def withdraw_update(update_id: int, household_ids: Collection[int], person_id: int) -> None:
    """Withdraw a post of one of these households; what it measured counts no more. Twice is once.

    Raises NotFound, TooLateToChange.
    """
    update = lock_update(update_id, household_ids)
    if update.withdrawn_at is not None:
        return
    if not is_young(update):
        raise TooLateToChange
    keep_revision(update, person_id)
    rows = keep_reading.readings_of(update.id)
    was_shown = update.hidden_at is None
    update.withdrawn_at = clock.now()
    db.session.flush()
    for row in rows:
        if row.state == ReadingState.KEPT:
            older = None if update.corrects_id is None else replaced_by(row, update.corrects_id)
            keep_reading.settle_day(row, is_replaced=older is not None)
            if older is not None:
                keep_reading.keep_row(older)
    keep_reading.retell_water(rows, update.water_temperature_c, None)
    if was_shown:
        publish(events.UpdateWithdrawn(update_id=update.id))
