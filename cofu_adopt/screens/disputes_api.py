"""The desk's disputes for programs: what must be answered until when, what would be sent, and sending it once."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.name_orders import OrderName, order_names
from cofu_adopt.core import access, paging
from cofu_adopt.core.access import Scope
from cofu_adopt.core.api import ApiBlueprint, refuses
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.fields import MESSAGES, StrictSchema, Text
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.payments.answer_dispute import LONGEST_NOTE, collect_evidence, decide_answer, load_note
from cofu_adopt.payments.dispute_models import DisputeStep
from cofu_adopt.payments.errors import DisputeNotOpen
from cofu_adopt.payments.read_disputes import DisputeRow, get_dispute, page_disputes
from cofu_adopt.screens.desk_roles import READERS
from cofu_adopt.screens.disputes_pages import ACTORS

bp = ApiBlueprint(
    "api_desk_disputes",
    __name__,
    tag="Desk: disputes",
    zh=("工坊：拒付", "付款人向银行提出的拒付，和我们的答复。"),
    description="Payments that their payers dispute, and our answer to the bank.",
)


class DisputeArgs(paging.PageArgs):
    """Which disputes."""

    only_open = fields.Boolean(
        load_default=False,
        error_messages=MESSAGES,
        metadata={"description": "Only those that the bank has not decided."},
    )


class DisputeSchema(Schema):
    """A payment that its payer disputes."""

    id = fields.Integer(required=True)
    order_code = fields.String(required=True)
    rope_label = fields.String(required=True)
    order_state = fields.Enum(AdoptionState, by_value=True, required=True)
    provider = fields.String(required=True)
    gateway_ref = fields.String(required=True, metadata={"description": "The gateway's own number of it."})
    state = fields.Enum(DisputeStep, by_value=True, required=True)
    amount_fen = fields.Integer(required=True)
    fee_fen = fields.Integer(required=True, metadata={"description": "What the gateway takes for it."})
    loss_fen = fields.Integer(required=True, metadata={"description": "What of a lost one nothing covers."})
    reason = fields.String(required=True, metadata={"description": "The payer's, as the bank names it."})
    answerable = fields.Boolean(required=True, metadata={"description": "The one answer can still be given."})
    answer_until = fields.AwareDateTime(required=True, allow_none=True)
    opened_at = fields.AwareDateTime(required=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class EvidenceSchema(Schema):
    """One text for the bank; names and phones in it are masked."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)


class DisputeDetailSchema(DisputeSchema):
    """A dispute, and what goes to the bank."""

    evidence = fields.List(
        fields.Nested(EvidenceSchema()),
        required=True,
        metadata={"description": "While answerable: what would be sent now. Afterwards: what was."},
    )
    evidence_stored_at = fields.AwareDateTime(required=True, allow_none=True)
    evidence_sent_at = fields.AwareDateTime(required=True, allow_none=True)
    evidence_error = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Why the gateway did not take the last answer; it can be given again."},
    )


class AnswerInSchema(StrictSchema):
    """What the workshop says besides the evidence."""

    note = Text(LONGEST_NOTE, lines=True, load_default="", metadata={"example": "绳在海里，照片每周发给她。"})


DETAIL = DisputeDetailSchema()


@bp.get("/desk/disputes", zh="拒付")
@bp.arguments(DisputeArgs(), location="query")
@bp.response(200, paging.page_schema(DisputeSchema()))
@access.allow(*READERS, scope=Scope.DESK_READ)
def disputes(args: dict[str, Any]) -> dict[str, Any]:
    """The disputes, newest first."""
    before_id = paging.read_cursor("desk-disputes", args)
    rows = page_disputes(only_open=args["only_open"], before_id=before_id, limit=args["limit"] + 1)
    orders = order_names({row.order_id for row in rows})
    items = [_dispute(row, orders[row.order_id]) for row in rows]
    return paging.page("desk-disputes", args, items, lambda item: item["id"])


@bp.get("/desk/disputes/<id:dispute_id>", zh="一笔拒付，和要交给银行的")
@bp.response(200, DETAIL)
@access.allow(*READERS, scope=Scope.DESK_READ)
def dispute(dispute_id: int) -> dict[str, Any]:
    """One dispute, with what is or would be sent to the bank."""
    return _detail(dispute_id)


@bp.post("/desk/disputes/<id:dispute_id>/answer", zh="答复银行，只能一次")
@refuses(Invalid, DisputeNotOpen)
@bp.arguments(AnswerInSchema())
@idempotent
@bp.response(200, DETAIL)
@access.allow(*ACTORS, scope=Scope.DESK_WRITE, writes=True)
def answer(given: dict[str, Any], dispute_id: int) -> dict[str, Any]:
    """Send the evidence with the note. It cannot be changed; the clock carries it to the gateway."""
    decide_answer(dispute_id, load_note(given["note"]))
    return _detail(dispute_id)


def _detail(dispute_id: int) -> dict[str, Any]:
    row = get_dispute(dispute_id)
    told = collect_evidence(dispute_id) if row.answerable else row.evidence
    same = ("evidence_stored_at", "evidence_sent_at", "evidence_error")
    return (
        _dispute(row, order_names({row.order_id})[row.order_id])
        | {name: getattr(row, name) for name in same}
        | {"evidence": [{"name": name, "title": one.title, "text": one.text} for name, one in told.items()]}
    )


def _dispute(row: DisputeRow, order: OrderName) -> dict[str, Any]:
    same = (
        "id", "provider", "gateway_ref", "state", "amount_fen", "fee_fen", "loss_fen", "reason", "answerable",
        "answer_until", "opened_at", "answered_at", "closed_at",
    )  # fmt: skip
    return {name: getattr(row, name) for name in same} | {
        "order_code": order.code,
        "rope_label": order.label,
        "order_state": order.state,
    }
