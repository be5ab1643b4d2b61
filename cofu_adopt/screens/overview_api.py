"""The desk's numbers of today for programs of the workshop."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from marshmallow import Schema, fields

from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.core import access
from cofu_adopt.core.access import STAFF, Scope
from cofu_adopt.core.api import ApiBlueprint
from cofu_adopt.screens.overview import read_overview
from cofu_adopt.screens.shop_pages import list_cells

bp = ApiBlueprint(
    "api_desk_overview",
    __name__,
    tag="Desk: overview",
    zh=("工坊：总览", "今天有多少，钟准不准。"),
    description="What there is today, in numbers.",
)


class StateSchema(Schema):
    """The orders of a state."""

    state = fields.Enum(AdoptionState, by_value=True, required=True)
    count = fields.Integer(required=True)
    price_fen = fields.Integer(required=True, metadata={"description": "The sum of their prices."})


class OverviewSchema(Schema):
    """The sea, the orders and the clock at a glance."""

    rope_count = fields.Integer(required=True, metadata={"description": "Ropes that are on sale, taken or not."})
    free_count = fields.Integer(required=True, metadata={"description": "Those of them that can be adopted now."})
    household_count = fields.Integer(required=True)
    paid_count = fields.Integer(required=True, metadata={"description": "Ropes that are somebody's; no holds."})
    paid_fen = fields.Integer(required=True)
    states = fields.List(fields.Nested(StateSchema()), required=True)
    late_seconds = fields.Integer(
        required=True,
        metadata={"description": "How long due work has waited; above 0 the clock may be standing still."},
    )


@bp.get("/desk/overview", zh="总览")
@bp.response(200, OverviewSchema())
@access.allow(*sorted(STAFF), scope=Scope.DESK_READ)
def overview() -> dict[str, Any]:
    """The sea, the orders and the clock at a glance."""
    cells, found = list_cells(), read_overview()
    return asdict(found) | {
        "rope_count": sum(cell.rope_count for cell in cells),
        "free_count": sum(cell.free_count for cell in cells),
        "states": [{"state": state, "count": count, "price_fen": fen} for state, (count, fen) in found.states.items()],
    }
