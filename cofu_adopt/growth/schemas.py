"""What the diary understands in JSON, from a phone's page and from programs, and what it says."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from cofu_adopt.core.fields import MESSAGES, RANGE, StrictSchema, Text, choice, day, flag, many, nested, whole
from cofu_adopt.core.media.schemas import PhotoSchema
from cofu_adopt.core.paging import PageArgs
from cofu_adopt.growth.content import COLDEST_C, LONGEST_NOTE, MOST_PHOTOS, MOST_PLOTS, WARMEST_C
from cofu_adopt.growth.models import ReadingState, Weather, Work
from cofu_adopt.growth.people_photos import Wish
from cofu_adopt.growth.sample import LONGEST_MM, MOST_SHELLS, SHORTEST_MM

PLOT_CODE = {"description": "The plot's name: its square and number.", "example": "D6-04"}
WEATHERS = tuple(str(weather) for weather in Weather)
WORKS = tuple(str(work) for work in Work)
UUID_WORDS = {"description": "Made by the sender, 36 characters.", "example": "3f6c1a52-9a5e-4d0e-8a53-0f5d7a3c1b11"}
MOMENT = MESSAGES | {"invalid": _l("不是时间，请写成 2026-09-12T08:30:00+08:00。")}


class Moment(fields.AwareDateTime):
    """A moment with its offset from UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", error_messages=MOMENT | {"invalid_awareness": MOMENT["invalid"]}, **kwargs)


def number(low: float, high: float, **kwargs: Any) -> fields.Float:
    """A number from `low` to `high`."""
    messages = MESSAGES | {"special": MESSAGES["invalid"], "too_large": MESSAGES["invalid"]}
    return fields.Float(validate=validate.Range(low, high, error=RANGE), error_messages=messages, **kwargs)


class _Uuid(Text):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs).lower()


