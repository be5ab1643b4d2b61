"""Finance's room for bank transfers, for programs: the bank's lines, whose they are, and money that is sent back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cofu_adopt.adoptions.transfer import OrderFace, faces_of_orders
from cofu_adopt.core import access, paging
from cofu_adopt.core.access import Scope
from cofu_adopt.core.api import ApiBlueprint, refuses
from cofu_adopt.core.crypto import mask
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.core.money import yuan
from cofu_adopt.core.reason import load_reason
from cofu_adopt.identity import find_people
from cofu_adopt.identity.find_people import Face
from cofu_adopt.payments import transfer_match, transfer_queries, transfer_record, transfer_return
from cofu_adopt.payments.transfer_errors import LineKnown, LineTaken, NotYourOwn, TransferChanged, UndoTooLate
from cofu_adopt.payments.transfer_models import TransferState
from cofu_adopt.payments.transfer_queries import Candidate, LineRow, TransferRow
from cofu_adopt.screens import transfers_schemas as schemas
from cofu_adopt.screens.desk_roles import FINANCE, READERS
from cofu_adopt.screens.desk_words import face_words

bp = ApiBlueprint(
    "api_desk_transfers",
    __name__,
    tag="Desk: bank transfers",
    zh=("工坊：转账到款", "银行到的款，算到谁的转账上，或退回。"),
    description="What came to the bank, for whose transfer it is counted, and what is sent back.",
)
LINES = "/desk/transfers/lines"
LINE = f"{LINES}/<id:line_id>"
DETAIL = schemas.BankLineDetailSchema()


@bp.get("/desk/transfers", zh="认养人的转账，在等的和结束的")
@bp.arguments(schemas.TransferArgs(), location="query")
@bp.response(200, paging.page_schema(schemas.WaitedTransferSchema()))
@access.allow(*READERS, scope=Scope.DESK_READ)
def transfers(args: dict[str, Any]) -> dict[str, Any]:
    """The transfers that adopters have begun, newest first."""
    place = paging.read_cursor("desk-transfers", args)
    before = (datetime.fromisoformat(place[0]), str(place[1])) if place else None
    state = TransferState(args["state"]) if "state" in args else None
    rows = transfer_queries.page_transfers(state, before=before, limit=args["limit"] + 1)
    orders = faces_of_orders({row.order_id for row in rows})
    faces = find_people.faces({order.person_id for order in orders.values()})
    items = [_transfer(row, orders, faces) for row in rows]
    return paging.page("desk-transfers", args, items, lambda row: (row["created_at"].isoformat(), row["ref"]))


@bp.get(LINES, zh="银行到款")
@bp.arguments(schemas.BankLineArgs(), location="query")
@bp.response(200, paging.page_schema(schemas.BankLineSchema()))
@access.allow(*READERS, scope=Scope.DESK_READ)
def lines(args: dict[str, Any]) -> dict[str, Any]:
    """The lines of the bank, newest first."""
    before_id = paging.read_cursor("desk-bank-lines", args)
    rows = transfer_queries.page_lines(only_waiting=args["only_waiting"], before_id=before_id, limit=args["limit"] + 1)
    return paging.page("desk-bank-lines", args, [_line(row) for row in rows], lambda row: row["id"])


@bp.post(LINES, zh="登记一笔到款")
@refuses(Invalid, LineKnown)
@bp.arguments(schemas.BankLineInSchema())
@idempotent
@bp.response(201, DETAIL)
@access.allow(*FINANCE, scope=Scope.DESK_WRITE, writes=True)
def record(typed: dict[str, Any]) -> dict[str, Any]:
    """Write a line of the bank down: the money is in the books at once. 404 where the house takes no transfers."""
    amount, paid_on = yuan(typed["amount_fen"]), typed["paid_on"].isoformat()
    read: dict[str, Any] = transfer_record.load_line(typed | {"amount": amount, "paid_on": paid_on})
    return _detail(transfer_record.record_line(access.signed_in().person_id, **read).id)


@bp.get(LINE, zh="一笔到款，可能是谁的")
@bp.arguments(schemas.CandidateArgs(), location="query")
@bp.response(200, DETAIL)
@access.allow(*READERS, scope=Scope.DESK_READ)
def line(args: dict[str, Any], line_id: int) -> dict[str, Any]:
    """One line: whose it may be and what counting it would do; or what has become of it."""
    return _detail(line_id, wanted=args["ref"])


@bp.post(f"{LINE}/match", zh="算到一笔转账上")
@refuses(Invalid, LineTaken, TransferChanged)
@bp.arguments(schemas.MatchInSchema())
@idempotent
@bp.response(200, DETAIL)
@access.allow(*FINANCE, scope=Scope.DESK_WRITE, writes=True)
def match(agreed: dict[str, Any], line_id: int) -> dict[str, Any]:
    """Count the line for a transfer, with the meaning that was shown; what follows from it happens at once."""
    transfer_match.match_line(line_id, agreed["ref"], access.signed_in().person_id, agreed=agreed["meaning"])
    return _detail(line_id)


@bp.post(f"{LINE}/undo", zh="撤回，由另一位财务")
@refuses(Invalid, LineTaken, NotYourOwn, UndoTooLate)
@bp.arguments(schemas.LineReasonSchema())
@idempotent
@bp.response(200, DETAIL)
@access.allow(*FINANCE, scope=Scope.DESK_WRITE, writes=True)
def undo(given: dict[str, Any], line_id: int) -> dict[str, Any]:
    """Take back that the line was counted: by another person than the one who counted it, for a reason."""
    transfer_match.undo_line(line_id, access.signed_in().person_id, load_reason(given["reason"]))
    return _detail(line_id)


@bp.post(f"{LINE}/void", zh="登记错了，作废")
@refuses(Invalid, LineTaken)
@bp.arguments(schemas.LineReasonSchema())
@idempotent
@bp.response(200, DETAIL)
@access.allow(*FINANCE, scope=Scope.DESK_WRITE, writes=True)
def void(given: dict[str, Any], line_id: int) -> dict[str, Any]:
    """It was written down wrongly: its entry is reversed, and the bank's number is free for the right line."""
    transfer_record.void_line(line_id, access.signed_in().person_id, load_reason(given["reason"]))
    return _detail(line_id)


