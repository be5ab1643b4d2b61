"""What the desk's API says of payments, payouts, the inbox, and what needs a person."""

from __future__ import annotations

from marshmallow import Schema, fields

from cofu_adopt.core import reason as reasons
from cofu_adopt.core.fields import StrictSchema, Text, choice, day
from cofu_adopt.core.paging import PageArgs
from cofu_adopt.payments.ask import Answer
from cofu_adopt.payments.dispute_models import PayoutStep
from cofu_adopt.payments.models import EventOutcome, PaymentState, RefundState
from cofu_adopt.payments.read_payouts import Misfit
from cofu_adopt.payments.search_events import Which

LONGEST_REFERENCE = 120


class MoneyArgs(PageArgs):
    """Which payments."""

    q = Text(
        LONGEST_REFERENCE,
        load_default="",
        metadata={"description": "An order's code, or what a gateway calls a payment, a refund or a notification."},
    )
    state = choice(*PaymentState, load_default=None)
    provider = Text(20, load_default=None, metadata={"description": "A gateway.", "example": "stripe"})
    from_on = day(load_default=None, metadata={"description": "Begun on this day or later."})
    to_on = day(load_default=None, metadata={"description": "Begun on this day or before."})


class MoneyPaymentSchema(Schema):
    """One attempt to pay one order through one gateway."""

    id = fields.Integer(required=True)
    order_code = fields.String(required=True)
    state = fields.Enum(PaymentState, by_value=True, required=True)
    amount_fen = fields.Integer(required=True)
    currency = fields.String(required=True)
    provider = fields.String(required=True, metadata={"description": "The gateway."})
    wallet = fields.String(required=True, allow_none=True)
    livemode = fields.Boolean(required=True, metadata={"description": "false: no money has moved."})
    gateway_ref = fields.String(required=True, allow_none=True)
    payment_ref = fields.String(required=True, allow_none=True)
    fee_fen = fields.Integer(
        required=True, allow_none=True, metadata={"description": "What the gateway keeps; null until it says so."}
    )
    opened_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    succeeded_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    refundable_until = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Until then money goes back the way it came."}
    )
    review_reason = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What differed from what was asked for.", "example": "19700 fen, not 19800"},
    )


class MoneyRefundSchema(Schema):
    """A refund of a payment."""

    id = fields.Integer(required=True)
    state = fields.Enum(RefundState, by_value=True, required=True)
    amount_fen = fields.Integer(required=True)
    reason = fields.String(required=True)
    gateway_ref = fields.String(required=True, allow_none=True)
    requested_at = fields.AwareDateTime(required=True)
    sent_at = fields.AwareDateTime(required=True, allow_none=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    last_error = fields.String(required=True, allow_none=True)


class PostingSchema(Schema):
    """One line of a ledger entry."""

    account = fields.String(required=True)
    amount_fen = fields.Integer(required=True)


class MoneyStepSchema(Schema):
    """One thing that happened to a payment."""

    at = fields.AwareDateTime(required=True)
    title = fields.String(required=True, metadata={"description": "In the language of the request."})
    detail = fields.String(required=True)
    postings = fields.List(fields.Nested(PostingSchema()), required=True, metadata={"description": "Of the ledger."})
    act = fields.String(
        required=True, allow_none=True, metadata={"description": "The act of the audit log that it is, if it is one."}
    )
    actor_id = fields.Integer(required=True, allow_none=True)


class MoneyPaymentDetailSchema(MoneyPaymentSchema):
    """A payment with its refunds and all that happened to it, oldest first."""

    refunds = fields.List(fields.Nested(MoneyRefundSchema()), required=True)
    steps = fields.List(fields.Nested(MoneyStepSchema()), required=True)


class AskedSchema(Schema):
    """What asking the gateway brought."""

    answer = fields.Enum(
        Answer,
        by_value=True,
        required=True,
        metadata={"description": "silent: it did not answer; unknown: it does not know this payment. Nothing changed."},
    )
    payment = fields.Nested(MoneyPaymentSchema(), required=True)


class EndReviewInSchema(StrictSchema):
    """How and when the money was given back on the gateway's own desk."""

    reason = Text(
        reasons.LONGEST, shortest=reasons.SHORTEST, required=True, metadata={"example": "后台已退，11 月 24 日"}
    )


class GatewayPayoutSchema(Schema):
    """Money that a gateway sent to the workshop's bank, and what its lines add up to."""

    id = fields.Integer(required=True)
    provider = fields.String(required=True)
    gateway_ref = fields.String(required=True)
    amount_fen = fields.Integer(required=True)
    currency = fields.String(required=True)
    arrives_on = fields.Date(required=True)
    state = choice(*PayoutStep, required=True)
    seen_at = fields.AwareDateTime(required=True)
    line_count = fields.Integer(required=True)
    gross_fen = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Of its lines, as the two below; null without lines."}
    )
    fee_fen = fields.Integer(required=True, allow_none=True)
    lines_fen = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Net; with all lines there, it is amount_fen."}
    )


