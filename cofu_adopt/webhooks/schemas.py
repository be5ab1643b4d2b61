"""What goes in and out of the API of webhooks."""

from __future__ import annotations

from marshmallow import Schema, fields

from cofu_adopt.core.fields import StrictSchema, Text, choice, day, flag, many
from cofu_adopt.core.paging import PageArgs
from cofu_adopt.webhooks.addresses import LONGEST_URL
from cofu_adopt.webhooks.endpoints import LONGEST_NAME
from cofu_adopt.webhooks.kinds import KINDS
from cofu_adopt.webhooks.models import DeliveryState, OffReason

URL = {"description": "https, a host with public addresses, no user.", "example": "https://hook.example.cn/gezihai"}


class EndpointInSchema(StrictSchema):
    """An endpoint to call."""

    name = Text(LONGEST_NAME, shortest=1, required=True, metadata={"example": "Gouqi mini-program"})
    url = Text(LONGEST_URL, shortest=1, required=True, metadata=URL)
    events = many(choice(*KINDS), len(KINDS), least=1, required=True)


class EndpointChangeSchema(EndpointInSchema):
    """An endpoint as it should be."""

    is_on = flag(required=True, metadata={"description": "Off: what happens meanwhile is not kept for it."})


class ReplaySchema(StrictSchema):
    """From which day on."""

    since = day(required=True, metadata={"description": "All that failed of what happened from this day on."})


class WebhookSchema(Schema):
    """An endpoint, without its secret."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    url = fields.String(required=True)
    events = fields.List(fields.String(), required=True)
    is_on = fields.Boolean(required=True)
    off_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    off_reason = fields.Enum(OffReason, by_value=True, required=True, allow_none=True)
    failing_since = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    old_secret_until = fields.AwareDateTime(
        required=True, allow_none=True, format="iso", metadata={"description": "Until then the old secret signs, too."}
    )
    created_at = fields.AwareDateTime(required=True, format="iso")


class WebhooksSchema(Schema):
    """All endpoints."""

    items = fields.List(fields.Nested(WebhookSchema()), required=True)


class NewWebhookSchema(Schema):
    """An endpoint with its secret, which is shown this once."""

    secret = fields.String(required=True, metadata={"description": "whsec_ and 32 random bytes in base64."})
    about = fields.Nested(WebhookSchema(), required=True)


class WebhookDeliverySchema(Schema):
    """One event at one endpoint."""

    id = fields.Integer(required=True)
    webhook_id = fields.String(required=True, attribute="public_id")
    type = fields.String(required=True)
    happened_at = fields.AwareDateTime(required=True, format="iso")
    state = fields.Enum(DeliveryState, by_value=True, required=True)
    round = fields.Integer(required=True, metadata={"description": "Above 1 when it was sent again."})
    tries = fields.Integer(required=True, metadata={"description": "Of this round."})
    next_try_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    tried_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    arrived_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    status = fields.Integer(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
    answer = fields.String(
        required=True, allow_none=True, metadata={"description": "The first characters of what it said."}
    )
    duration_ms = fields.Integer(required=True, allow_none=True)


class DeliveryArgs(PageArgs):
    """Which deliveries."""

    state = choice(*(str(state) for state in DeliveryState))


class ReplayedSchema(Schema):
    """How many are sent again."""

    count = fields.Integer(required=True)
