"""What the API says and understands of offers. Money is fen, shares are 1/100 of a per cent (bp), weights are grams."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, validates_schema

from cofu_adopt.core import clock
from cofu_adopt.core.fields import StrictSchema, Text, day, many, whole
from cofu_adopt.offers.models import OfferState

MOST_FEN = 10**8
WHOLE_BP = 10_000
MOST_PLACES = 2000


class OfferSchema(Schema):
    """What is sold: a rope for one season, its price and its promise (认养方案)."""

    id = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"example": "GQ-1"})
    title_zh = fields.String(required=True, metadata={"example": "认养一串，收一箱"})
    title_en = fields.String(required=True, metadata={"example": "One rope, one parcel"})
    season = fields.Integer(required=True, metadata={"example": 2027})
    price_fen = fields.Integer(required=True, metadata={"example": 19800})
    currency = fields.String(required=True, metadata={"example": "cny"})
    parcels = fields.Integer(required=True)
    promised_net_g = fields.Integer(required=True, metadata={"description": "Net weight that is promised at least."})
    limit_per_person = fields.Integer(required=True)
    sale_starts_at = fields.AwareDateTime(required=True)
    sale_ends_at = fields.AwareDateTime(required=True)
    harvest_from_on = fields.Date(required=True)
    harvest_to_on = fields.Date(required=True)
    cancel_until_on = fields.Date(required=True, metadata={"description": "Last day to cancel with all money back."})


class OffersSchema(Schema):
    """What is on sale, cheapest first."""

    items = fields.List(fields.Nested(OfferSchema()), required=True)


class OfferArgs(Schema):
    """Which offers."""

    plot = Text(12, metadata={"description": "Only those that sell ropes of this plot.", "example": "D6-04"})


class SplitSchema(Schema):
    """Where each fen of the price goes; the parts add up to it. holdback_fen is a part of household_fen."""

    price_fen = fields.Integer(required=True)
    parcel_fen = fields.Integer(required=True)
    gateway_fee_fen = fields.Integer(required=True)
    service_fee_fen = fields.Integer(required=True)
    fund_fen = fields.Integer(required=True)
    host_fen = fields.Integer(required=True)
    household_fen = fields.Integer(required=True)
    holdback_fen = fields.Integer(required=True)


class SplitRuleSchema(Schema):
    """The terms by which the price is split; kept on each order as they were."""

    parcels = fields.Integer(required=True)
    parcel_cost_fen = fields.Integer(required=True)
    gateway_fee_bp = fields.Integer(required=True)
    service_fee_bp = fields.Integer(required=True)
    fund_bp = fields.Integer(required=True)
    host_bp = fields.Integer(required=True)
    holdback_bp = fields.Integer(required=True)
    holdback_days = fields.Integer(required=True)
    household_floor_bp = fields.Integer(required=True)


class DeskOfferSchema(OfferSchema):
    """An offer as the desk sees it, with the whole split of its price before it is published."""

    state = fields.Enum(OfferState, by_value=True, required=True)
    split_rule = fields.Nested(SplitRuleSchema(), required=True)
    split = fields.Nested(SplitSchema(), required=True, metadata={"description": "Of an order that came by itself."})
    split_hosted = fields.Nested(
        SplitSchema(), required=True, metadata={"description": "Of an order that a livestream session drew."}
    )
    plot_count = fields.Integer(required=True)


class DeskOfferDetailSchema(DeskOfferSchema):
    """An offer with the plots whose ropes it sells."""

    plots = fields.List(fields.String(), required=True)


class OfferInSchema(StrictSchema):
    """An offer as it should be."""

    code = Text(16, shortest=1, required=True, metadata={"example": "GQ-3"})
    title_zh = Text(60, shortest=1, required=True, data_key="title_zh", attribute="title")
    title_en = Text(80, shortest=1, required=True)
    season = whole(2024, 2100, required=True)
    price_fen = whole(1, MOST_FEN, required=True)
    parcels = whole(1, 12, required=True)
    promised_net_g = whole(100, 100_000, required=True)
    limit_per_person = whole(1, 999, required=True)
    sale_from_on = day(required=True)
    sale_to_on = day(required=True)
    harvest_from_on = day(required=True)
    harvest_to_on = day(required=True)
    cancel_until_on = day(required=True)
    service_fee_bp = whole(0, WHOLE_BP, required=True)
    fund_bp = whole(0, WHOLE_BP, required=True)
    host_bp = whole(0, WHOLE_BP, required=True)
    gateway_fee_bp = whole(0, WHOLE_BP, required=True)
    parcel_cost_fen = whole(0, MOST_FEN, required=True)
    holdback_bp = whole(0, WHOLE_BP, required=True)
    holdback_days = whole(0, 365, required=True)
    household_floor_bp = whole(0, WHOLE_BP, required=True)
    places = many(
        Text(12, shortest=1),
        MOST_PLACES,
        required=True,
        metadata={"description": "Codes of plots, or of squares for all their plots.", "example": ["D6", "A1-02"]},
    )

    @validates_schema(skip_on_field_errors=True)
    def in_order(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """First days before last days; cancelling ends before the harvest begins."""
        rules = (
            ("sale_to_on", data["sale_from_on"] <= data["sale_to_on"], _l("截止要在开始之后。")),
            ("harvest_to_on", data["harvest_from_on"] <= data["harvest_to_on"], _l("最后一天要在第一天之后。")),
            ("cancel_until_on", data["cancel_until_on"] < data["harvest_from_on"], _l("要在采收开始之前。")),
        )
        for name, holds, words in rules:
            if not holds:
                raise ValidationError(str(words), name)


OFFER_EXAMPLE = {
    "code": "GQ-3", "title_zh": "认养一串，收一箱", "title_en": "One rope, one parcel", "season": 2027,
    "price_fen": 19800, "parcels": 1, "promised_net_g": 2500, "limit_per_person": 5,
    "sale_from_on": "2026-12-01", "sale_to_on": "2027-03-31", "harvest_from_on": "2027-08-20",
    "harvest_to_on": "2027-10-20", "cancel_until_on": "2027-04-30", "service_fee_bp": 800, "fund_bp": 500,
    "host_bp": 300, "gateway_fee_bp": 220, "parcel_cost_fen": 3800, "holdback_bp": 1000, "holdback_days": 7,
    "household_floor_bp": 4000, "places": ["D6", "A1-02"],
}  # fmt: skip


def columns_of(wanted: dict[str, Any]) -> dict[str, Any]:
    """The columns of an offer from what OfferInSchema has understood, its places aside."""
    values = {name: value for name, value in wanted.items() if name not in {"places", "sale_from_on", "sale_to_on"}}
    values["sale_starts_at"] = datetime.combine(wanted["sale_from_on"], time.min, clock.SHANGHAI)
    values["sale_ends_at"] = datetime.combine(wanted["sale_to_on"], time.max, clock.SHANGHAI)
    return values
