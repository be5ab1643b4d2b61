"""What the API says of messages."""

from __future__ import annotations

from marshmallow import Schema, fields


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
