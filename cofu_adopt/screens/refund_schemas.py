"""What the API says and understands of the desk's refunds."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validates_schema

from cofu_adopt.adoptions.refund_orders import PART
from cofu_adopt.core import reason as reasons
from cofu_adopt.core.fields import StrictSchema, Text, choice, day, whole
from cofu_adopt.core.paging import PageArgs, page_schema
from cofu_adopt.payments.models import RefundReason, RefundState
from cofu_adopt.payments.money_of_order import Way
from cofu_adopt.payments.refund_desk import Tab
from cofu_adopt.payments.refund_models import AccountKind, RequestState, TransferState
from cofu_adopt.screens.bank_line import LONGEST_NOTE, LONGEST_REFERENCE

MOST_FEN = 99_999_999
"""What the form takes: 999999.99 yuan."""
REASON = {"example": "台风毁了这一桁"}


class RefundArgs(PageArgs):
    """Which refunds."""

    tab = choice(
        *Tab,
        load_default=Tab.ALL.value,
        metadata={"description": "What they wait for: by_hand, failed, on_its_way; or all of them."},
    )
    order = Text(16, metadata={"description": "Only those of the order with this code.", "example": "7KQ2M9XWRT"})


class RefundAccountMaskedSchema(Schema):
    """Where the adopter wants the money, masked."""

    kind = fields.Enum(AccountKind, by_value=True, required=True)
    holder_masked = fields.String(required=True)
    number_masked = fields.String(required=True, metadata={"example": "622****3331"})
    bank = fields.String(required=True, allow_none=True)
    given_at = fields.AwareDateTime(required=True)
    erased_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Since then nobody can read it whole any more."}
    )


class StaffRefundSchema(Schema):
    """A refund as the desk's list shows it."""

    id = fields.Integer(required=True)
    order_code = fields.String(required=True)
    payment_id = fields.Integer(required=True)
    state = fields.Enum(RefundState, by_value=True, required=True)
    amount_fen = fields.Integer(required=True)
    currency = fields.String(required=True)
    reason = fields.Enum(RefundReason, by_value=True, required=True)
    provider = fields.String(required=True)
    wallet = fields.String(required=True, allow_none=True)
    refundable_until = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Later than that it is paid by hand."}
    )
    gateway_ref = fields.String(required=True, allow_none=True)
    requested_at = fields.AwareDateTime(required=True)
    sent_at = fields.AwareDateTime(required=True, allow_none=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    last_error = fields.String(required=True, allow_none=True)
    replaces_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "The failed refund whose place it took."}
    )
    account = fields.Nested(
        RefundAccountMaskedSchema(),
        required=True,
        allow_none=True,
        metadata={"description": "Where it is paid by hand; null until the adopter has said it."},
    )
    is_proposed = fields.Boolean(
        required=True, metadata={"description": "One person proposes to pay it by hand; another has to agree."}
    )


class RefundTransferSchema(Schema):
    """A payment by hand: proposed, decided by another person, paid with the bank's line as evidence."""

    id = fields.Integer(required=True)
    state = fields.Enum(TransferState, by_value=True, required=True)
    amount_fen = fields.Integer(required=True)
    to = fields.String(required=True, metadata={"description": "The number of the account, masked."})
    proposed_by_id = fields.Integer(required=True)
    proposed_at = fields.AwareDateTime(required=True)
    decided_by_id = fields.Integer(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    decline_reason = fields.String(required=True, allow_none=True)
    paid_by_id = fields.Integer(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True, allow_none=True)
    paid_on = fields.Date(required=True, allow_none=True)
    bank_account = fields.String(required=True, allow_none=True, metadata={"description": "The workshop's own."})
    bank_reference = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    returned_by_id = fields.Integer(required=True, allow_none=True)
    returned_at = fields.AwareDateTime(required=True, allow_none=True)
    returned_on = fields.Date(required=True, allow_none=True)
    return_reason = fields.String(required=True, allow_none=True)


class StaffRefundDetailSchema(StaffRefundSchema):
    """A refund with all that happened to it."""

    request_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Who asked for it; null: it was due by rule."}
    )
    replaced_by_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "The refund that took its place."}
    )
    accounts = fields.List(
        fields.Nested(RefundAccountMaskedSchema()), required=True, metadata={"description": "All given, oldest first."}
    )
    transfers = fields.List(
        fields.Nested(RefundTransferSchema()), required=True, metadata={"description": "Oldest first."}
    )


class RefundRequestArgs(PageArgs):
    """Which requests."""

    state = choice(*RequestState)


