"""The server's side of what a phone sends, as the contract says: uploads by pieces, and posts with their question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from sqlalchemy import select

from cofu_adopt.core import access, clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth.models import GrowthUpdate, GrowthUpdatePlot


@dataclass
class Shore:
    """What has arrived, and what a test lets go wrong."""

    photos: dict[str, bytearray] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    pieces: list[tuple[str, int, int]] = field(default_factory=list)
    """UUID, offset and length of each piece, in the order in which they came."""
    posts: list[dict[str, Any]] = field(default_factory=list)
    """The body of each post that made a row."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    """The body of each request to post."""
    trouble: Callable[[str], tuple[Response, int] | None] = lambda _what: None
    """Asked before each request ("start", "piece", "post"); what it returns is the answer."""

    def bare(self, what: str) -> tuple[Response, int] | None:
        """The test's own answer, if it has one."""
        return self.trouble(what)


def open_shore(app: Flask) -> Shore:
    """Give `app` the routes that a phone sends to."""
    shore = Shore()
    bp = Blueprint("shore", __name__)

    def shown(uuid: str) -> Response:
        whole = len(shore.photos[uuid]) == shore.sizes[uuid]
        return jsonify(client_uuid=uuid, offset=len(shore.photos[uuid]), photo={"id": 1} if whole else None, refused=None)

    @bp.post("/household/uploads")
    @access.allow(Role.HOUSEHOLD)
    def start() -> Any:
        given = request.get_json()
        uuid = given["client_uuid"]
        is_new = uuid not in shore.photos
        shore.photos.setdefault(uuid, bytearray())
        shore.sizes[uuid] = given["size_bytes"]
        return shore.bare("start") or (shown(uuid), 201 if is_new else 200)

    @bp.patch("/household/uploads/<uuid>")
    @access.allow(Role.HOUSEHOLD)
    def piece(uuid: str) -> Any:
        refusal = shore.bare("piece")
        if refusal is not None:
            return refusal
        offset, data = int(request.args["offset"]), request.get_data()
        if offset != len(shore.photos[uuid]):
            return jsonify(code="upload_elsewhere", offset=len(shore.photos[uuid])), 409
        shore.pieces.append((uuid, offset, len(data)))
        shore.photos[uuid] += data
        return shown(uuid)

    @bp.get("/household/uploads/<uuid>")
    @access.allow(Role.HOUSEHOLD)
    def look(uuid: str) -> Response:
        return shown(uuid)

    @bp.post("/household/updates")
    @access.allow(Role.HOUSEHOLD, writes=True)
    def post() -> Any:
        given = request.get_json()
        shore.asked.append(given)
        refusal = shore.bare("post")
        if refusal is not None:
            return refusal
        known = db.session.scalar(select(GrowthUpdate.id).where(GrowthUpdate.client_uuid == given["client_uuid"]))
        if known is not None:
            return jsonify(id=known), 200
        if any(len(shore.photos[uuid]) != shore.sizes[uuid] for uuid in given["photo_uuids"]):
            return jsonify(code="invalid", errors={"photo_uuids": "照片还没有传完。"}), 422
        if not given["confirmed"] and any(row.get("mean_shell_length_mm", 99) < 10 for row in given["readings"]):
            words = "D6-04 上次是 78.4 毫米，这次小了近一成。要再量一次，还是没错？"
            question = {"plot_code": given["readings"][0]["plot_code"], "question": "falls", "words": words}
            return jsonify(code="reading_questioned", questions=[question]), 409
        return jsonify(id=_write(given, shore)), 201

    app.register_blueprint(bp)
    return shore


def _write(given: dict[str, Any], shore: Shore) -> int:
    update = GrowthUpdate(
        household_id=given["household_id"],
        person_id=access.signed_in().person_id,
        on_behalf=False,
        client_uuid=given["client_uuid"],
        note=given["note"],
        weather=given["weather"],
        work=given["work"],
        water_temperature_c=given["water_temperature_c"],
        happened_at=datetime.fromisoformat(given["happened_at"]),
        created_at=clock.now(),
    )
    db.session.add(update)
    db.session.flush()
    for code in given["plot_codes"]:
        db.session.add(GrowthUpdatePlot(update_id=update.id, plot_id=farm.find_plot_id(code)))
    shore.posts.append(given)
    return update.id
