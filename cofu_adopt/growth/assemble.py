"""From stored posts to rows: a page's plots, photos, readings, corrections and names, each in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from cofu_adopt.core.db import db
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth.content import CHANGE_WITHIN
from cofu_adopt.growth.models import (
    GrowthReading,
    GrowthUpdate,
    GrowthUpdatePhoto,
    GrowthUpdatePlot,
    ReadingState,
    Weather,
    Work,
)
from cofu_adopt.growth.own_update import is_young
from cofu_adopt.growth.rows import OwnUpdate, PhotoState, ReadingRow, UpdateRow


@dataclass(frozen=True, slots=True)
class _Parts:
    plots: Mapping[int, list[tuple[int, str]]]
    photos: Mapping[int, list[PhotoState]]
    readings: Mapping[int, list[ReadingRow]]
    names: Mapping[int, str | None]


def public_rows(updates: Sequence[GrowthUpdate], plot_ids: Collection[int] | None) -> list[UpdateRow]:
    """Posts as everybody may see them, with their corrections; readings only of `plot_ids` (None: of all)."""
    if not updates:
        return []
    ids = [update.id for update in updates]
    later = db.session.scalars(
        select(GrowthUpdate)
        .where(GrowthUpdate.corrects_id.in_(ids), GrowthUpdate.withdrawn_at.is_(None), GrowthUpdate.hidden_at.is_(None))
        .order_by(GrowthUpdate.id)
    ).all()
    parts = _parts([*updates, *later])
    corrections: dict[int, list[UpdateRow]] = defaultdict(list)
    for update in later:
        corrections[update.corrects_id or 0].append(_row(update, parts, plot_ids))
    return [replace(_row(update, parts, plot_ids), corrections=tuple(corrections[update.id])) for update in updates]


def own_rows(updates: Sequence[GrowthUpdate]) -> list[OwnUpdate]:
    """Posts as their household and the workshop see them."""
    parts = _parts(updates)
    return [_own(update, parts) for update in updates]


def reading_rows(readings: Iterable[GrowthReading]) -> list[ReadingRow]:
    """Readings with the codes of their plots."""
    found = list(readings)
    codes = farm.plot_codes(list({row.plot_id for row in found}))
    return [
        ReadingRow(
            id=row.id,
            plot_id=row.plot_id,
            plot_code=codes[row.plot_id],
            measured_on=row.measured_on,
            mean_shell_length_mm=float(row.mean_shell_length_mm),
            sample_count=row.sample_count,
            survival=None if row.survival is None else float(row.survival),
            state=ReadingState(row.state),
            question=row.question,
        )
        for row in found
    ]


def _parts(updates: Sequence[GrowthUpdate]) -> _Parts:
    ids = [update.id for update in updates]
    about = db.session.execute(
        select(GrowthUpdatePlot.update_id, GrowthUpdatePlot.plot_id).where(GrowthUpdatePlot.update_id.in_(ids))
    ).all()
    codes = farm.plot_codes(list({row.plot_id for row in about}))
    plots: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for row in about:
        plots[row.update_id].append((row.plot_id, codes[row.plot_id]))
    photos: dict[int, list[PhotoState]] = defaultdict(list)
    photo_query = select(GrowthUpdatePhoto).where(GrowthUpdatePhoto.update_id.in_(ids))
    for photo in db.session.scalars(photo_query.order_by(GrowthUpdatePhoto.update_id, GrowthUpdatePhoto.position)):
        agreed = photo.people_consent_at is not None and photo.people_consent_revoked_at is None
        state = PhotoState(photo.photo_id, photo.shows_people, is_shown=agreed or not photo.shows_people)
        photos[photo.update_id].append(state)
    readings: dict[int, list[ReadingRow]] = defaultdict(list)
    stored = db.session.scalars(select(GrowthReading).where(GrowthReading.update_id.in_(ids))).all()
    for reading, shown in zip(stored, reading_rows(stored), strict=True):
        readings[reading.update_id or 0].append(shown)
    for rows in readings.values():
        rows.sort(key=lambda one: one.plot_code)
    names = farm.public_names({update.household_id for update in updates})
    return _Parts(plots, photos, readings, names)


def _row(update: GrowthUpdate, parts: _Parts, plot_ids: Collection[int] | None) -> UpdateRow:
    warmth = update.water_temperature_c
    kept = (row for row in parts.readings.get(update.id, ()) if row.state is ReadingState.KEPT)
    return UpdateRow(
        id=update.id,
        household_id=update.household_id,
        household_name=parts.names.get(update.household_id),
        happened_at=update.happened_at,
        created_at=update.created_at,
        plot_codes=tuple(sorted(code for _plot_id, code in parts.plots.get(update.id, ()))),
        note=update.note,
        weather=None if update.weather is None else Weather(update.weather),
        work=tuple(Work(work) for work in update.work),
        water_temperature_c=None if warmth is None else float(warmth),
        photos=tuple(photo.photo_id for photo in parts.photos.get(update.id, ()) if photo.is_shown),
        readings=tuple(row for row in kept if plot_ids is None or row.plot_id in plot_ids),
        edited=update.edited_at is not None,
        on_behalf=update.on_behalf,
    )


def _own(update: GrowthUpdate, parts: _Parts) -> OwnUpdate:
    stands, young = update.withdrawn_at is None and update.hidden_at is None, is_young(update)
    return OwnUpdate(
        row=_row(update, parts, None),
        person_id=update.person_id,
        corrects_id=update.corrects_id,
        withdrawn_at=update.withdrawn_at,
        hidden_at=update.hidden_at,
        changeable_until=update.created_at + CHANGE_WITHIN,
        can_change=stands and young,
        can_correct=stands and not young,
        photos=tuple(parts.photos.get(update.id, ())),
        readings=tuple(parts.readings.get(update.id, ())),
    )
