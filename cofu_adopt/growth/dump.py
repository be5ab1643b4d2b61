"""Rows of the diary as its schemas write them, with the photos of a page in one query."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from cofu_adopt.core.media.photos import PhotoRow, find_photos
from cofu_adopt.core.media.schemas import PHOTO
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth import queries
from cofu_adopt.growth.models import ReadingState, Weather, Work
from cofu_adopt.growth.rows import OwnUpdate, PhotoState, UpdateRow


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
            "photos": [_own_photo(photo, photos[photo.photo_id]) for photo in own.photos],
            "readings": [asdict(reading) for reading in own.readings],
        }
        for own in rows
    ]


def dump_detail(own: OwnUpdate) -> dict[str, Any]:
    """One post as its household or the workshop sees it, with what it said before each change."""
    past = queries.history(own.row.id)
    codes = farm.plot_codes(sorted({one["plot_id"] for row in past for one in row.before["readings"]}))
    revisions = [
        row.before
        | {
            "until": row.made_at,
            "person_id": row.person_id,
            "weather": row.before["weather"] and Weather(row.before["weather"]),
            "work": [Work(work) for work in row.before["work"]],
            "readings": [
                one | {"plot_code": codes[one["plot_id"]], "state": ReadingState(one["state"])}
                for one in row.before["readings"]
            ],
        }
        for row in past
    ]
    return dump_own([own])[0] | {"person_id": own.person_id, "revisions": revisions}


def _own_photo(state: PhotoState, photo: PhotoRow) -> dict[str, Any]:
    shown: dict[str, Any] = PHOTO.dump(photo)
    return shown | {"shows_people": state.shows_people, "is_shown": state.is_shown}


def _entry(row: UpdateRow, photos: Mapping[int, PhotoRow]) -> dict[str, Any]:
    return asdict(row) | {"photos": [photos[photo] for photo in row.photos]}
