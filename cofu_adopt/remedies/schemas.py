"""What the API says and understands of remedies."""

from __future__ import annotations

from marshmallow import Schema, fields

from cofu_adopt.core import reason as reasons
from cofu_adopt.core.fields import StrictSchema, Text, choice
from cofu_adopt.events import Cause
from cofu_adopt.remedies.models import ChosenBy, Outcome, RemedyState


class RemedySchema(Schema):
    """What the person gets instead of what she was promised."""

    cause = fields.Enum(Cause, by_value=True, required=True)
    amount_fen = fields.Integer(required=True, metadata={"example": 19800})
    lost_label = fields.String(required=True, metadata={"description": "The rope that was promised."})
    state = fields.Enum(RemedyState, by_value=True, required=True)
    offered = fields.List(fields.Enum(Outcome, by_value=True), required=True)
    default_outcome = fields.Enum(
        Outcome, by_value=True, required=True, metadata={"description": "What happens when nobody chooses in time."}
    )
    choose_until = fields.AwareDateTime(required=True)
    outcome = fields.Enum(Outcome, by_value=True, required=True, allow_none=True)
    chosen_by = fields.Enum(ChosenBy, by_value=True, required=True, allow_none=True)
    chosen_at = fields.AwareDateTime(required=True, allow_none=True)
    done_at = fields.AwareDateTime(required=True, allow_none=True)


class ChoiceSchema(Schema):
    """A remedy, and what of it can be had at this moment."""

    remedy = fields.Nested(RemedySchema(), required=True)
    possible = fields.List(fields.Enum(Outcome, by_value=True), required=True)
    equal_rope = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "The rope that the person would get now; it is kept for nobody.",
            "example": "D6-04-008",
        },
    )
    credit_fen = fields.Integer(
        required=True,
        metadata={"description": "What of the amount credit had paid; unless a rope is chosen, it is credit again."},
    )


class ChoiceInSchema(StrictSchema):
    """What the person chooses."""

    outcome = choice(*Outcome, required=True, metadata={"example": "rope"})


class DeskChoiceInSchema(ChoiceInSchema):
    """What the workshop chooses for the person, and why."""

    reason = Text(
        reasons.LONGEST, shortest=reasons.SHORTEST, required=True, metadata={"example": "认养人来电，要换一串"}
    )
