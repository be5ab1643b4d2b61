"""What the API says and understands of holds and orders."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, validates_schema

from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.rules import LONGEST_NAME
from cofu_adopt.core import reason as reasons
from cofu_adopt.core.fields import StrictSchema, Text, choice, day, flag, whole
from cofu_adopt.core.paging import PageArgs
from cofu_adopt.identity.api_schemas import ADDRESS_EXAMPLE, DeliverySchema, address_field
from cofu_adopt.payments.models import PaymentState, RefundState
from cofu_adopt.payments.money_of_order import Way
from cofu_adopt.payments.refund_models import AccountKind
from cofu_adopt.payments.refund_rules import Progress

MOST_ID = 2**53 - 1


class HoldInSchema(StrictSchema):
    """Which rope to hold: any of the offer, any of a plot, or a chosen one."""

    offer_id = whole(1, MOST_ID, required=True, metadata={"example": 1})
    plot = Text(12, shortest=1, metadata={"description": "Only a rope of this plot.", "example": "D6-04"})
    rope = whole(1, 999, metadata={"description": "This rope of the plot.", "example": 7})

    @validates_schema
    def rope_has_plot(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """A rope's number means nothing without its plot."""
        if "rope" in data and "plot" not in data:
            raise ValidationError(str(_l("选绳要先选桁。")), "plot")


class OrderSchema(Schema):
    """An adoption: one rope, one season, one person (认养订单). A hold is one in state `held`."""

    code = fields.String(required=True, metadata={"example": "7KQ2M9XWRT"})
    state = fields.Enum(AdoptionState, by_value=True, required=True)
    label = fields.String(required=True, metadata={"example": "D6-04-007"})
    plot_code = fields.String(required=True)
    rope_number = fields.Integer(required=True)
    rope_name = fields.String(required=True, allow_none=True)
    offer_id = fields.Integer(required=True)
    season = fields.Integer(required=True)
    price_fen = fields.Integer(required=True, metadata={"example": 19800})
    parcels = fields.Integer(required=True)
    promised_net_g = fields.Integer(required=True)
    harvest_from_on = fields.Date(required=True)
    harvest_to_on = fields.Date(required=True)
    cancel_until_on = fields.Date(required=True)
    created_at = fields.AwareDateTime(required=True)
    held_until = fields.AwareDateTime(required=True, metadata={"description": "While `held`: pay before this moment."})
    paid_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    cancellable = fields.Boolean(required=True)
    delivery = fields.Nested(DeliverySchema(), required=True, allow_none=True)
    receipt_email = fields.String(required=True, allow_none=True)
    fresh_goods_confirmed_at = fields.AwareDateTime(required=True, allow_none=True)


class HoldsSchema(Schema):
    """What the person holds and has not paid, soonest to end first."""

    items = fields.List(fields.Nested(OrderSchema()), required=True)


class ReviewInSchema(StrictSchema):
    """Where to deliver, the receipt, and the fresh-goods confirmation."""

    delivery = address_field()
    receipt_email = Text(254, load_default=None, allow_none=True)
    fresh_goods_confirmed = flag(
        required=True,
        metadata={"description": "The person has ticked that live mussels are exempt from the seven-day return."},
    )
    remember = flag(load_default=False, metadata={"description": "Keep the address in the address book."})


REVIEW_EXAMPLE = {"delivery": ADDRESS_EXAMPLE, "receipt_email": None, "fresh_goods_confirmed": True, "remember": True}


class PaymentOpenedSchema(Schema):
    """Where to pay."""

    url = fields.String(
        required=True, metadata={"description": "The gateway's page; send the person there.", "format": "uri"}
    )
    credit_fen = fields.Integer(required=True, metadata={"description": "What of the price credit pays."})
    order = fields.Nested(OrderSchema(), required=True)


class NameInSchema(StrictSchema):
    """The rope's name; an empty one takes it away."""

    name = Text(LONGEST_NAME * 4, required=True, metadata={"example": "小满号"})


