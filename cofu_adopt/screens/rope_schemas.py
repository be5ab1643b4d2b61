"""What the API says of a rope's days, of what its adopter shows, and of what is to be expected."""

from __future__ import annotations

from marshmallow import Schema, fields

from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.core.fields import StrictSchema, choice, flag
from cofu_adopt.core.media.schemas import PhotoSchema
from cofu_adopt.farm.models import Species
from cofu_adopt.growth.models import Weather, Work
from cofu_adopt.screens.rope_diary import Kind


class CertificateArgs(Schema):
    """In which language."""

    language = choice("zh", "en", load_default="zh")


class RopeReadingSchema(Schema):
    """What was measured on a day."""

    measured_on = fields.Date(required=True)
    mean_shell_length_mm = fields.Float(required=True)
    sample_count = fields.Integer(required=True)
    survival = fields.Float(required=True, allow_none=True)


class RopeDaySchema(Schema):
    """One day on a rope: a post of its household, a measurement, or its adoption."""

    kind = fields.Enum(Kind, by_value=True, required=True)
    happened_at = fields.AwareDateTime(required=True, format="iso")
    household_name = fields.String(required=True, allow_none=True, metadata={"description": "Only with its consent."})
    note = fields.String(required=True)
    weather = fields.Enum(Weather, by_value=True, required=True, allow_none=True)
    work = fields.List(fields.Enum(Work, by_value=True), required=True)
    water_temperature_c = fields.Float(required=True, allow_none=True)
    photos = fields.List(fields.Nested(PhotoSchema()), required=True)
    readings = fields.List(fields.Nested(RopeReadingSchema()), required=True)
    cheer_count = fields.Integer(required=True, metadata={"description": "How many people like the post."})


class OwnRopeDaySchema(RopeDaySchema):
    """One day on one's own rope, with what can be said of it under `update_id`; null when it is no post."""

    update_id = fields.Integer(required=True, allow_none=True)
    cheered = fields.Boolean(required=True)
    question_count = fields.Integer(required=True)


class ShareInSchema(StrictSchema):
    """How the rope is to be shown."""

    shows_name = flag(required=True, metadata={"description": "Others see the name that she gave it, too."})


class ShareSchema(Schema):
    """The link under which others see the rope."""

    url = fields.String(required=True, metadata={"format": "uri"})
    token = fields.String(required=True)
    shows_name = fields.Boolean(required=True)


class SharedRopeSchema(Schema):
    """A rope as its adopter shows it. It says nothing of her."""

    label = fields.String(required=True, metadata={"example": "D6-04-007"})
    rope_name = fields.String(required=True, allow_none=True)
    state = fields.Enum(AdoptionState, by_value=True, required=True)
    plot_code = fields.String(required=True)
    species = fields.Enum(Species, by_value=True, required=True)
    household_name = fields.String(required=True, allow_none=True, metadata={"description": "Only with its consent."})
    season = fields.Integer(required=True)
    harvest_from_on = fields.Date(required=True)
    harvest_to_on = fields.Date(required=True)
    days = fields.List(
        fields.Nested(RopeDaySchema()), required=True, metadata={"description": "The newest, newest first."}
    )


class ForecastPointSchema(Schema):
    """The expected mean shell length on a day, and the band that nearly all measurements fall into."""

    on = fields.Date(required=True)
    length_mm = fields.Float(required=True)
    low_mm = fields.Float(required=True)
    high_mm = fields.Float(required=True)


class PlotForecastSchema(Schema):
    """What is to be expected of a plot, reckoned from its last measurement; all null before the first."""

    plot_code = fields.String(required=True)
    measured_on = fields.Date(required=True, allow_none=True)
    length_mm = fields.Float(required=True, allow_none=True, metadata={"description": "As measured last."})
    market_mm = fields.Float(
        required=True, allow_none=True, metadata={"description": "From this length on it is sold."}
    )
    ready_on = fields.Date(required=True, allow_none=True)
    ready_earliest_on = fields.Date(required=True, allow_none=True)
    ready_latest_on = fields.Date(required=True, allow_none=True)
    days_until_ready = fields.Integer(required=True, allow_none=True)
    points = fields.List(fields.Nested(ForecastPointSchema()), required=True)
