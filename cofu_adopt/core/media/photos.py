"""Photos for those who show them: by id, and the address of each rendition."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cofu_adopt.core import clock
from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from cofu_adopt.core.media.decode import Rendered, decode
from cofu_adopt.core.media.models import Photo
from cofu_adopt.core.media.rules import widths_of
from cofu_adopt.core.media.store import key_of, store

PREVIEW_PX = 640
ORPHAN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photo, as others see it. Width and height are those of its largest rendition."""

    id: int
    digest: str
    width_px: int
    height_px: int

    @property
    def widths(self) -> tuple[int, ...]:
        """In pixels, smallest first."""
        return widths_of(self.width_px)

    @property
    def url(self) -> str:
        """The address of a rendition for a preview."""
        return photo_url(self, PREVIEW_PX)


def find_photos(ids: Collection[int]) -> dict[int, PhotoRow]:
    """Those of `ids` that are photos."""
    if not ids:
        return {}
    columns = (Photo.id, Photo.digest, Photo.width_px, Photo.height_px)
    rows = db.session.execute(select(*columns).where(Photo.id.in_(set(ids))))
    return {row.id: PhotoRow(*row) for row in rows}


def photo_url(row: PhotoRow, width: int) -> str:
    """The address of the smallest rendition that is at least `width` wide, or of the largest."""
    fitting = next((each for each in row.widths if each >= width), row.width_px)
    return f"/media/{row.digest}/{fitting}.webp"


def store_image(data: bytes) -> Rendered:
    """Understand `data` and put its renditions into the store; no transaction may be open. Raises PhotoRefused.

    The largest comes last. What dies on the way leaves files that no row names; sweep_store() removes them.
    """
    rendered = decode(data)
    for width, content in rendered.renditions.items():
        store().put(key_of(rendered.digest, width), content)
    return rendered


def keep_photo(rendered: Rendered) -> int:
    """The id of the row for what is in the store; the same image is the same row."""
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    db.session.execute(
        insert(Photo)
        .values(
            digest=rendered.digest,
            width_px=rendered.width_px,
            height_px=rendered.height_px,
            size_bytes=rendered.size_bytes,
            created_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["digest"])
    )
    return db.session.scalars(select(Photo.id).where(Photo.digest == rendered.digest)).one()


def sweep_store() -> int:
    """Remove files of which no row knows after a day; return how many."""
    return store().sweep(clock.now() - ORPHAN_AFTER, _known)


def _known(digests: set[str]) -> set[str]:
    with unit_of_work(writes=False):
        return set(db.session.scalars(select(Photo.digest).where(Photo.digest.in_(digests))))
