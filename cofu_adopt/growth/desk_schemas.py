"""What the desk's diary says in JSON, and what it understands."""

from __future__ import annotations

from marshmallow import Schema, fields

from cofu_adopt.core.fields import MESSAGES, StrictSchema, Text, choice, day, flag, many, whole
from cofu_adopt.core.paging import PageArgs
from cofu_adopt.core.reason import LONGEST
from cofu_adopt.farm.models import Species
from cofu_adopt.growth.harvest_calendar import COLUMNS, Unit
from cofu_adopt.growth.outlook import Reach
from cofu_adopt.growth.schemas import PLOT_CODE, ReadingSchema
from cofu_adopt.growth.silent_plots import USUAL_DAYS

MOST_PLOTS_AT_ONCE = 500
LONGEST_SILENCE = 1000


class PlaceArgs(Schema):
    """Of which plots."""

    grid = Text(8, load_default=None, metadata={"description": "Only plots of this square."})
    household = Text(12, load_default=None, metadata={"description": "Only plots of the household with this code."})


class DeskUpdateArgs(PageArgs):
    """Which page of all posts."""

    hidden = fields.Boolean(
        load_default=False,
        error_messages=MESSAGES,
        metadata={"description": "Only those that the workshop has taken off."},
    )


class UpdateReasonInSchema(StrictSchema):
    """Why the workshop does it, for the audit log."""

    reason = Text(LONGEST, shortest=1, required=True, metadata={"example": "照片上是别人家的船"})


class SilentArgs(PlaceArgs):
    """How long silent."""

    days = whole(0, LONGEST_SILENCE, strict=False, load_default=USUAL_DAYS)


class ForecastArgs(PlaceArgs):
    """All, or those that will not reach market size."""

    only_short = fields.Boolean(load_default=False, error_messages=MESSAGES)


class CalendarArgs(PlaceArgs):
    """How wide a column is, and what a line is."""

    from_on = day(load_default=None, metadata={"description": "The first column holds this day; without it, today."})
    unit = choice(*Unit, load_default=str(Unit.MONTH))
    by = choice("grid", "plot", load_default="grid")


class FamilySchema(Schema):
    """A household that shares a plot."""

    code = fields.String(required=True)
    head_name = fields.String(required=True)


class SilentPlotSchema(Schema):
    """A plot of which nothing was posted for some days."""

    plot_code = fields.String(required=True, metadata=PLOT_CODE)
    grid_code = fields.String(required=True)
    households = fields.List(fields.Nested(FamilySchema()), required=True)
    days = fields.Integer(required=True, metadata={"description": "Without a post; never one: since it was hung."})
    posted_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    adopters = fields.Integer(required=True)
    waiting_since = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    reminded_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")


class SilentPlotsSchema(Schema):
    """All of them: those with adopters first, the longest silence on top."""

    items = fields.List(fields.Nested(SilentPlotSchema()), required=True)


class RemindInSchema(StrictSchema):
    """Whose households to remind."""

    plot_codes = many(Text(12, shortest=1, metadata=PLOT_CODE), MOST_PLOTS_AT_ONCE, least=1, required=True)


class RemindedSchema(Schema):
    """What came of it. A plot is reminded once a day, whoever asks."""

    reminded = fields.List(fields.String(metadata=PLOT_CODE), required=True)
    people = fields.Integer(required=True)
    reminded_today_before = fields.List(fields.String(metadata=PLOT_CODE), required=True)
    out_of_reach = fields.List(
        fields.String(metadata=PLOT_CODE),
        required=True,
        metadata={"description": "Nobody of their households uses the product; ring them up."},
    )


class StageSchema(Schema):
    """What is expected on a day."""

    on = fields.Date(required=True)
    length_mm = fields.Float(required=True)
    low_mm = fields.Float(required=True)
    high_mm = fields.Float(required=True)
    rope_g = fields.Float(
        required=True, metadata={"description": "Of one rope, alive; reckoned from the length, never weighed."}
    )
    low_g = fields.Float(required=True)
    high_g = fields.Float(required=True)


class WindowSchema(Schema):
    """What the plot's offers promise."""

    from_on = fields.Date(required=True)
    to_on = fields.Date(required=True)
    promised_net_g = fields.Integer(required=True)


