"""What the diary and the uploads do for a phone, as their contract says, for as long as they are not built."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from sqlalchemy import select

from cofu_adopt.core import access, clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth.models import GrowthUpdate, GrowthUpdatePlot

SMALLEST_MM = 20


def stand_in(app: Flask) -> None:
    """Give `app` the routes that a phone sends to."""
    bp = Blueprint("stand_in", __name__)
    photos: dict[str, tuple[int, bytearray]] = {}

    def shown(uuid: str) -> Response:
        size, content = photos[uuid]
        whole = len(content) == size
        return jsonify(client_uuid=uuid, offset=len(content), photo={"id": 1} if whole else None, refused=None)

    @bp.post("/household/uploads")
    @access.allow(Role.HOUSEHOLD)
    def start() -> Any:
        given = request.get_json()
        photos.setdefault(given["client_uuid"], (given["size_bytes"], bytearray()))
        return shown(given["client_uuid"])

    @bp.patch("/household/uploads/<uuid>")
    @access.allow(Role.HOUSEHOLD)
    def piece(uuid: str) -> Any:
        content = photos[uuid][1]
        if int(request.args["offset"]) != len(content):
            return jsonify(code="upload_elsewhere", offset=len(content)), 409
        content += request.get_data()
        return shown(uuid)

    @bp.get("/household/uploads/<uuid>")
    @access.allow(Role.HOUSEHOLD)
    def look(uuid: str) -> Response:
        return shown(uuid)

    @bp.post("/household/updates")
    @access.allow(Role.HOUSEHOLD, writes=True)
    def post() -> Any:
        given = request.get_json()
        known = db.session.scalar(select(GrowthUpdate.id).where(GrowthUpdate.client_uuid == given["client_uuid"]))
        if known is not None:
            return jsonify(id=known), 200
        readings = given["readings"]
        if readings and readings[0].get("mean_shell_length_mm", SMALLEST_MM) < SMALLEST_MM and not given["confirmed"]:
            words = "这次小了。要再量一次，还是没错？"
            question = {"plot_code": readings[0]["plot_code"], "question": "falls", "words": words}
            return jsonify(code="reading_questioned", questions=[question]), 409
        return jsonify(id=_write(given)), 201

    app.register_blueprint(bp)


def _write(given: dict[str, Any]) -> int:
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
    return update.id
