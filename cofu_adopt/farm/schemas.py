"""What the API says of the sea, and what it understands of a household's story."""

from __future__ import annotations

from marshmallow import Schema, fields

from cofu_adopt.core.fields import StrictSchema, Text, flag
from cofu_adopt.core.paging import PageArgs
from cofu_adopt.farm.models import Species
from cofu_adopt.farm.tell_story import LONGEST_NAME, LONGEST_STORY

GRID_CODE = {"description": "The square's name on the sea map.", "example": "D6"}
PLOT_CODE = {"description": "The plot's name: its square and number.", "example": "D6-04"}


class GridSchema(Schema):
    """A square of the sea (格)."""

    code = fields.String(required=True, metadata=GRID_CODE)
    longitude = fields.Float(required=True, metadata={"description": "Of the middle of its plots."})
    latitude = fields.Float(required=True, metadata={"description": "Of the middle of its plots."})
    rope_count = fields.Integer(required=True)
    free_count = fields.Integer(required=True, metadata={"description": "Ropes that nobody has adopted or holds."})


class GridsSchema(Schema):
    """All squares."""

    items = fields.List(fields.Nested(GridSchema()), required=True)


class PublicHouseholdSchema(Schema):
    """What the public may see of a household: name and story with its consent, else only its village."""

    village = fields.String(required=True)
    public_name = fields.String(required=True, allow_none=True)
    story = fields.String(required=True, allow_none=True)
    story_en = fields.String(required=True, allow_none=True)


class MeasurementSchema(Schema):
    """One measurement of a plot."""

    measured_on = fields.Date(required=True)
    mean_shell_length_mm = fields.Float(required=True)
    sample_count = fields.Integer(required=True)
    survival = fields.Float(required=True, metadata={"description": "Share of the mussels alive, 0 to 1."})
    water_temperature_c = fields.Float(required=True, allow_none=True)


class PlotSchema(Schema):
    """A plot (桁): what one or more households work; its ropes can be adopted."""

    code = fields.String(required=True, metadata=PLOT_CODE)
    grid_code = fields.String(required=True, metadata=GRID_CODE)
    species = fields.Enum(Species, by_value=True, required=True)
    inside_line = fields.Boolean(required=True, metadata={"description": "Inside the permitted line."})
    insured = fields.Boolean(required=True)
    seeded_on = fields.Date(required=True)
    rope_count = fields.Integer(required=True)
    free_count = fields.Integer(required=True)
    rope_length_m = fields.Float(required=True)
    households = fields.List(fields.Nested(PublicHouseholdSchema()), required=True)
    latest = fields.Nested(
        MeasurementSchema(), required=True, allow_none=True, metadata={"description": "The newest measurement."}
    )


class PlotsSchema(Schema):
    """All plots of a square or household."""

    items = fields.List(fields.Nested(PlotSchema()), required=True)


class RopeSchema(Schema):
    """A rope (串) and whether it can be adopted."""

    number = fields.Integer(required=True)
    free = fields.Boolean(required=True)


class RopesSchema(Schema):
    """All ropes of a plot."""

    items = fields.List(fields.Nested(RopeSchema()), required=True)


class MeasurementsSchema(Schema):
    """All measurements of a plot, oldest first."""

    items = fields.List(fields.Nested(MeasurementSchema()), required=True)


class StorySchema(Schema):
    """What a household tells about itself. The public sees it only with its consent."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    head_name = fields.String(required=True)
    village = fields.String(required=True)
    public_name = fields.String(required=True, allow_none=True)
    story = fields.String(required=True, allow_none=True)
    story_en = fields.String(required=True, allow_none=True)
    consents = fields.Boolean(required=True)


class StoriesSchema(Schema):
    """The person's households."""

    items = fields.List(fields.Nested(StorySchema()), required=True)


class StoryInSchema(StrictSchema):
    """A household's story as it should be."""

    public_name = Text(LONGEST_NAME, required=True, allow_none=True, metadata={"example": "张信良"})
    story = Text(
        LONGEST_STORY,
        lines=True,
        required=True,
        allow_none=True,
        metadata={"example": "贻贝长得慢，可它的鲜是慢出来的。"},
    )
    story_en = Text(
        3 * LONGEST_STORY, lines=True, load_default=None, allow_none=True, metadata={"example": "Mussels grow slowly."}
    )
    consents = flag(required=True, metadata={"description": "The public may see it."})


class HouseholdArgs(PageArgs):
    """Which households."""

    q = Text(40, load_default="", metadata={"description": "A code, a part of a name or village, or a whole phone."})


class HouseholdSchema(Schema):
    """A household as the desk sees it: phone and bank account are masked."""

    code = fields.String(required=True, metadata={"example": "GQ001"})
    head_name = fields.String(required=True)
    village = fields.String(required=True)
    phone_masked = fields.String(required=True, metadata={"example": "199****0001"})
    bank_name = fields.String(required=True)
    bank_account_masked = fields.String(required=True, metadata={"example": "629****9311"})
    payee_name = fields.String(required=True)
    joined_on = fields.Date(required=True)
    public_name = fields.String(required=True, allow_none=True)
    plot_count = fields.Integer(required=True)


class DeskPlotArgs(PageArgs):
    """Which plots."""

    grid = Text(8, metadata={"description": "Only those of this square.", "example": "D6"})


class PlotShareSchema(Schema):
    """A household's weight in a plot from a day on."""

    plot_code = fields.String(required=True, metadata=PLOT_CODE)
    household_code = fields.String(required=True)
    head_name = fields.String(required=True)
    valid_from = fields.Date(required=True)
    weight = fields.Integer(required=True)
    of = fields.Integer(required=True, metadata={"description": "The sum of the plot's weights from that day on."})
    is_valid = fields.Boolean(required=True, metadata={"description": "It is the share of today."})


class DeskPlotSchema(PlotSchema):
    """A plot as only staff see it."""

    insurance_number = fields.String(required=True, allow_none=True)
    longitude = fields.Float(required=True)
    latitude = fields.Float(required=True)
    shares = fields.List(fields.Nested(PlotShareSchema()), required=True, metadata={"description": "Newest first."})


class HouseholdDetailSchema(HouseholdSchema):
    """A household with its shares and its story."""

    bank_clearing_code = fields.String(required=True)
    family_size = fields.Integer(required=True)
    low_income = fields.Boolean(required=True)
    story = fields.Nested(StorySchema(), required=True)
    shares = fields.List(fields.Nested(PlotShareSchema()), required=True, metadata={"description": "Newest first."})
