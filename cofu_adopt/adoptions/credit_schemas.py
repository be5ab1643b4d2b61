"""What the API says and understands of credit."""

from __future__ import annotations

from marshmallow import Schema, fields

from cofu_adopt.core.fields import StrictSchema, whole
from cofu_adopt.payments.credit_models import CreditUseState
from cofu_adopt.payments.models import RefundState

MOST_FEN = 2**53 - 1


class GrantSchema(Schema):
    """Credit that was given instead of an order's money."""

    order_code = fields.String(required=True, metadata={"description": "The order whose money it had been."})
    amount_fen = fields.Integer(required=True)
    left_fen = fields.Integer(required=True)
    covered_fen = fields.Integer(
        required=True, metadata={"description": "What of it the payer's bank gave back in a dispute."}
    )
    granted_at = fields.AwareDateTime(required=True)


class UseSchema(Schema):
    """Credit for an order: set aside while the rest is paid, spent with it, or the person's again."""

    order_code = fields.String(required=True)
    state = fields.Enum(CreditUseState, by_value=True, required=True)
    amount_fen = fields.Integer(required=True)
    reserved_at = fields.AwareDateTime(required=True)
    spent_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class CreditBackSchema(Schema):
    """Credit that becomes money again. By hand: /orders/{order_code}/refunds/{id}/account says where to."""

    id = fields.Integer(required=True)
    order_code = fields.String(required=True, metadata={"description": "The order whose money it had been."})
    amount_fen = fields.Integer(required=True)
    state = fields.Enum(RefundState, by_value=True, required=True)
    requested_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)


class BackPartSchema(Schema):
    """A part of the credit, and how it would go back."""

    order_code = fields.String(required=True)
    amount_fen = fields.Integer(required=True)
    by_hand = fields.Boolean(
        required=True, metadata={"description": "true: the way it came is closed, the workshop transfers it."}
    )
    wallet = fields.String(required=True, allow_none=True)
    refundable_until = fields.AwareDateTime(required=True, allow_none=True)


class BackSchema(Schema):
    """What taking all credit back would do now."""

    amount_fen = fields.Integer(required=True)
    by_hand_fen = fields.Integer(required=True)
    disputed_fen = fields.Integer(
        required=True, metadata={"description": "What cannot go back before the payer's bank has decided a dispute."}
    )
    parts = fields.List(fields.Nested(BackPartSchema()), required=True)


class CreditSchema(Schema):
    """A person's credit, newest first."""

    balance_fen = fields.Integer(required=True, metadata={"description": "To be spent or taken back now."})
    reserved_fen = fields.Integer(
        required=True, metadata={"description": "Set aside for orders that are being paid; not in the balance."}
    )
    grants = fields.List(fields.Nested(GrantSchema()), required=True)
    uses = fields.List(fields.Nested(UseSchema()), required=True)
    refunds = fields.List(fields.Nested(CreditBackSchema()), required=True)
    refund = fields.Nested(BackSchema(), required=True)


class CreditRefundInSchema(StrictSchema):
    """What the person agrees to."""

    amount_fen = whole(1, MOST_FEN, required=True, metadata={"description": "As `refund` said.", "example": 5000})
    by_hand_fen = whole(0, MOST_FEN, required=True, metadata={"description": "As `refund` said.", "example": 0})