def uuid(**kwargs: Any) -> Text:
    """A UUID as text; in capitals it is the same one."""
    form = validate.Regexp(r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z", error=_l("不是 UUID。"))
    return _Uuid(36, shortest=36, also=(form,), metadata=UUID_WORDS, **kwargs)


class SampleInSchema(StrictSchema):
    """A sample: several lengths, or their mean and count."""

    lengths_mm = many(
        number(SHORTEST_MM, LONGEST_MM),
        MOST_SHELLS,
        load_default=list,
        metadata={"description": "The shells one by one; then mean and count are not needed."},
    )
    mean_shell_length_mm = number(SHORTEST_MM, LONGEST_MM, load_default=None, allow_none=True)
    sample_count = whole(1, MOST_SHELLS, load_default=None, allow_none=True)
    survival = number(
        0, 1, load_default=None, allow_none=True, metadata={"description": "Share of the mussels alive, 0 to 1."}
    )


class ReadingInSchema(SampleInSchema):
    """A sample and the plot it is of."""

    plot_code = Text(12, shortest=1, required=True, metadata=PLOT_CODE)


class SensorReadingInSchema(SampleInSchema):
    """A sample that no post goes with."""

    measured_on = day(load_default=None, allow_none=True, metadata={"description": "Without it, today on the island."})
    water_temperature_c = number(
        COLDEST_C,
        WARMEST_C,
        load_default=None,
        allow_none=True,
        metadata={"description": "Of the water then. Kept with the sample; a questioned sample keeps none."},
    )


class ContentInSchema(StrictSchema):
    """What a post says; in a change, only what is given becomes different."""

    note = Text(LONGEST_NOTE, lines=True, metadata={"example": "今天清了附着物，水清得见底。"})
    weather = choice(*WEATHERS, allow_none=True)
    work = many(choice(*WORKS), len(WORKS), metadata={"description": "What was done at sea."})
    water_temperature_c = number(COLDEST_C, WARMEST_C, allow_none=True)
    photo_uuids = many(
        uuid(), MOST_PHOTOS, metadata={"description": "UUIDs of the person's finished uploads; in a change, added."}
    )
    people_photo_uuids = many(
        uuid(), MOST_PHOTOS, metadata={"description": "Those of the photos on which people can be seen."}
    )
    people_consent = flag(
        metadata={"description": "Those people agree to be shown; without it, nobody sees the photo."}
    )
    readings = many(nested(ReadingInSchema()), MOST_PLOTS)
    confirmed = flag(metadata={"description": "The household was asked about its readings and says: it is right."})


class PostInSchema(ContentInSchema):
    """A post for one or several of a household's plots."""

    client_uuid = uuid(required=True)
    plot_codes = many(Text(12, shortest=1, metadata=PLOT_CODE), MOST_PLOTS, least=1, required=True)
    happened_at = Moment(
        load_default=None,
        allow_none=True,
        metadata={"description": "By the phone's clock; one that is ahead counts as now. Not older than 30 days."},
    )


class UpdateInSchema(PostInSchema):
    """A post for one or several of the household's own plots."""

    household_id = whole(
        1,
        10**15 - 1,
        load_default=None,
        allow_none=True,
        metadata={"description": "Needed by who acts for several households."},
    )


class CorrectionInSchema(ContentInSchema):
    """What should have been said: a new entry, in the moment of the post that it corrects."""

    client_uuid = uuid(required=True)
    plot_codes = many(
        Text(12, shortest=1, metadata=PLOT_CODE),
        MOST_PLOTS,
        load_default=list,
        metadata={"description": "Some of the plots of the post; without them, all of them."},
    )


class PeopleInSchema(StrictSchema):
    """Whether people can be seen on a photo, and whether they agree to be shown."""

    wish = choice(
        *Wish,
        required=True,
        metadata={"description": "`refuse`: people can be seen and do not agree, or no more. It works at once."},
    )


class UpdateChangeSchema(ContentInSchema):
    """What becomes different in a post of the last day."""

    dropped_photo_ids = many(whole(1, 10**15 - 1), MOST_PHOTOS)


class ReadingSchema(Schema):
    """A measured value. `questioned`: it looks wrong, and moves nothing until the workshop has looked at it."""

    id = fields.Integer(required=True)
    plot_code = fields.String(required=True, metadata=PLOT_CODE)
    measured_on = fields.Date(required=True)
    mean_shell_length_mm = fields.Float(required=True)
    sample_count = fields.Integer(required=True)
    survival = fields.Float(required=True, allow_none=True)
    state = fields.Enum(ReadingState, by_value=True, required=True)


class EntrySchema(Schema):
    """A post as everybody may see it. The household is named only with its consent."""

    id = fields.Integer(required=True)
    household_name = fields.String(required=True, allow_none=True)
    happened_at = fields.AwareDateTime(required=True, format="iso")
    plot_codes = fields.List(fields.String(metadata=PLOT_CODE), required=True)
    note = fields.String(required=True)
    weather = fields.Enum(Weather, by_value=True, required=True, allow_none=True)
    work = fields.List(fields.Enum(Work, by_value=True), required=True)
    water_temperature_c = fields.Float(required=True, allow_none=True)
    photos = fields.List(fields.Nested(PhotoSchema()), required=True)
    readings = fields.List(fields.Nested(ReadingSchema()), required=True)
    edited = fields.Boolean(required=True)
    on_behalf = fields.Boolean(required=True, metadata={"description": "The workshop posted it for the household."})


class UpdateSchema(EntrySchema):
    """A post with what its household has set right later."""

    corrections = fields.List(fields.Nested(EntrySchema()), required=True)


class OwnPhotoSchema(PhotoSchema):
    """A photo of a post, for its household. With people on it, others see it only while they agree."""

    shows_people = fields.Boolean(required=True)
    is_shown = fields.Boolean(required=True, metadata={"description": "Whether others see it."})


class OwnUpdateSchema(EntrySchema):
    """A post as its household sees it: also withdrawn or taken off."""

    photos = fields.List(fields.Nested(OwnPhotoSchema()), required=True)
    household_id = fields.Integer(required=True)
    corrects_id = fields.Integer(required=True, allow_none=True)
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    hidden_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    changeable_until = fields.AwareDateTime(required=True, format="iso")


class PastReadingSchema(Schema):
    """A measured value of a post before a change."""

    plot_code = fields.String(required=True, metadata=PLOT_CODE)
    mean_shell_length_mm = fields.Float(required=True)
    sample_count = fields.Integer(required=True)
    survival = fields.Float(required=True, allow_none=True)
    state = fields.Enum(ReadingState, by_value=True, required=True)


class RevisionSchema(Schema):
    """What a post said until a change."""

    until = fields.AwareDateTime(required=True, format="iso")
    person_id = fields.Integer(required=True, metadata={"description": "Who changed it."})
    note = fields.String(required=True)
    weather = fields.Enum(Weather, by_value=True, required=True, allow_none=True)
    work = fields.List(fields.Enum(Work, by_value=True), required=True)
    water_temperature_c = fields.Float(required=True, allow_none=True)
    photo_ids = fields.List(fields.Integer(), required=True)
    readings = fields.List(fields.Nested(PastReadingSchema()), required=True)


class OwnUpdateDetailSchema(OwnUpdateSchema):
    """A post with what it said before."""

    person_id = fields.Integer(required=True, metadata={"description": "Who posted it."})
    revisions = fields.List(fields.Nested(RevisionSchema()), required=True, metadata={"description": "Oldest first."})


class DiaryArgs(PageArgs):
    """Which page of a diary."""