class PayoutLineSchema(Schema):
    """One line of a payout, as the gateway told it."""

    id = fields.Integer(required=True)
    payout_id = fields.Integer(required=True)
    gateway_ref = fields.String(required=True)
    kind = fields.String(required=True, metadata={"example": "refund"})
    source_ref = fields.String(required=True, allow_none=True, metadata={"description": "What it is about."})
    gross_fen = fields.Integer(required=True)
    fee_fen = fields.Integer(required=True)
    net_fen = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    order_code = fields.String(required=True, allow_none=True)
    expected_fen = fields.Integer(
        required=True, allow_none=True, metadata={"description": "What our books say of it; null: they know it not."}
    )
    misfit = fields.Enum(
        Misfit, by_value=True, required=True, allow_none=True, metadata={"description": "Why it does not fit."}
    )


class PayoutMisfitsSchema(Schema):
    """What of all payouts does not fit, oldest first: at most 200 of each."""

    lines = fields.List(fields.Nested(PayoutLineSchema()), required=True)
    payouts = fields.List(
        fields.Nested(GatewayPayoutSchema()),
        required=True,
        metadata={"description": "Those that are not the sum of their lines."},
    )


class MatterSchema(Schema):
    """Something that needs a person."""

    words = fields.String(required=True, metadata={"description": "What it is, in the language of the request."})
    todo = fields.String(required=True, metadata={"description": "What to do about it."})
    since = fields.AwareDateTime(required=True, allow_none=True)
    path = fields.String(required=True, metadata={"description": "The desk's page of it; empty where it has none."})
    amount_fen = fields.Integer(required=True, allow_none=True)
    order_code = fields.String(required=True, allow_none=True)


class MatterKindSchema(Schema):
    """One kind of what needs a person, with its oldest matters."""

    name = fields.String(required=True, metadata={"example": "payment_review"})
    title = fields.String(required=True)
    more = fields.Boolean(required=True, metadata={"description": "There are more than those listed."})
    amount_fen = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Of all; null where that is not known."}
    )
    matters = fields.List(fields.Nested(MatterSchema()), required=True)


class MatterKindsSchema(Schema):
    """All that needs a person; kinds of which there is nothing are left out."""

    items = fields.List(fields.Nested(MatterKindSchema()), required=True)


class InboxArgs(PageArgs):
    """Which notifications."""

    show = choice(
        *Which,
        load_default=None,
        metadata={"description": "Without it: all with `q`, and otherwise those that wait."},
    )
    q = Text(
        LONGEST_REFERENCE,
        load_default="",
        metadata={"description": "The notification's own reference, or that of what it is about."},
    )


class InboxEventSchema(Schema):
    """A notification of a gateway."""

    id = fields.Integer(required=True)
    provider = fields.String(required=True)
    event_id = fields.String(required=True, metadata={"description": "The gateway's own reference of it."})
    type = fields.String(required=True)
    subject = fields.String(required=True)
    object_ref = fields.String(required=True, metadata={"description": "What it is about."})
    payment_id = fields.Integer(required=True, allow_none=True, metadata={"description": "Ours that it is about."})
    livemode = fields.Boolean(required=True)
    received_at = fields.AwareDateTime(required=True)
    done_at = fields.AwareDateTime(required=True, allow_none=True, metadata={"description": "null: it waits."})
    outcome = choice(*EventOutcome, required=True, allow_none=True)
    attempts = fields.Integer(required=True)
    last_error = fields.String(required=True, allow_none=True)


class InboxEventDetailSchema(InboxEventSchema):
    """A notification with what it said."""

    payload = fields.Raw(
        required=True, metadata={"description": "As it came; what may be about a person is hidden behind •••."}
    )
