"""Rows of the diary as its schemas write them, with the photos of a page in one query."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from cofu_adopt.core.media.photos import PhotoRow, find_photos
from cofu_adopt.growth.rows import OwnUpdate, UpdateRow


def dump_updates(rows: Collection[UpdateRow]) -> list[dict[str, Any]]:
    """Posts as everybody may see them."""
    photos = find_photos({photo for row in rows for one in (row, *row.corrections) for photo in one.photos})
    return [_entry(row, photos) | {"corrections": [_entry(later, photos) for later in row.corrections]} for row in rows]


def dump_own(rows: Collection[OwnUpdate]) -> list[dict[str, Any]]:
    """Posts as their household sees them, with every photo and reading."""
    photos = find_photos({photo.photo_id for own in rows for photo in own.photos})
    return [
        _entry(own.row, photos)
        | {
            "household_id": own.row.household_id,
            "corrects_id": own.corrects_id,
            "withdrawn_at": own.withdrawn_at,
            "hidden_at": own.hidden_at,
            "changeable_until": own.changeable_until,
            "photos": [photos[photo.photo_id] for photo in own.photos],
            "readings": [asdict(reading) for reading in own.readings],
        }
        for own in rows
    ]


def _entry(row: UpdateRow, photos: Mapping[int, PhotoRow]) -> dict[str, Any]:
    return asdict(row) | {"photos": [photos[photo] for photo in row.photos]}