class PayInSchema(StrictSchema):
    """How to pay; an empty body pays online."""

    way = choice(
        "online",
        "transfer",
        load_default="online",
        metadata={"description": "transfer: by bank transfer, with a reference; see /orders/{code}/transfer."},
    )
    use_credit = flag(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "Let the person's credit pay what it can; false pays without it; without a word, what is "
            "set aside for the order stays so."
        },
    )


class TransferSchema(Schema):
    """Where and how to transfer."""

    ref = fields.String(
        required=True, metadata={"description": "Write it into the remark of the transfer.", "example": "GZ-7K3M-9"}
    )
    amount_fen = fields.Integer(required=True)
    received_fen = fields.Integer(required=True, metadata={"description": "What has come of it."})
    missing_fen = fields.Integer(required=True, metadata={"description": "What is to be transferred now."})
    holder = fields.String(required=True)
    bank = fields.String(required=True)
    number = fields.String(required=True)
    until = fields.AwareDateTime(required=True, metadata={"description": "The rope is kept until then."})
    said_sent_at = fields.AwareDateTime(required=True, allow_none=True)


class CancellationSchema(Schema):
    """What cancelling would do now."""

    possible = fields.Boolean(required=True)
    state = fields.Enum(AdoptionState, by_value=True, required=True)
    refund_fen = fields.Integer(required=True, metadata={"description": "What money goes back."})
    credit_fen = fields.Integer(
        required=True, metadata={"description": "What credit had paid: it is credit again at once."}
    )
    cancel_until_on = fields.Date(required=True)


class CancelInSchema(StrictSchema):
    """What the person agrees to."""

    refund_fen = whole(
        0, MOST_ID, required=True, metadata={"description": "As the preview said; 0 for a hold.", "example": 19800}
    )


class PaymentSchema(Schema):
    """A payment that came through."""

    amount_fen = fields.Integer(required=True)
    state = fields.Enum(PaymentState, by_value=True, required=True)
    wallet = fields.String(required=True, allow_none=True)
    livemode = fields.Boolean(required=True, metadata={"description": "false: no money has moved."})
    succeeded_at = fields.AwareDateTime(required=True, allow_none=True)


class RefundSchema(Schema):
    """Money on its way back."""

    amount_fen = fields.Integer(required=True)
    state = fields.Enum(RefundState, by_value=True, required=True)
    reason = fields.String(required=True)
    requested_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)


class RefundProgressSchema(Schema):
    """A refund as its adopter is told of it."""

    id = fields.Integer(required=True)
    amount_fen = fields.Integer(required=True)
    reason = fields.String(required=True)
    state = fields.Enum(RefundState, by_value=True, required=True)
    progress = fields.Enum(
        Progress,
        by_value=True,
        required=True,
        metadata={"description": "What is true today; account_needed and bounced wait for PUT .../account."},
    )
    expected_on = fields.Date(
        required=True,
        allow_none=True,
        metadata={
            "description": "By this day the money is there; null when that is not known. Never a day that is over."
        },
    )
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    paid_on = fields.Date(required=True, allow_none=True, metadata={"description": "The day of a payment by hand."})
    account_masked = fields.String(required=True, allow_none=True)


class RefundsSchema(Schema):
    """The refunds of an order, oldest first; one that was tried again is told as the one that took its place."""

    items = fields.List(fields.Nested(RefundProgressSchema()), required=True)


class RefundAccountInSchema(StrictSchema):
    """Where to pay a refund by hand."""

    kind = choice(*AccountKind, required=True)
    holder = Text(60, required=True, metadata={"description": "The person's real name, as at the account."})
    number = Text(80, required=True, metadata={"description": "Card, Alipay account or WeChat ID."})
    bank = Text(60, load_default=None, allow_none=True, metadata={"description": "Of a card."})
    sms_code = Text(
        20, required=True, metadata={"description": "Sent to the person's own phone by POST /sign-in/codes."}
    )


