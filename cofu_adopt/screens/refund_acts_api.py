"""What programs of the workshop do about refunds: ask for them, decide about a request, try again."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from cofu_adopt.adoptions import refund_orders, search_orders
from cofu_adopt.adoptions.api import CODE
from cofu_adopt.adoptions.errors import NotRefundable, RefundPreviewOutdated, WholeMeansOver
from cofu_adopt.adoptions.refund_orders import AskPreview
from cofu_adopt.core import access
from cofu_adopt.core.access import Scope
from cofu_adopt.core.api import refuses
from cofu_adopt.core.errors import NotFound
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.core.reason import load_reason
from cofu_adopt.payments import refund_again, refund_desk
from cofu_adopt.payments import refund_request as requests
from cofu_adopt.payments.errors import AnotherPersonNeeded, RefundMoved, RefundTooLarge, RequestDecided
from cofu_adopt.payments.models import RefundReason
from cofu_adopt.payments.refund_desk import RequestRow
from cofu_adopt.screens import refund_schemas as schemas
from cofu_adopt.screens.decline_refund import DECLINERS, decline_as
from cofu_adopt.screens.desk_roles import ASKERS, CHECKERS, MAKERS
from cofu_adopt.screens.refunds_api import bp, refund_detail


@bp.get(f"/desk/orders/<{CODE}>/refund", zh="退这一单的钱会怎样")
@bp.arguments(schemas.RefundAskPreviewArgs(), location="query")
@bp.response(200, schemas.RefundAskPreviewSchema())
@access.allow(*ASKERS, scope=Scope.DESK_READ)
def preview_ask(args: dict[str, Any], code: str) -> AskPreview:
    """What asking for the order's money would do now, before anybody asks."""
    return refund_orders.preview_ask(code, args["amount_fen"])


@bp.post(f"/desk/orders/<{CODE}>/refund", zh="提出退这一单的钱")
@refuses(RefundTooLarge, WholeMeansOver, NotRefundable, RefundPreviewOutdated)
@bp.arguments(schemas.RefundAskInSchema())
@idempotent
@bp.response(201, schemas.RefundRequestSchema())
@access.allow(*ASKERS, scope=Scope.DESK_WRITE, writes=True)
def ask(wanted: dict[str, Any], code: str) -> RequestRow:
    """Ask for a part of the order's money, or all of it, on the terms of the preview.

    Up to a set amount it is decided at once; above, it waits for another person.
    """
    if search_orders.find_id(code) is None:
        raise NotFound
    amount_fen = wanted["amount_fen"]
    reason = RefundReason.CANCELLED_BY_STAFF if amount_fen is None else RefundReason(wanted["why"])
    made = refund_orders.ask_for_order(
        code,
        amount_fen=amount_fen,
        # The claim of the Idempotency-Key makes the request a new one.
        key=f"staff-{uuid4().hex}",
        reason=reason,
        note=load_reason(wanted["reason"]),
        person_id=access.signed_in().person_id,
        agreed=wanted["terms"],
    )
    return refund_desk.get_request(made.id)


@bp.post("/desk/refund-requests/<id:request_id>/approve", zh="批准退款申请")
@refuses(AnotherPersonNeeded, RequestDecided)
@idempotent
@bp.response(200, schemas.RefundRequestSchema())
@access.allow(*CHECKERS, scope=Scope.DESK_WRITE, writes=True)
def approve_request(request_id: int) -> RequestRow:
    """Agree to what another person asks for; its lines are done soon after. Agreeing twice changes nothing."""
    requests.approve_request(request_id, access.signed_in().person_id)
    return refund_desk.get_request(request_id)


@bp.post("/desk/refund-requests/<id:request_id>/decline", zh="不批退款申请，或收回自己提的")
@refuses(RequestDecided)
@bp.arguments(schemas.RefundReasonInSchema())
@bp.response(200, schemas.RefundRequestSchema())
@access.allow(*DECLINERS, scope=Scope.DESK_WRITE, writes=True)
def decline_request(given: dict[str, Any], request_id: int) -> RequestRow:
    """Say no with a reason; whoever asked may take it back. Another's request is there only for who may approve it."""
    decline_as(access.signed_in(), request_id, given["reason"])
    return refund_desk.get_request(request_id)


@bp.post("/desk/refunds/<id:refund_id>/retry", zh="再退一次没退成的")
@refuses(RefundMoved)
@idempotent
@bp.response(201, schemas.StaffRefundDetailSchema())
@access.allow(*MAKERS, scope=Scope.DESK_WRITE, writes=True)
def retry(refund_id: int) -> dict[str, Any]:
    """Try a failed refund again: the answer is the new one that takes its place."""
    return refund_detail(refund_again.retry_refund(refund_id).id)
