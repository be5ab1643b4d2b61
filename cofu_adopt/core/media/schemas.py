"""What goes in and out of uploads, for pages and for the API alike."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from cofu_adopt.core.fields import MESSAGES, StrictSchema, whole
from cofu_adopt.core.media import rules
from cofu_adopt.core.media.errors import REFUSALS, PhotoRefused
from cofu_adopt.core.media.photos import find_photos
from cofu_adopt.core.media.uploads import UploadRow

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class StartSchema(StrictSchema):
    """A file that will be sent."""

    client_uuid = fields.String(
        required=True,
        validate=validate.Regexp(f"^{UUID.pattern}$", error=_l("不是 UUID，请写成 36 个小写字符。")),
        error_messages=MESSAGES,
        metadata={
            "description": "Made by the sender. Started again under it, the upload is the same one.",
            "example": "3f6c1a52-9a5e-4d0e-8a53-0f5d7a3c1b11",
        },
    )
    size_bytes = whole(1, 2**31, required=True, metadata={"description": "Of the file. At most 15 MB are a photo."})


class OffsetArgs(Schema):
    """Where a piece begins."""

    offset = whole(0, rules.MOST_BYTES, strict=False, required=True)


class PhotoSchema(Schema):
    """A photo, upright and without metadata, as WebP in several widths."""

    id = fields.Integer(required=True)
    width_px = fields.Integer(required=True)
    height_px = fields.Integer(required=True)
    widths = fields.List(fields.Integer(), required=True)
    url = fields.String(
        required=True, metadata={"description": "Of a rendition for a preview.", "format": "uri-reference"}
    )


PHOTO = PhotoSchema()


class RefusalSchema(Schema):
    """Why it is no photo."""

    code = fields.String(required=True)
    detail = fields.String(required=True)


class UploadSchema(Schema):
    """How far an upload is."""

    client_uuid = fields.String(required=True)
    size_bytes = fields.Integer(required=True)
    offset = fields.Integer(required=True, metadata={"description": "Where the next piece begins."})
    photo = fields.Nested(PhotoSchema, required=True, allow_none=True)
    refused = fields.Nested(RefusalSchema, required=True, allow_none=True)


def shown(row: UploadRow) -> dict[str, Any]:
    """An upload as UploadSchema writes it. Needs an open unit of work."""
    photo = find_photos([row.photo_id]).get(row.photo_id) if row.photo_id is not None else None
    refusal = REFUSALS.get(row.refused, PhotoRefused) if row.refused is not None else None
    return {
        "client_uuid": row.client_uuid,
        "size_bytes": row.size_bytes,
        "offset": row.received_bytes,
        "photo": photo and PHOTO.dump(photo),
        "refused": refusal and {"code": refusal.code, "detail": refusal().message},
    }