class RefundRequestSchema(Schema):
    """What a member of staff asks to give back, with how far it is."""

    id = fields.Integer(required=True)
    state = fields.Enum(RequestState, by_value=True, required=True)
    reason = fields.Enum(RefundReason, by_value=True, required=True)
    note = fields.String(required=True, metadata={"description": "In the words of the one who asked."})
    ends_order = fields.Boolean(required=True)
    total_fen = fields.Integer(required=True)
    weighed_fen = fields.Integer(
        required=True,
        metadata={"description": "The total and what staff gave back of the same payments before."},
    )
    approval_fen = fields.Integer(
        required=True, metadata={"description": "When weighed_fen is more than this, another person decides."}
    )
    line_count = fields.Integer(required=True)
    done_count = fields.Integer(required=True, metadata={"description": "Lines that are done or left out."})
    left_out_count = fields.Integer(required=True)
    requested_by_id = fields.Integer(required=True)
    requested_at = fields.AwareDateTime(required=True)
    decided_by_id = fields.Integer(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    decline_reason = fields.String(required=True, allow_none=True)


class RefundLineSchema(Schema):
    """One order of a request."""

    id = fields.Integer(required=True)
    order_code = fields.String(required=True)
    amount_fen = fields.Integer(required=True)
    refund_id = fields.Integer(required=True, allow_none=True, metadata={"description": "What it has become."})
    left_out = fields.String(
        required=True, allow_none=True, metadata={"description": "The code of what stood in the way."}
    )
    done_at = fields.AwareDateTime(required=True, allow_none=True)


class RefundRequestDetailSchema(RefundRequestSchema):
    """A request with a page of its lines."""

    lines = fields.Nested(page_schema(RefundLineSchema()), required=True)


class RefundAskPreviewArgs(Schema):
    """How much would be asked for."""

    class Meta:
        """Unknown parameters are no fault."""

        unknown = EXCLUDE

    amount_fen = whole(
        1,
        MOST_FEN,
        strict=False,
        load_default=None,
        metadata={"description": "A part, and the order stays; without it, all that is left, and the order ends."},
    )


class RefundAskPreviewSchema(Schema):
    """What asking for an order's money would do now."""

    possible = fields.Boolean(required=True)
    refusal = fields.String(
        required=True,
        allow_none=True,
        attribute="refusal_code",
        metadata={"description": "The code with which it would be refused."},
    )
    left_fen = fields.Integer(required=True, metadata={"description": "What of the order's money can go back at all."})
    amount_fen = fields.Integer(required=True, metadata={"description": "What would go back."})
    way = fields.Enum(Way, by_value=True, required=True, metadata={"description": "How it would go back."})
    ends_order = fields.Boolean(required=True)
    needs_another = fields.Boolean(
        required=True, metadata={"description": "Another person would have to decide: it would wait."}
    )
    terms = fields.String(
        required=True,
        allow_none=True,
        attribute="fingerprint",
        metadata={"description": "Send it back to ask for exactly this."},
    )


class RefundAskInSchema(StrictSchema):
    """How much to give back of an order's money, and why."""

    amount_fen = whole(
        1,
        MOST_FEN,
        required=True,
        allow_none=True,
        metadata={"description": "A part, and the order stays; null: all that is left, and the order ends."},
    )
    why = choice(
        *PART,
        load_default=None,
        allow_none=True,
        metadata={"description": "Why a part goes back; of all, the workshop has cancelled."},
    )
    reason = Text(reasons.LONGEST, shortest=reasons.SHORTEST, required=True, metadata=REASON)
    terms = Text(80, required=True, metadata={"description": "As the preview said."})

    @validates_schema
    def a_part_has_its_why(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Of a part the books say why it goes back."""
        if data["amount_fen"] is not None and data["why"] is None:
            raise ValidationError(_("请选为什么退。"), "why")


class RefundReasonInSchema(StrictSchema):
    """Why."""

    reason = Text(reasons.LONGEST, shortest=reasons.SHORTEST, required=True, metadata=REASON)


class RefundAccountWholeSchema(Schema):
    """Where the adopter wants the money, whole."""

    kind = fields.Enum(AccountKind, by_value=True, required=True)
    holder = fields.String(required=True)
    number = fields.String(required=True)
    bank = fields.String(required=True, allow_none=True)


class RefundPaidInSchema(StrictSchema):
    """The bank's line: the evidence that money has left."""

    bank_account = Text(
        20, required=True, metadata={"description": "Which of the workshop's own paid.", "example": "main"}
    )
    bank_reference = Text(LONGEST_REFERENCE, shortest=1, required=True, metadata={"example": "ICBC-20270801-1"})
    paid_on = day(required=True)
    note = Text(LONGEST_NOTE, load_default="")


class RefundReturnedInSchema(StrictSchema):
    """Why the bank sent it back, and when."""

    reason = Text(reasons.LONGEST, shortest=reasons.SHORTEST, required=True, metadata={"example": "账号户名不符"})
    returned_on = day(required=True)
