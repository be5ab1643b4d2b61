"""Correct a post after its first day: a new entry that is shown with the old one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import select

from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth import keep_reading
from cofu_adopt.growth.content import Post
from cofu_adopt.growth.errors import TooEarlyToCorrect, UpdateWithdrawnAlready
from cofu_adopt.growth.models import GrowthReading, GrowthUpdate, GrowthUpdatePlot
from cofu_adopt.growth.own_update import is_young, lock_update
from cofu_adopt.growth.post_update import Posted, find_by_uuid, write


def correct_update(
    update_id: int, household_ids: Collection[int], person_id: int, post: Post, *, on_behalf: bool = False
) -> Posted:
    """Set a post of one of these households right, in its moment and for some or all of its plots.

    A reading takes the place of the older one of its plot. The correction of a correction corrects the first entry.
    Nobody is told of it as of a new post. Raises NotFound, UpdateWithdrawnAlready, TooEarlyToCorrect, Invalid,
    ReadingQuestioned, TooManyUpdates.
    """
    found = lock_update(update_id, household_ids)
    first = found if found.corrects_id is None else lock_update(found.corrects_id, household_ids)
    known = find_by_uuid(first.household_id, post.client_uuid)
    if known is not None:
        return Posted(known, is_new=False)
    if first.withdrawn_at is not None or first.hidden_at is not None:
        raise UpdateWithdrawnAlready
    if is_young(found):
        raise TooEarlyToCorrect
    ids = db.session.scalars(select(GrowthUpdatePlot.plot_id).where(GrowthUpdatePlot.update_id == first.id))
    plots = {code: plot_id for plot_id, code in sorted(farm.plot_codes(list(ids)).items())}
    if any(code not in plots for code in post.plot_codes):
        raise NotFound
    _set_aside(first, {plots[code] for code, _sample in post.readings if code in plots})
    wanted = {code: plots[code] for code in post.plot_codes} or plots
    made = write(
        first.household_id,
        person_id,
        replace(post, plot_codes=tuple(wanted)),
        first.happened_at,
        wanted,
        on_behalf=on_behalf,
        corrects_id=first.id,
    )
    if made is None:
        raise AssertionError("the first entry is locked, so nobody else can have corrected it meanwhile")
    return Posted(made, is_new=True)


def replaced_by(withdrawn: GrowthReading, first_id: int) -> GrowthReading | None:
    """The reading that counts again instead of a withdrawn correction's, unless the workshop took it out."""
    rows = (keep_reading.reading_of(update_id, withdrawn.plot_id) for update_id in reversed(_chain(first_id)))
    others = (row for row in rows if row is not None and row.id != withdrawn.id and row.reviewed_at is None)
    return next(others, None)


def _set_aside(first: GrowthUpdate, plot_ids: Collection[int]) -> None:
    for update_id in _chain(first.id):
        for row in keep_reading.readings_of(update_id):
            if row.plot_id in plot_ids:
                keep_reading.drop(row, is_replaced=True)


def _chain(first_id: int) -> list[int]:
    query = select(GrowthUpdate.id).where(
        (GrowthUpdate.id == first_id) | (GrowthUpdate.corrects_id == first_id), GrowthUpdate.withdrawn_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(GrowthUpdate.id)))
