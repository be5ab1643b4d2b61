"""What programs of finance do about a refund by hand: propose, agree, read the account, record what the bank did."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from cofu_adopt.core import access
from cofu_adopt.core.access import Scope
from cofu_adopt.core.api import refuses
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.core.reason import load_reason
from cofu_adopt.payments import refund_again, refund_desk
from cofu_adopt.payments import refund_transfer as transfers
from cofu_adopt.payments.errors import AccountMissing, AnotherPersonNeeded, ReferenceUsed, RefundMoved
from cofu_adopt.payments.refund_account import reveal_account
from cofu_adopt.screens import refund_schemas as schemas
from cofu_adopt.screens.bank_line import load_evidence, load_past_day
from cofu_adopt.screens.desk_roles import CHECKERS, FINANCE, MAKERS
from cofu_adopt.screens.refunds_api import bp, refund_detail

ACCOUNT = schemas.RefundAccountWholeSchema()


@bp.post("/desk/refunds/<id:refund_id>/by-hand", zh="没退成的改为另外转账")
@refuses(RefundMoved)
@bp.arguments(schemas.RefundReasonInSchema())
@idempotent
@bp.response(200, schemas.StaffRefundDetailSchema())
@access.allow(*MAKERS, scope=Scope.DESK_WRITE, writes=True)
def turn_by_hand(given: dict[str, Any], refund_id: int) -> dict[str, Any]:
    """Decide that a failed refund is paid by hand: the adopter is asked for her account."""
    refund_again.turn_by_hand(refund_id, load_reason(given["reason"]))
    return refund_detail(refund_id)


@bp.post("/desk/refunds/<id:refund_id>/account", zh="看一次完整的收款账户，写明原因")
@bp.arguments(schemas.RefundReasonInSchema())
@bp.response(200, ACCOUNT)
@access.allow(*FINANCE, scope=Scope.DESK_WRITE, writes=True)
def reveal(given: dict[str, Any], refund_id: int) -> Response:
    """The adopter's account whole, once, for a reason that the audit log keeps. 404 while there is none."""
    answer = jsonify(ACCOUNT.dump(reveal_account(refund_id, load_reason(given["reason"]))))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/desk/refunds/<id:refund_id>/transfers", zh="提出另外转账")
@refuses(RefundMoved, AccountMissing)
@idempotent
@bp.response(201, schemas.StaffRefundDetailSchema())
@access.allow(*MAKERS, scope=Scope.DESK_WRITE, writes=True)
def propose(refund_id: int) -> dict[str, Any]:
    """Propose to pay it to the account that its adopter gave. Proposing again gives the same proposal."""
    transfers.propose_transfer(refund_id, access.signed_in().person_id)
    return refund_detail(refund_id)


@bp.post("/desk/refund-transfers/<id:transfer_id>/approve", zh="批准另外转账")
@refuses(RefundMoved, AnotherPersonNeeded)
@idempotent
@bp.response(200, schemas.StaffRefundDetailSchema())
@access.allow(*CHECKERS, scope=Scope.DESK_WRITE, writes=True)
def approve(transfer_id: int) -> dict[str, Any]:
    """Agree to what another person proposed: it can be paid at the bank. Agreeing twice changes nothing."""
    transfers.approve_transfer(transfer_id, access.signed_in().person_id)
    return _refund_of(transfer_id)


@bp.post("/desk/refund-transfers/<id:transfer_id>/decline", zh="不批另外转账，或收回自己提的")
@refuses(RefundMoved)
@bp.arguments(schemas.RefundReasonInSchema())
@bp.response(200, schemas.StaffRefundDetailSchema())
@access.allow(*FINANCE, scope=Scope.DESK_WRITE, writes=True)
def decline(given: dict[str, Any], transfer_id: int) -> dict[str, Any]:
    """Say no with a reason, or take one's own proposal back; the money stays owed."""
    transfers.decline_transfer(transfer_id, access.signed_in().person_id, load_reason(given["reason"]))
    return _refund_of(transfer_id)


@bp.post("/desk/refund-transfers/<id:transfer_id>/paid", zh="记下已经转账，附银行流水号")
@refuses(RefundMoved, AnotherPersonNeeded, ReferenceUsed)
@bp.arguments(schemas.RefundPaidInSchema())
@idempotent
@bp.response(200, schemas.StaffRefundDetailSchema())
@access.allow(*MAKERS, scope=Scope.DESK_WRITE, writes=True)
def paid(line: dict[str, Any], transfer_id: int) -> dict[str, Any]:
    """Record that the money has left the bank, with the bank's line; the adopter is told.

    Whoever approved it may not record it. The same line again changes nothing.
    """
    evidence = load_evidence(line | {"paid_on": line["paid_on"].isoformat()})
    transfers.record_paid(transfer_id, access.signed_in().person_id, evidence)
    return _refund_of(transfer_id)


@bp.post("/desk/refund-transfers/<id:transfer_id>/returned", zh="记下银行退回")
@refuses(RefundMoved)
@bp.arguments(schemas.RefundReturnedInSchema())
@idempotent
@bp.response(200, schemas.StaffRefundDetailSchema())
@access.allow(*FINANCE, scope=Scope.DESK_WRITE, writes=True)
def returned(given: dict[str, Any], transfer_id: int) -> dict[str, Any]:
    """Record that the bank sent it back: it is owed again, and the adopter is asked for her account again."""
    reason = load_reason(given["reason"])
    on = load_past_day({"returned_on": given["returned_on"].isoformat()}, "returned_on")
    transfers.record_returned(transfer_id, access.signed_in().person_id, reason=reason, returned_on=on)
    return _refund_of(transfer_id)


def _refund_of(transfer_id: int) -> dict[str, Any]:
    return refund_detail(refund_desk.refund_of_transfer(transfer_id))
