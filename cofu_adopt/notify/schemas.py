"""What the API says and understands of messages."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from cofu_adopt.core.fields import MESSAGES, StrictSchema, Text, choice, many, nested
from cofu_adopt.notify.push import LONGEST_ENDPOINT
from cofu_adopt.notify.rules import OFFERED, Cadence, Channel, Kind

CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
LANGUAGES = ("zh_Hans", "en")


class MessageSchema(Schema):
    """A message to the person, in the language of the request."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True, metadata={"example": "adopted"})
    title = fields.String(required=True)
    body = fields.String(required=True)
    order_code = fields.String(required=True, allow_none=True, metadata={"description": "The order that it is about."})
    created_at = fields.AwareDateTime(required=True)
    read_at = fields.AwareDateTime(required=True, allow_none=True)


class UnreadSchema(Schema):
    """How many messages are left unread."""

    unread_count = fields.Integer(required=True)


def _clock() -> fields.String:
    checks = validate.Regexp(f"{CLOCK}\\Z", error=str(MESSAGES["invalid"]))
    return fields.String(validate=checks, error_messages=MESSAGES, metadata={"example": "21:30"})


class ChannelsSchema(Schema):
    """Where each kind of message goes besides the product itself."""

    update = fields.List(fields.Enum(Channel, by_value=True), required=True)
    digest = fields.List(fields.Enum(Channel, by_value=True), required=True)
    milestone = fields.List(fields.Enum(Channel, by_value=True), required=True)
    talk = fields.List(fields.Enum(Channel, by_value=True), required=True)
    reminder = fields.List(fields.Enum(Channel, by_value=True), required=True)


class ChannelsInSchema(StrictSchema):
    """Where each kind of message is to go; a kind that is not named stays as it is."""

    update = many(choice(*OFFERED[Kind.UPDATE]), len(Channel))
    digest = many(choice(*OFFERED[Kind.DIGEST]), len(Channel))
    milestone = many(choice(*OFFERED[Kind.MILESTONE]), len(Channel))
    talk = many(choice(*OFFERED[Kind.TALK]), len(Channel))
    reminder = many(choice(*OFFERED[Kind.REMINDER]), len(Channel))


class PreferencesSchema(Schema):
    """What a person chose about being told."""

    cadence = fields.Enum(Cadence, by_value=True, required=True)
    channels = fields.Nested(ChannelsSchema(), required=True)
    quiet_from = fields.String(
        required=True, metadata={"example": "21:30", "description": "The island's time. What falls in is sent after."}
    )
    quiet_to = fields.String(required=True, metadata={"example": "07:30"})
    language = fields.String(required=True, metadata={"example": "zh_Hans"})
    email_masked = fields.String(required=True, allow_none=True, metadata={"example": "l****@example.com"})
    email_waits_for_confirmation = fields.Boolean(required=True)
    push_key = fields.String(
        required=True, allow_none=True, metadata={"description": "applicationServerKey; null: push is not set up."}
    )


class PreferencesInSchema(StrictSchema):
    """What is to change."""

    cadence = choice(*Cadence)
    channels = nested(ChannelsInSchema())
    quiet_from = _clock()
    quiet_to = _clock()
    language = choice(*LANGUAGES)
    email = Text(254, allow_none=True, metadata={"description": "A link is sent to it. null: no e-mail any more."})


class PushSchema(StrictSchema):
    """The address that a browser's push service gave it."""

    endpoint = Text(
        LONGEST_ENDPOINT,
        shortest=1,
        required=True,
        metadata={"example": "https://updates.push.services.mozilla.com/wpush/v2/x"},
    )
