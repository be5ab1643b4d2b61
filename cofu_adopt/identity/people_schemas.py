"""What the API says of the workshop's people."""

from __future__ import annotations

from marshmallow import Schema, fields

from cofu_adopt.core.access import Role


class MemberSchema(Schema):
    """A member of staff."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    username = fields.String(required=True, allow_none=True)
    roles = fields.List(fields.Enum(Role, by_value=True), required=True)
    second_step_since = fields.AwareDateTime(required=True, allow_none=True, format="iso")


class MembersSchema(Schema):
    """Everybody of the workshop, by name."""

    items = fields.List(fields.Nested(MemberSchema()), required=True)


class SecuritySchema(Schema):
    """What is set up for the safety of an account."""

    second_step_since = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    recovery_codes_left = fields.Integer(required=True)
    named_tokens = fields.Integer(required=True, metadata={"description": "Those that can still be used."})