@bp.post(f"{LINE}/return", zh="申请退回给付款人")
@refuses(Invalid, LineTaken)
@bp.arguments(schemas.LineReasonSchema())
@idempotent
@bp.response(200, DETAIL)
@access.allow(*FINANCE, scope=Scope.DESK_WRITE, writes=True)
def ask_return(given: dict[str, Any], line_id: int) -> dict[str, Any]:
    """Ask for the line to be sent back to its sender; another person does it."""
    transfer_return.ask_return(line_id, access.signed_in().person_id, load_reason(given["reason"]))
    return _detail(line_id)


@bp.post(f"{LINE}/return/drop", zh="不退了")
@refuses(LineTaken)
@idempotent
@bp.response(200, DETAIL)
@access.allow(*FINANCE, scope=Scope.DESK_WRITE, writes=True)
def drop_return(line_id: int) -> dict[str, Any]:
    """Do not send it back after all."""
    transfer_return.drop_return(line_id)
    return _detail(line_id)


@bp.post(f"{LINE}/return/done", zh="已在网银退回，由另一位财务")
@refuses(Invalid, LineTaken, NotYourOwn)
@bp.arguments(schemas.ReturnRefSchema())
@idempotent
@bp.response(200, DETAIL)
@access.allow(*FINANCE, scope=Scope.DESK_WRITE, writes=True)
def confirm_return(given: dict[str, Any], line_id: int) -> dict[str, Any]:
    """The bank has sent it back: another person than the one who asked writes the bank's number down."""
    transfer_return.confirm_return(line_id, access.signed_in().person_id, given["return_ref"])
    return _detail(line_id)


def _detail(line_id: int, *, wanted: str = "") -> dict[str, Any]:
    row = transfer_queries.get_line(line_id)
    kept, counted = row.line, row.match
    found = transfer_queries.list_candidates(kept, wanted=wanted) if row.state == "unknown" else []
    matched = transfer_queries.find_order(counted.ref) if counted else None
    orders = faces_of_orders({one.transfer.order_id for one in found} | ({matched} if matched else set()))
    faces = find_people.faces(
        {order.person_id for order in orders.values()}
        | {kept.recorded_by, kept.voided_by, kept.return_asked_by, kept.returned_by}
        | ({counted.matched_by} if counted else set())
    )
    return _line(row) | {
        "payer": kept.payer,
        "account_masked": mask(kept.account),
        "recorded_by": _face(faces, kept.recorded_by),
        "voided_by": _face(faces, kept.voided_by),
        "voided_at": kept.voided_at,
        "match": _match(row, orders.get(matched) if matched else None, faces),
        "sent_back": _sent_back(row, faces),
        "candidates": [_candidate(one, orders, faces) for one in found],
    }


def _line(row: LineRow) -> dict[str, Any]:
    kept = row.line
    same = ("id", "bank_ref", "amount_fen", "paid_on", "remark", "recorded_at")
    return {name: getattr(kept, name) for name in same} | {
        "payer_masked": mask(kept.payer, head=1, tail=0),
        "state": row.state,
    }


def _match(row: LineRow, order: OrderFace | None, faces: dict[int, Face]) -> dict[str, Any] | None:
    if row.match is None:
        return None
    return {
        "ref": row.match.ref,
        "order_code": order and order.code,
        "rope_label": order and order.label,
        "by": _face(faces, row.match.matched_by),
        "at": row.match.matched_at,
    }


def _sent_back(row: LineRow, faces: dict[int, Face]) -> dict[str, Any] | None:
    kept = row.line
    if kept.return_asked_at is None:
        return None
    return {
        "reason": kept.return_reason,
        "asked_by": _face(faces, kept.return_asked_by),
        "asked_at": kept.return_asked_at,
        "returned_by": _face(faces, kept.returned_by),
        "returned_at": kept.returned_at,
        "return_ref": kept.return_ref,
    }


def _candidate(one: Candidate, orders: dict[int, OrderFace], faces: dict[int, Face]) -> dict[str, Any]:
    return {
        "transfer": _transfer(one.transfer, orders, faces),
        "by_reference": one.by_reference,
        "meaning": one.counted.meaning,
        "missing_fen": one.counted.missing_fen,
        "surplus_fen": one.counted.surplus_fen,
    }


def _transfer(row: TransferRow, orders: dict[int, OrderFace], faces: dict[int, Face]) -> dict[str, Any]:
    order = orders[row.order_id]
    same = ("ref", "state", "amount_fen", "received_fen", "created_at", "expires_at", "said_sent_at")
    return {name: getattr(row, name) for name in same} | {
        "order_code": order.code,
        "rope_label": order.label,
        "adopter": _face(faces, order.person_id),
    }


def _face(faces: dict[int, Face], person_id: int | None) -> dict[str, Any] | None:
    return None if person_id is None else {"id": person_id, "name": face_words(faces.get(person_id))}
