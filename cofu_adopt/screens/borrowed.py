"""What the rope's page asks of posts and photos, until growth/queries.py and core/media are there: see below.

timeline, UpdateRow and ReadingRow belong to growth/queries.py and growth/rows.py, WEATHERS and WORKS to
growth/words.py, PhotoRow, find_photos and photo_url to core/media/photos.py, photo() to core/media/pages.py.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select, tuple_

from cofu_adopt.core.db import db
from cofu_adopt.core.media.models import Photo
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.models import Household
from cofu_adopt.growth.models import (
    GrowthReading,
    GrowthUpdate,
    GrowthUpdatePhoto,
    GrowthUpdatePlot,
    ReadingState,
    Weather,
    Work,
)

WIDTHS = (320, 640, 1280)
WEATHERS: dict[Weather, Any] = {
    Weather.SUNNY: _l("晴"),
    Weather.CLOUDY: _l("多云"),
    Weather.RAIN: _l("雨"),
    Weather.FOG: _l("雾"),
    Weather.WINDY: _l("大风"),
}
WORKS: dict[Work, Any] = {
    Work.HANGING: _l("挂苗"),
    Work.THINNING: _l("分苗"),
    Work.CLEANING: _l("清附着物"),
    Work.INSPECTION: _l("巡检"),
}


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A measured value of a post."""

    plot_code: str
    measured_on: date
    mean_shell_length_mm: float
    sample_count: int
    survival: float | None


@dataclass(frozen=True, slots=True)
class UpdateRow:
    """A post as everybody may see it."""

    id: int
    household_id: int
    household_name: str | None
    happened_at: datetime
    note: str
    weather: Weather | None
    work: tuple[Work, ...]
    water_temperature_c: float | None
    photos: tuple[int, ...]
    readings: tuple[ReadingRow, ...]
    edited: bool
    on_behalf: bool
    corrections: tuple[UpdateRow, ...] = ()

    @property
    def place(self) -> tuple[datetime, int]:
        """Where it stands in a list, newest first."""
        return self.happened_at, self.id


def timeline(plot_ids: Collection[int], before: tuple[datetime, int] | None = None, limit: int = 20) -> list[UpdateRow]:
    """What everybody may see of these plots, newest first."""
    about = select(GrowthUpdatePlot.update_id).where(GrowthUpdatePlot.plot_id.in_(plot_ids))
    query = select(GrowthUpdate).where(
        GrowthUpdate.id.in_(about), GrowthUpdate.withdrawn_at.is_(None), GrowthUpdate.hidden_at.is_(None)
    )
    if before is not None:
        query = query.where(tuple_(GrowthUpdate.happened_at, GrowthUpdate.id) < tuple_(*before))
    found = db.session.scalars(query.order_by(GrowthUpdate.happened_at.desc(), GrowthUpdate.id.desc()).limit(limit))
    return [_row(update, plot_ids) for update in found]


def _row(update: GrowthUpdate, plot_ids: Collection[int]) -> UpdateRow:
    household = db.session.get_one(Household, update.household_id)
    photos = db.session.scalars(
        select(GrowthUpdatePhoto).where(GrowthUpdatePhoto.update_id == update.id).order_by(GrowthUpdatePhoto.position)
    )
    readings = db.session.scalars(
        select(GrowthReading).where(
            GrowthReading.update_id == update.id,
            GrowthReading.plot_id.in_(plot_ids),
            GrowthReading.state == ReadingState.KEPT,
        )
    )
    warmth = update.water_temperature_c
    return UpdateRow(
        id=update.id,
        household_id=update.household_id,
        household_name=household.public_name if household.public_consent_at else None,
        happened_at=update.happened_at,
        note=update.note,
        weather=None if update.weather is None else Weather(update.weather),
        work=tuple(Work(work) for work in update.work),
        water_temperature_c=None if warmth is None else float(warmth),
        photos=tuple(
            row.photo_id
            for row in photos
            if not row.shows_people or (row.people_consent_at and not row.people_consent_revoked_at)
        ),
        readings=tuple(
            ReadingRow(
                farm.plot_code(row.plot_id),
                row.measured_on,
                float(row.mean_shell_length_mm),
                row.sample_count,
                None if row.survival is None else float(row.survival),
            )
            for row in readings
        ),
        edited=update.edited_at is not None,
        on_behalf=update.on_behalf,
    )


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photo, as others see it."""

    id: int
    digest: str
    width_px: int
    height_px: int

    @property
    def widths(self) -> tuple[int, ...]:
        """In pixels, smallest first."""
        return (*(width for width in WIDTHS if width < self.width_px), self.width_px)


def find_photos(ids: Collection[int]) -> dict[int, PhotoRow]:
    """Those of `ids` that are photos."""
    columns = (Photo.id, Photo.digest, Photo.width_px, Photo.height_px)
    rows = db.session.execute(select(*columns).where(Photo.id.in_(set(ids))))
    return {row.id: PhotoRow(*row) for row in rows}


def photo_url(row: PhotoRow, width: int) -> str:
    """The address of the smallest rendition that is at least `width` wide, or of the largest."""
    return f"/media/{row.digest}/{next((each for each in row.widths if each >= width), row.width_px)}.webp"


def photo(row: PhotoRow, alt: str, sizes: str = "100vw") -> Markup:
    """The photo for a template."""
    return Markup(
        '<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" loading="lazy" decoding="async">'
    ).format(
        photo_url(row, 640),
        ", ".join(f"{photo_url(row, width)} {width}w" for width in row.widths),
        sizes,
        row.width_px,
        row.height_px,
        alt,
    )
