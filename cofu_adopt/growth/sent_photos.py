"""The photos that a post names by their uploads."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.media.uploads import photos_of_uploads


def finished_photos(person_id: int, client_uuids: Sequence[str]) -> dict[str, int]:
    """The photos of a person's own finished uploads, by the uploads' UUIDs. Raises Invalid when one is missing."""
    found = photos_of_uploads(person_id, client_uuids)
    if any(uuid not in found for uuid in client_uuids):
        raise Invalid({"photo_uuids": _("有照片还没传完，传完再发。")})
    return {uuid: found[uuid].id for uuid in client_uuids}
