"""What the pages' and the API's routes of uploads share: read a piece, answer how far it is."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from cofu_adopt.core import access
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.media import rules, uploads
from cofu_adopt.core.media.errors import PieceNotBytes
from cofu_adopt.core.media.schemas import shown


def start(wanted: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Begin an upload, or find it again; within the open unit of work."""
    me = access.signed_in().person_id
    row, is_new = uploads.start_upload(me, wanted["client_uuid"], wanted["size_bytes"])
    return shown(row), 201 if is_new else 200


def receive(client_uuid: str, offset: int) -> dict[str, Any]:
    """Take the body as a piece. Opens its own transactions."""
    request.max_content_length = rules.LARGEST_PIECE
    if request.mimetype != "application/octet-stream":
        raise PieceNotBytes
    if (request.content_length or 0) > rules.LARGEST_PIECE:
        raise RequestEntityTooLarge
    # Whole before the database is asked: a piece that breaks off has not come.
    data = request.get_data(cache=False)
    row = uploads.receive(access.signed_in().person_id, client_uuid, offset, data)
    with unit_of_work(writes=False):
        return shown(row)


def look(client_uuid: str) -> dict[str, Any]:
    """How far it is."""
    return shown(uploads.get_upload(access.signed_in().person_id, client_uuid))