ACCOUNT_EXAMPLE = {
    "kind": "bank_card", "holder": "林小满", "number": "6222021001112223331", "bank": "工商银行", "sms_code": "123456",
}  # fmt: skip


class ReceiptSchema(Schema):
    """The receipt of a paid order."""

    order = fields.Nested(OrderSchema(), required=True)
    title_zh = fields.String(required=True)
    title_en = fields.String(required=True)
    payments = fields.List(fields.Nested(PaymentSchema()), required=True)
    refunds = fields.List(fields.Nested(RefundSchema()), required=True)
    credit_fen = fields.Integer(
        required=True, metadata={"description": "What of the price credit has paid, beside the payments."}
    )


class DeskOrderArgs(PageArgs):
    """Which orders."""

    q = Text(
        40,
        load_default="",
        metadata={
            "description": "An order's code; a square, plot or rope (D6-04-007); a phone, its last four, or the whole "
            "name on the parcel."
        },
    )
    state = choice(*AdoptionState)
    offer_id = whole(1, MOST_ID, strict=False, metadata={"description": "Only those of this offer."})
    grid = Text(8, metadata={"description": "Only ropes of this square.", "example": "D6"})
    from_on = day(metadata={"description": "Taken on this day of the island or later."})
    to_on = day(metadata={"description": "Taken on this day of the island or before."})


class DeskOrderSchema(Schema):
    """An order as the desk's list shows it."""

    code = fields.String(required=True)
    state = fields.Enum(AdoptionState, by_value=True, required=True)
    label = fields.String(required=True)
    plot_code = fields.String(required=True)
    recipient_masked = fields.String(required=True)
    phone_last4 = fields.String(required=True, allow_none=True, metadata={"description": "Of the phone on the parcel."})
    offer_id = fields.Integer(required=True)
    season = fields.Integer(required=True)
    price_fen = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    held_until = fields.AwareDateTime(required=True)
    paid_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class DeskOrderDetailSchema(DeskOrderSchema):
    """An order with its money."""

    payments = fields.List(fields.Nested(PaymentSchema()), required=True)
    refunds = fields.List(fields.Nested(RefundSchema()), required=True)
    credit_fen = fields.Integer(required=True, metadata={"description": "What of the price credit has paid."})


class DeskCancellationSchema(Schema):
    """What ending an order would do now."""

    possible = fields.Boolean(required=True)
    state = fields.Enum(AdoptionState, by_value=True, required=True)
    refund_fen = fields.Integer(required=True, metadata={"description": "What money goes back."})
    way = fields.Enum(Way, by_value=True, required=True, metadata={"description": "How it goes back."})
    credit_fen = fields.Integer(
        required=True, metadata={"description": "What credit had paid: it is credit again at once."}
    )
    needs_two = fields.Boolean(
        required=True, metadata={"description": "More than one person may decide: ask for a refund on the desk."}
    )
    is_late = fields.Boolean(required=True, metadata={"description": "The adopter could no longer cancel by herself."})
    cancel_until_on = fields.Date(required=True)
    terms = fields.String(
        required=True, attribute="fingerprint", metadata={"description": "Send it back to agree to exactly this."}
    )


class DeskCancelInSchema(StrictSchema):
    """Why the order is ended, and what was agreed to."""

    reason = Text(reasons.LONGEST, shortest=reasons.SHORTEST, required=True, metadata={"example": "台风，客人来电取消"})
    terms = Text(80, required=True, metadata={"description": "As the preview said.", "example": "held:0:none"})


class DeskRopeSchema(Schema):
    """A rope and the order that has it."""

    number = fields.Integer(required=True)
    free = fields.Boolean(required=True)
    order_code = fields.String(required=True, allow_none=True)
    state = fields.Enum(AdoptionState, by_value=True, required=True, allow_none=True)


class DeskRopesSchema(Schema):
    """All ropes of a plot."""

    items = fields.List(fields.Nested(DeskRopeSchema()), required=True)
