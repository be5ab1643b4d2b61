"""The flow of a photo, beside those of flow.py."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import select

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.media import uploads
from cofu_adopt.core.media.errors import PhotoRefused
from cofu_adopt.core.media.rules import SMALLEST_PIECE
from cofu_adopt.core.media.store import LocalStore
from cofu_adopt.identity.models import Person
from tests.core.media.images import PHOTO

if TYPE_CHECKING:
    from tests.crash.flow import Flow


def send_photo(flow: Flow) -> None:
    """A photo comes in two pieces, and something that is none; both uploads are forgotten when their time is over."""
    with unit_of_work(writes=False):
        person_id = db.session.scalars(select(Person.id).order_by(Person.id)).first() or 0
    with TemporaryDirectory() as folder:
        flow.app.extensions["media_store"] = LocalStore(Path(folder))
        for name, data in (("a", PHOTO), ("b", PHOTO[:-40])):
            with unit_of_work():
                row, _is_new = uploads.start_upload(person_id, name, len(data))
            try:
                for start in range(row.received_bytes, len(data), SMALLEST_PIECE):
                    uploads.receive(person_id, name, start, data[start : start + SMALLEST_PIECE])
                uploads.receive(person_id, name, len(data), b"")
            except PhotoRefused:
                continue
        flow.tick(days=31)
