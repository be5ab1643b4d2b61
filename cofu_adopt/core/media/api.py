"""Photos from programs: in pieces, going on where they stopped."""

from __future__ import annotations

from typing import Any

from cofu_adopt.core import access
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import ApiBlueprint, refuses
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.media import receiving
from cofu_adopt.core.media.errors import (
    PhotoNotImage,
    PhotoRefused,
    PhotoTooLarge,
    PhotoTooManyPixels,
    PieceNotBytes,
    PieceNotFitting,
    TooManyPhotos,
    UploadDiffers,
    UploadElsewhere,
)
from cofu_adopt.core.media.schemas import OffsetArgs, StartSchema, UploadSchema

bp = ApiBlueprint(
    "api_media",
    __name__,
    tag="Photos",
    zh=("照片", "一段一段地传，断了从停的地方接着传。"),
    description="Photos are sent in pieces and go on where they stopped. The sender's UUID is the key: nothing that is"
    " repeated has a second effect.",
)
PIECE = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


@bp.post("/household/uploads", zh="开始传一张照片")
@refuses(PhotoTooLarge, TooManyPhotos, UploadDiffers)
@bp.arguments(StartSchema())
@bp.response(201, UploadSchema())
@bp.alt_response(200, schema=UploadSchema(), description="It was begun before; `offset` says where to go on.")
@access.allow(Role.HOUSEHOLD, Role.OPERATOR, scope=Scope.HOUSEHOLD_WRITE, writes=True)
def start_upload(wanted: dict[str, Any]) -> Any:
    """Begin an upload under a UUID of the sender, or find it again."""
    return receiving.start(wanted)


@bp.patch("/household/uploads/<string(maxlength=36):client_uuid>", zh="传下一段，最后一段传完就成照片")
@refuses(
    Invalid, PieceNotBytes, PieceNotFitting, UploadElsewhere, PhotoRefused, PhotoNotImage, PhotoTooLarge,
    PhotoTooManyPixels,
)  # fmt: skip
@bp.arguments(OffsetArgs(), location="query")
@bp.doc(requestBody=PIECE)
@bp.response(200, UploadSchema())
@access.allow(Role.HOUSEHOLD, Role.OPERATOR, scope=Scope.HOUSEHOLD_WRITE, own_transactions=True)
def receive_piece(args: dict[str, Any], client_uuid: str) -> Any:
    """Send the next piece as bytes, 16 KB to 2 MB each; the last one makes the photo, or says why it is none."""
    return receiving.receive(client_uuid, args["offset"])


@bp.get("/household/uploads/<string(maxlength=36):client_uuid>", zh="一张照片传到哪里了")
@bp.response(200, UploadSchema())
@access.allow(Role.HOUSEHOLD, Role.OPERATOR, scope=Scope.HOUSEHOLD_READ)
def show_upload(client_uuid: str) -> Any:
    """How far an upload is, and the photo or the refusal that it ended in."""
    return receiving.look(client_uuid)
