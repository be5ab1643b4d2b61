"""Photos for everybody under their own path, and uploads for the household's page, which sends them by script."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, jsonify, request
from markupsafe import Markup, escape
from marshmallow import ValidationError

from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.core.errors import Invalid, NotUnderstood
from cofu_adopt.core.fields import faults
from cofu_adopt.core.media import receiving
from cofu_adopt.core.media.photos import PhotoRow, photo_url
from cofu_adopt.core.media.schemas import OffsetArgs, StartSchema
from cofu_adopt.core.media.store import key_of, store

bp = Blueprint("media", __name__)
RENDITION = re.compile(r"([0-9a-f]{64})/([1-9][0-9]{0,3})\.webp")


@bp.get("/media/<path:name>")
@access.anonymous()
def rendition(name: str) -> Response:
    """A rendition: its type is fixed, it never changes, and nobody is asked who she is."""
    named = RENDITION.fullmatch(name)
    if named is None:
        return _absent()
    digest, width = named[1], int(named[2])
    response = Response(content_type="image/webp")
    tag = f"{digest[:32]}-{width}"
    response.set_etag(tag)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Disposition"] = "inline"
    if tag in request.if_none_match:
        response.status_code = 304
        return response
    content = store().open(key_of(digest, width))
    if content is None:
        return _absent()
    response.set_data(content)
    return response


def _absent() -> Response:
    response = Response("404", 404, content_type="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/household/uploads")
@access.allow(Role.HOUSEHOLD, Role.OPERATOR, writes=True)
def start_upload() -> tuple[Response, int]:
    """Begin an upload under the phone's own UUID, or find it again."""
    if not request.is_json:
        raise NotUnderstood
    answer, status = receiving.start(_loaded(StartSchema(), request.get_json(silent=True)))
    return jsonify(answer), status


@bp.patch("/household/uploads/<string(maxlength=36):client_uuid>")
@access.allow(Role.HOUSEHOLD, Role.OPERATOR, own_transactions=True)
def receive_piece(client_uuid: str) -> Response:
    """Take the next piece; the last one makes the photo."""
    args = _loaded(OffsetArgs(), request.args.to_dict())
    return jsonify(receiving.receive(client_uuid, args["offset"]))


@bp.get("/household/uploads/<string(maxlength=36):client_uuid>")
@access.allow(Role.HOUSEHOLD, Role.OPERATOR)
def show_upload(client_uuid: str) -> Response:
    """How far an upload is."""
    return jsonify(receiving.look(client_uuid))


def photo(row: PhotoRow, alt: str, sizes: str = "100vw") -> Markup:
    """The photo for a template: the browser takes the width that fits, when it comes into view."""
    srcset = ", ".join(f"{photo_url(row, width)} {width}w" for width in row.widths)
    return Markup(
        '<img src="{src}" srcset="{srcset}" sizes="{sizes}" width="{width}" height="{height}" alt="{alt}"'
        ' loading="lazy" decoding="async">'
    ).format(
        src=row.url,
        srcset=escape(srcset),
        sizes=sizes,
        width=row.width_px,
        height=row.height_px,
        alt=alt,
    )


def _loaded(schema: StartSchema | OffsetArgs, given: Any) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(given if isinstance(given, dict) else {})
    except ValidationError as error:
        raise Invalid(faults(error.messages)) from error
    return loaded
