"""What the desk's API says and understands of how a species grows."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from cofu_adopt.core.fields import StrictSchema
from cofu_adopt.farm.models import Species
from cofu_adopt.growth.load_growth import RANGES
from cofu_adopt.growth.schemas import PLOT_CODE, number

WORDS = {
    "linf_mm": "The longest shell that it grows to.",
    "k_per_year": "How fast it comes near to that.",
    "c": "0 grows evenly through the year, 1 stands still once.",
    "ts": "The part of the year at which it grows fastest for its size.",
    "market_mm": "From this mean shell length on it is sold; shorter than linf_mm.",
}


def _setting(name: str) -> Any:
    allowed = RANGES[name]
    words = f"{WORDS[name]} At most {allowed.places} decimals."
    return number(float(allowed.low), float(allowed.high), required=True, metadata={"description": words})


class GrowthInSchema(StrictSchema):
    """How a species grows, as it should be reckoned."""

    linf_mm = _setting("linf_mm")
    k_per_year = _setting("k_per_year")
    c = _setting("c")
    ts = _setting("ts")
    market_mm = _setting("market_mm")


class GrowthSchema(Schema):
    """How a species grows."""

    linf_mm = fields.Float(required=True, metadata={"description": WORDS["linf_mm"]})
    k_per_year = fields.Float(required=True, metadata={"description": WORDS["k_per_year"]})
    c = fields.Float(required=True, metadata={"description": WORDS["c"]})
    ts = fields.Float(required=True, metadata={"description": WORDS["ts"]})
    market_mm = fields.Float(required=True, metadata={"description": WORDS["market_mm"]})


class SpeciesSchema(Schema):
    """A species with its settings."""

    species = fields.Enum(Species, by_value=True, required=True)
    is_set = fields.Boolean(required=True, metadata={"description": "The workshop has set others than the papers'."})
    settings = fields.Nested(GrowthSchema(), required=True)
    papers = fields.Nested(GrowthSchema(), required=True)


class AllSpeciesSchema(Schema):
    """Every species."""

    items = fields.List(fields.Nested(SpeciesSchema()), required=True)


class MoveSchema(Schema):
    """The day on which a plot is ready, now and with the other settings; null: not within three years."""

    plot_code = fields.String(required=True, metadata=PLOT_CODE)
    before_on = fields.Date(required=True, allow_none=True)
    after_on = fields.Date(required=True, allow_none=True)
    days = fields.Integer(required=True, allow_none=True, metadata={"description": "How many days later."})


class TrialSchema(Schema):
    """What other settings would change for the species' plots that were measured."""

    plots = fields.Integer(required=True)
    moved = fields.Integer(required=True)
    earliest = fields.Integer(
        required=True, metadata={"description": "Days by which one moves at most towards today; negative."}
    )
    latest = fields.Integer(required=True, metadata={"description": "Days by which one moves at most away."})
    typical = fields.Float(required=True, metadata={"description": "The median of the plots that move, in days."})
    lost = fields.Integer(required=True, metadata={"description": "Plots that would not be ready any more."})
    won = fields.Integer(required=True, metadata={"description": "Plots that would be, and now are not."})
    short_before = fields.Integer(
        required=True, metadata={"description": "Plots that now miss market size in their window."}
    )
    short_after = fields.Integer(required=True)
    furthest = fields.List(fields.Nested(MoveSchema()), required=True)
