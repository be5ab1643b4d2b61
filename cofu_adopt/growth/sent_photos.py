"""The photos that a post names by their uploads."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from cofu_adopt.core.db import db
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.media.models import Upload


def finished_photos(person_id: int, client_uuids: Sequence[str]) -> dict[str, int]:
    """The photos of a person's own finished uploads, by the uploads' UUIDs. Raises Invalid when one is missing."""
    query = select(Upload.client_uuid, Upload.photo_id).where(
        Upload.person_id == person_id, Upload.client_uuid.in_(client_uuids), Upload.photo_id.is_not(None)
    )
    found = {row.client_uuid: row.photo_id for row in db.session.execute(query)}
    if any(uuid not in found for uuid in client_uuids):
        raise Invalid({"photo_uuids": _("有照片还没传完，传完再发。")})
    return {uuid: found[uuid] for uuid in client_uuids}
