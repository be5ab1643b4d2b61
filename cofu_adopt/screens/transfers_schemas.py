"""What the API says and understands of bank transfers, for the workshop."""

from __future__ import annotations

from marshmallow import Schema, fields

from cofu_adopt.core import reason as reasons
from cofu_adopt.core.fields import MESSAGES, StrictSchema, Text, choice, day, whole
from cofu_adopt.core.paging import PageArgs
from cofu_adopt.payments.transfer_models import TransferState
from cofu_adopt.payments.transfer_record import LONGEST_PAYER, LONGEST_REF, LONGEST_REMARK
from cofu_adopt.payments.transfer_rules import Meaning

REF = {"description": "The reference of a transfer, as it stands in the remark.", "example": "GZ-7K3M-9"}
BANK_REF = {"description": "The bank's own number of the line.", "example": "ICBC20261124001"}
MOST_FEN = 99_999_999_999
LINE_STATES = ("unknown", "counted", "returning", "returned", "voided")


class TransferFaceSchema(Schema):
    """Who did it: a member of staff by name, an adopter by the end of the phone."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)


class WaitedTransferSchema(Schema):
    """A transfer that an adopter has begun."""

    ref = fields.String(required=True, metadata=REF)
    order_code = fields.String(required=True)
    rope_label = fields.String(required=True)
    adopter = fields.Nested(TransferFaceSchema(), required=True)
    state = fields.Enum(TransferState, by_value=True, required=True)
    amount_fen = fields.Integer(required=True)
    received_fen = fields.Integer(required=True, metadata={"description": "What has come of it."})
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True, metadata={"description": "It is waited for until then."})
    said_sent_at = fields.AwareDateTime(required=True, allow_none=True)


class TransferArgs(PageArgs):
    """Which transfers."""

    state = choice(*TransferState, metadata={"description": "Only those in this state."})


class BankLineSchema(Schema):
    """A line of the bank, as the list shows it."""

    id = fields.Integer(required=True)
    bank_ref = fields.String(required=True, metadata=BANK_REF)
    amount_fen = fields.Integer(required=True)
    paid_on = fields.Date(required=True)
    payer_masked = fields.String(required=True)
    remark = fields.String(required=True)
    state = fields.String(
        required=True,
        metadata={"enum": list(LINE_STATES), "description": "unknown and returning wait for a person."},
    )
    recorded_at = fields.AwareDateTime(required=True)


class CandidateSchema(Schema):
    """A transfer that the line may be meant for, and what counting it would do now."""

    transfer = fields.Nested(WaitedTransferSchema(), required=True)
    by_reference = fields.Boolean(
        required=True, metadata={"description": "The remark names it; else only the amount is the same."}
    )
    meaning = fields.Enum(
        Meaning, by_value=True, required=True, metadata={"description": "Send it back to agree to exactly this."}
    )
    missing_fen = fields.Integer(required=True, metadata={"description": "What is still missing with it."})
    surplus_fen = fields.Integer(required=True, metadata={"description": "What goes back because of it."})


class LineMatchSchema(Schema):
    """What the line is counted for."""

    ref = fields.String(required=True, metadata=REF)
    order_code = fields.String(required=True, allow_none=True)
    rope_label = fields.String(required=True, allow_none=True)
    by = fields.Nested(TransferFaceSchema(), required=True)
    at = fields.AwareDateTime(required=True)


class LineReturnSchema(Schema):
    """That the line is sent back, and why. `returned_by` is another person than `asked_by`."""

    reason = fields.String(required=True)
    asked_by = fields.Nested(TransferFaceSchema(), required=True)
    asked_at = fields.AwareDateTime(required=True)
    returned_by = fields.Nested(TransferFaceSchema(), required=True, allow_none=True)
    returned_at = fields.AwareDateTime(required=True, allow_none=True)
    return_ref = fields.String(
        required=True, allow_none=True, metadata={"description": "The bank's number of the debit."}
    )


class BankLineDetailSchema(BankLineSchema):
    """One line: whose it may be, or what has become of it."""

    payer = fields.String(required=True)
    account_masked = fields.String(required=True, metadata={"description": "The account it came to."})
    recorded_by = fields.Nested(TransferFaceSchema(), required=True)
    voided_by = fields.Nested(TransferFaceSchema(), required=True, allow_none=True)
    voided_at = fields.AwareDateTime(required=True, allow_none=True)
    match = fields.Nested(LineMatchSchema(), required=True, allow_none=True)
    sent_back = fields.Nested(LineReturnSchema(), required=True, allow_none=True)
    candidates = fields.List(
        fields.Nested(CandidateSchema()), required=True, metadata={"description": "While `unknown`."}
    )


class BankLineArgs(PageArgs):
    """Which lines."""

    only_waiting = fields.Boolean(
        load_default=False,
        error_messages=MESSAGES,
        metadata={"description": "Only those that somebody must still look at."},
    )


class CandidateArgs(Schema):
    """Whom to look for, when the remark does not say."""

    ref = Text(40, load_default="", metadata=REF)


class BankLineInSchema(StrictSchema):
    """A line, copied from the bank."""

    bank_ref = Text(LONGEST_REF, shortest=1, required=True, metadata=BANK_REF)
    amount_fen = whole(1, MOST_FEN, required=True, metadata={"example": 19800})
    paid_on = day(required=True, metadata={"description": "When it came; not after today.", "example": "2026-11-24"})
    payer = Text(LONGEST_PAYER, shortest=1, required=True, metadata={"example": "王小海"})
    remark = Text(LONGEST_REMARK, load_default="", metadata={"example": "GZ-7K3M-9"})


class MatchInSchema(StrictSchema):
    """For which transfer, and what was agreed to."""

    ref = Text(40, shortest=1, required=True, metadata=REF)
    meaning = choice(*Meaning, required=True, metadata={"description": "As the candidate said.", "example": "exact"})


class LineReasonSchema(StrictSchema):
    """Why."""

    reason = Text(reasons.LONGEST, shortest=reasons.SHORTEST, required=True, metadata={"example": "看错了附言"})


class ReturnRefSchema(StrictSchema):
    """How the bank has sent it back."""

    return_ref = Text(LONGEST_REF, shortest=1, required=True, metadata=BANK_REF)
