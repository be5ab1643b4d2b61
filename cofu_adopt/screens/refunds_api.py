"""The desk's refunds for programs of the workshop: what waits for whom, one refund, one request with its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from cofu_adopt.adoptions import search_orders
from cofu_adopt.core import access, paging
from cofu_adopt.core.access import Scope
from cofu_adopt.core.api import ApiBlueprint
from cofu_adopt.payments import refund_desk
from cofu_adopt.payments.refund_desk import DeskRefund, LineRow, Tab
from cofu_adopt.payments.refund_models import RequestState
from cofu_adopt.screens import refund_schemas as schemas
from cofu_adopt.screens.desk_roles import READERS

bp = ApiBlueprint(
    "api_desk_refunds",
    __name__,
    tag="Desk: refunds",
    zh=("工坊：退款", "退给认养人的钱：谁提、谁批、退到哪一步。"),
    description="Money on its way back to adopters: who asks, who approves, how far it is.",
)


@bp.get("/desk/refunds", zh="退款，按在等什么")
@bp.arguments(schemas.RefundArgs(), location="query")
@bp.response(200, paging.page_schema(schemas.StaffRefundSchema()))
@access.allow(*READERS, scope=Scope.DESK_READ)
def refunds(args: dict[str, Any]) -> dict[str, Any]:
    """Refunds by what they wait for, the oldest first; all of them, the newest first."""
    tab = Tab(args["tab"])
    kind = f"desk-refunds-{tab}"
    before = paging.read_cursor(kind, args)
    order_id = search_orders.find_id(args["order"]) if "order" in args else None
    rows: list[DeskRefund] = []
    if order_id is not None or "order" not in args:
        rows = refund_desk.list_refunds(tab, order_id=order_id, before=before, limit=args["limit"] + 1)
    return paging.page(kind, args, _with_codes(rows), lambda row: row["id"])


@bp.get("/desk/refunds/<id:refund_id>", zh="一笔退款和它的每一步")
@bp.response(200, schemas.StaffRefundDetailSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def refund(refund_id: int) -> dict[str, Any]:
    """One refund with its accounts, masked, and its payments by hand."""
    return refund_detail(refund_id)


@bp.get("/desk/refund-requests", zh="退款申请")
@bp.arguments(schemas.RefundRequestArgs(), location="query")
@bp.response(200, paging.page_schema(schemas.RefundRequestSchema()))
@access.allow(*READERS, scope=Scope.DESK_READ)
def refund_requests(args: dict[str, Any]) -> dict[str, Any]:
    """Requests, the newest first; those that wait for a decision, the oldest first."""
    state = RequestState(args["state"]) if "state" in args else None
    kind = f"desk-refund-requests-{state or 'all'}"
    before = paging.read_cursor(kind, args)
    rows = refund_desk.list_requests(state, before=before, limit=args["limit"] + 1)
    return paging.page(kind, args, rows, lambda row: row.id)


@bp.get("/desk/refund-requests/<id:request_id>", zh="一份退款申请和它的每一单")
@bp.arguments(paging.PageArgs(), location="query")
@bp.response(200, schemas.RefundRequestDetailSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def refund_request(args: dict[str, Any], request_id: int) -> dict[str, Any]:
    """One request and, page by page, its lines: what would be done, or was."""
    row = refund_desk.get_request(request_id)
    kind = f"desk-refund-request-{request_id}"
    after = paging.read_cursor(kind, args) or 0
    lines = refund_desk.list_lines(request_id, after=after, limit=args["limit"] + 1)
    return asdict(row) | {"lines": paging.page(kind, args, _with_codes(lines), lambda line: line["id"])}


def refund_detail(refund_id: int) -> dict[str, Any]:
    """A refund with all that happened to it, as StaffRefundDetailSchema says it. Raises NotFound."""
    (row,) = _with_codes([refund_desk.get_refund(refund_id)])
    return row | {
        "request_id": refund_desk.find_request_of(refund_id),
        "replaced_by_id": refund_desk.find_replacement(refund_id),
        "accounts": refund_desk.list_accounts(refund_id),
        "transfers": refund_desk.list_transfers(refund_id),
    }


def _with_codes(rows: Sequence[DeskRefund | LineRow]) -> list[dict[str, Any]]:
    orders = search_orders.orders_of({row.order_id for row in rows})
    return [asdict(row) | {"order_code": orders[row.order_id].code} for row in rows]
