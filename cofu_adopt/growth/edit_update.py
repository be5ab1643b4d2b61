"""Edit a post within a day; what it said before is kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import Invalid
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth import keep_reading
from cofu_adopt.growth.content import MOST_PHOTOS, Content, Post, check_content
from cofu_adopt.growth.errors import TooLateToChange, UpdateWithdrawnAlready
from cofu_adopt.growth.models import (
    GrowthReading,
    GrowthUpdate,
    GrowthUpdatePhoto,
    GrowthUpdatePlot,
    ReadingState,
    Weather,
    Work,
)
from cofu_adopt.growth.own_update import is_young, keep_revision, lock_update
from cofu_adopt.growth.post_update import attach_photos, check_people, columns, pick_photos
from cofu_adopt.growth.sample import Sample


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes different: `content` by the names of its fields; a plot's reading is replaced, None takes it out.

    Photos are added by the UUIDs of their uploads and dropped by their ids.
    """

    content: dict[str, Any]
    readings: dict[str, Sample | None]
    photo_uuids: tuple[str, ...] = ()
    people_uuids: frozenset[str] = frozenset()
    people_consent: bool = False
    dropped_photo_ids: frozenset[int] = frozenset()
    confirmed: bool = False


def edit_update(update_id: int, household_ids: Collection[int], person_id: int, change: Change) -> None:
    """Change a post of one of these households.

    Raises NotFound, UpdateWithdrawnAlready, TooLateToChange, Invalid, ReadingQuestioned.
    """
    update = lock_update(update_id, household_ids)
    if update.withdrawn_at is not None or update.hidden_at is not None:
        raise UpdateWithdrawnAlready
    if not is_young(update):
        raise TooLateToChange
    content = check_content(replace(_content(update), **change.content))
    check_people(change.photo_uuids, change.people_uuids)
    change = replace(change, readings=_really_new(update_id, change.readings))
    if not (change.readings or change.photo_uuids or change.dropped_photo_ids) and content == _content(update):
        return
    keep_revision(update, person_id)
    was = update.water_temperature_c
    for name, value in columns(content).items():
        setattr(update, name, value)
    _change_photos(update, person_id, change)
    _change_readings(update, content, change)
    keep_reading.retell_water(keep_reading.readings_of(update.id), was, content.water_temperature_c)
    update.edited_at = clock.now()
    db.session.flush()


def _content(update: GrowthUpdate) -> Content:
    weather = None if update.weather is None else Weather(update.weather)
    return Content(update.note, weather, tuple(Work(work) for work in update.work), update.water_temperature_c)


def _really_new(update_id: int, readings: dict[str, Sample | None]) -> dict[str, Sample | None]:
    # A form sends again what it was filled with; what was confirmed is not asked about twice.
    plot_ids = {code: farm.find_plot_id(code) or 0 for code in readings}
    known = {code: keep_reading.reading_of(update_id, plot_id) for code, plot_id in plot_ids.items()}
    return {code: sample for code, sample in readings.items() if not _says_the_same(known[code], sample)}


def _says_the_same(row: GrowthReading | None, sample: Sample | None) -> bool:
    if row is None or sample is None or sample.lengths_mm is not None or row.state != ReadingState.KEPT:
        return False
    told = (sample.mean_shell_length_mm, sample.sample_count, sample.survival)
    return told == (row.mean_shell_length_mm, row.sample_count, row.survival)


def _change_photos(update: GrowthUpdate, person_id: int, change: Change) -> None:
    mine = GrowthUpdatePhoto.update_id == update.id
    if change.dropped_photo_ids:
        db.session.execute(
            delete(GrowthUpdatePhoto).where(mine, GrowthUpdatePhoto.photo_id.in_(change.dropped_photo_ids))
        )
    if not change.photo_uuids:
        return
    post = Post("", (), photo_uuids=change.photo_uuids, people_uuids=change.people_uuids)
    known = {row.photo_id: row for row in db.session.scalars(select(GrowthUpdatePhoto).where(mine))}
    sent = pick_photos(person_id, post)
    added = {photo_id: people for photo_id, people in sent.items() if photo_id not in known}
    for photo_id, row in known.items():
        # Sent again with people on it, it is not shown until they agree.
        if sent.get(photo_id) and not row.shows_people:
            row.shows_people = True
            if change.people_consent:
                row.people_consent_at, row.people_consent_revoked_at = clock.now(), None
    if len(known) + len(added) > MOST_PHOTOS:
        raise Invalid({"photo_uuids": _("一次最多 %(most)s 张照片。", most=MOST_PHOTOS)})
    last = db.session.scalar(select(func.max(GrowthUpdatePhoto.position)).where(mine))
    attach_photos(update.id, 0 if last is None else last + 1, added, consent=change.people_consent)


def _change_readings(update: GrowthUpdate, content: Content, change: Change) -> None:
    if not change.readings:
        return
    ids = db.session.scalars(select(GrowthUpdatePlot.plot_id).where(GrowthUpdatePlot.update_id == update.id))
    plots = {code: plot_id for plot_id, code in farm.plot_codes(list(ids)).items()}
    on = keep_reading.day_of_post(update.happened_at)
    old: dict[int, GrowthReading] = {row.plot_id: row for row in keep_reading.readings_of(update.id)}
    samples = {code: sample for code, sample in change.readings.items() if sample is not None}
    # Out of the way first, so that the new value is compared with what was there without the old one.
    for code in change.readings:
        row = old.get(plots.get(code, 0))
        if row is not None:
            keep_reading.drop(row, is_replaced=code in samples)
    asked = keep_reading.ask(plots, on, samples, confirmed=change.confirmed)
    keep_reading.keep(plots, on, samples, asked, update_id=update.id, water_temperature_c=content.water_temperature_c)