class OutlookSchema(Schema):
    """What is to be expected of a plot. The stages are today and the window's begin, middle and end."""

    plot_code = fields.String(required=True, metadata=PLOT_CODE)
    grid_code = fields.String(required=True)
    species = fields.Enum(Species, by_value=True, required=True)
    ropes = fields.Integer(required=True)
    adopted = fields.Integer(required=True)
    reach = fields.Enum(
        Reach,
        by_value=True,
        required=True,
        metadata={"description": "Whether it is at market size when its window ends."},
    )
    lacking_mm = fields.Float(required=True)
    window = fields.Nested(WindowSchema(), required=True, allow_none=True)
    market_mm = fields.Float(required=True, allow_none=True)
    ready_on = fields.Date(required=True, allow_none=True)
    ready_earliest_on = fields.Date(required=True, allow_none=True)
    ready_latest_on = fields.Date(required=True, allow_none=True)
    today = fields.Nested(StageSchema(), required=True, allow_none=True)
    start = fields.Nested(StageSchema(), required=True, allow_none=True)
    middle = fields.Nested(StageSchema(), required=True, allow_none=True)
    end = fields.Nested(StageSchema(), required=True, allow_none=True)
    net_g = fields.Float(
        required=True, allow_none=True, metadata={"description": "What can be packed of a rope when the window ends."}
    )
    measured = fields.Integer(required=True, metadata={"description": "How often."})
    measured_on = fields.Date(required=True, allow_none=True)
    speed = fields.Float(
        required=True, allow_none=True, metadata={"description": "Beside its species; 1 with few measurements."}
    )


class OutlooksSchema(Schema):
    """The plots, worst first."""

    items = fields.List(fields.Nested(OutlookSchema()), required=True)


class GridStageSchema(Schema):
    """A square's plots together on a day."""

    length_mm = fields.Float(required=True, metadata={"description": "The mean of their ropes."})
    low_mm = fields.Float(required=True)
    high_mm = fields.Float(required=True)
    ropes_g = fields.Float(required=True, metadata={"description": "Of all ropes, alive."})


class GridOutlookSchema(Schema):
    """What is to be expected of a square's plots of one species."""

    grid_code = fields.String(required=True)
    species = fields.Enum(Species, by_value=True, required=True)
    plots = fields.Integer(required=True)
    ropes = fields.Integer(required=True)
    adopted = fields.Integer(required=True)
    unmeasured = fields.Integer(required=True)
    short = fields.Integer(required=True, metadata={"description": "Plots that miss market size in their window."})
    first_on = fields.Date(required=True, allow_none=True)
    last_on = fields.Date(required=True, allow_none=True)
    today = fields.Nested(GridStageSchema(), required=True, allow_none=True)
    start = fields.Nested(GridStageSchema(), required=True, allow_none=True)
    middle = fields.Nested(GridStageSchema(), required=True, allow_none=True)
    end = fields.Nested(GridStageSchema(), required=True, allow_none=True)


class GridOutlooksSchema(Schema):
    """The squares, worst first."""

    items = fields.List(fields.Nested(GridOutlookSchema()), required=True)


class RopeCountSchema(Schema):
    """So many ropes, and so many of them are somebody's."""

    ropes = fields.Integer(required=True)
    adopted = fields.Integer(required=True)


class BucketSchema(Schema):
    """A column."""

    from_on = fields.Date(required=True)
    to_on = fields.Date(required=True)


class CellSchema(Schema):
    """What reaches market size in a column."""

    count = fields.Nested(RopeCountSchema(), required=True)
    in_window = fields.Boolean(required=True)
    is_closed = fields.Boolean(required=True, metadata={"description": "The closed season touches the column."})


class LineSchema(Schema):
    """A square or a plot; one cell for each column."""

    name = fields.String(required=True)
    ready = fields.Nested(RopeCountSchema(), required=True)
    cells = fields.List(fields.Nested(CellSchema()), required=True)
    later = fields.Nested(RopeCountSchema(), required=True)
    uncertain = fields.Nested(RopeCountSchema(), required=True)


class CalendarSchema(Schema):
    """When how many ropes reach market size."""

    unit = fields.Enum(Unit, by_value=True, required=True)
    buckets = fields.List(
        fields.Nested(BucketSchema()),
        required=True,
        metadata={"description": f"{COLUMNS[Unit.MONTH]} months, or {COLUMNS[Unit.WEEK]} weeks, from now."},
    )
    lines = fields.List(fields.Nested(LineSchema()), required=True)
    total = fields.Nested(LineSchema(), required=True)


class ExpectedSchema(Schema):
    """What was to be expected on the day."""

    length_mm = fields.Float(required=True)
    low_mm = fields.Float(required=True)
    high_mm = fields.Float(required=True)


class BeforeSchema(Schema):
    """An earlier measurement of the plot."""

    measured_on = fields.Date(required=True)
    mean_shell_length_mm = fields.Float(required=True)
    survival = fields.Float(required=True)


class ReviewSchema(Schema):
    """A reading that looks wrong and waits for the workshop."""

    reading = fields.Nested(ReadingSchema(), required=True)
    question = fields.String(required=True)
    since = fields.AwareDateTime(required=True, format="iso")
    confirmed_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "When its household said that it is right."}
    )
    before = fields.List(fields.Nested(BeforeSchema()), required=True)
    expected = fields.Nested(ExpectedSchema(), required=True, allow_none=True)


class ReviewsSchema(Schema):
    """The oldest 100."""

    items = fields.List(fields.Nested(ReviewSchema()), required=True)


class DecisionInSchema(StrictSchema):
    """It stands, or it goes."""

    stands = flag(required=True)
    reason = Text(LONGEST, required=True, metadata={"example": "再量过，还是这个数"})
