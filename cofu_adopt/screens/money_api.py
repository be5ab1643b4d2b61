"""The desk's money for programs: payments, what gateways paid out and told, and all that needs a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from cofu_adopt.adoptions import search_orders
from cofu_adopt.core import access, paging
from cofu_adopt.core.access import Scope
from cofu_adopt.core.api import ApiBlueprint, refuses
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.core.reason import load_reason
from cofu_adopt.payments import read_payouts, search_events, search_payments
from cofu_adopt.payments.ask import ask_gateway
from cofu_adopt.payments.end_review import end_review
from cofu_adopt.payments.inbox import replay_event
from cofu_adopt.payments.models import PaymentState
from cofu_adopt.payments.read_payouts import LineRow, PayoutRow
from cofu_adopt.payments.redact_payload import redact
from cofu_adopt.payments.search_events import EventRow, Which
from cofu_adopt.payments.search_payments import PaymentLine
from cofu_adopt.screens import money_schemas as schemas
from cofu_adopt.screens.desk_roles import MONEY_ACTORS, READERS
from cofu_adopt.screens.exceptions_pages import open_groups
from cofu_adopt.screens.inbox_pages import usual_events
from cofu_adopt.screens.order_story import Step
from cofu_adopt.screens.payment_story import tell_payment
from cofu_adopt.screens.payments_pages import make_filter

bp = ApiBlueprint(
    "api_desk_money",
    __name__,
    tag="Desk: payments",
    zh=("工坊：付款", "付款单、渠道打款、渠道通知，还有要人处理的。"),
    description="Payments, what gateways paid out and told, and what needs a person.",
)
PAYMENT = "/desk/payments/<id:payment_id>"
PAYOUT = "/desk/payouts/<id:payout_id>"
EVENT = "/desk/inbox/<id:event_id>"


@bp.get("/desk/payments", zh="付款单")
@bp.arguments(schemas.MoneyArgs(), location="query")
@bp.response(200, paging.page_schema(schemas.MoneyPaymentSchema()))
@access.allow(*READERS, scope=Scope.DESK_READ)
def list_payments(args: dict[str, Any]) -> dict[str, Any]:
    """All payments, newest first."""
    wanted = make_filter(
        q=args["q"],
        state=PaymentState(args["state"]) if args["state"] else None,
        provider=args["provider"],
        from_on=args["from_on"],
        to_on=args["to_on"],
    )
    before = paging.read_cursor("desk-payments", args)
    found = search_payments.list_page(wanted, before=before, limit=args["limit"] + 1)
    return paging.page("desk-payments", args, _payments(found.rows), lambda row: row["id"])


@bp.get(PAYMENT, zh="一笔付款和它的经过")
@bp.response(200, schemas.MoneyPaymentDetailSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def show_payment(payment_id: int) -> dict[str, Any]:
    """One payment with its refunds and all that happened to it."""
    payment = search_payments.get_payment(payment_id)
    story = tell_payment(payment)
    return _payments([payment])[0] | {"refunds": story.refunds, "steps": [_step(step) for step in story.steps]}


@bp.post(f"{PAYMENT}/ask", zh="现在去问渠道")
@idempotent
@bp.response(200, schemas.AskedSchema())
@access.allow(*MONEY_ACTORS, scope=Scope.DESK_WRITE, own_transactions=True)
def ask(payment_id: int) -> dict[str, Any]:
    """Ask the gateway how a payment stands, and do what its word asks for. The clock does so by itself, later."""
    answer = ask_gateway(payment_id)
    with unit_of_work(writes=False):
        return {"answer": answer, "payment": _payment(payment_id)}


@bp.post(f"{PAYMENT}/end-review", zh="钱已在渠道后台退了，结束核对")
@refuses(Invalid)
@bp.arguments(schemas.EndReviewInSchema())
@idempotent
@bp.response(200, schemas.MoneyPaymentSchema())
@access.allow(*MONEY_ACTORS, scope=Scope.DESK_WRITE, writes=True)
def finish_review(given: dict[str, Any], payment_id: int) -> dict[str, Any]:
    """Close a payment in review whose money was given back on the gateway's own desk. No money moves by this.

    A payment that is not in review is not found.
    """
    end_review(payment_id, load_reason(given["reason"]))
    return _payment(payment_id)


@bp.get("/desk/payouts", zh="渠道打款")
@bp.arguments(paging.PageArgs(), location="query")
@bp.response(200, paging.page_schema(schemas.GatewayPayoutSchema()))
@access.allow(*READERS, scope=Scope.DESK_READ)
def list_payouts(args: dict[str, Any]) -> dict[str, Any]:
    """What gateways have sent to the workshop's bank, newest first."""
    before = paging.read_cursor("desk-payouts", args)
    rows = read_payouts.list_payouts(before=before, limit=args["limit"] + 1)
    return paging.page("desk-payouts", args, rows, lambda row: row.id)


@bp.get("/desk/payouts/misfits", zh="渠道打款里对不上的")
@bp.response(200, schemas.PayoutMisfitsSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def list_misfits() -> dict[str, Any]:
    """Lines that do not fit what we know, and payouts that are not the sum of their lines."""
    return {"lines": _lines(read_payouts.list_misfits()), "payouts": read_payouts.list_unsound_payouts()}


@bp.get(PAYOUT, zh="一笔渠道打款")
@bp.response(200, schemas.GatewayPayoutSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def show_payout(payout_id: int) -> PayoutRow:
    """One payout and what its lines add up to."""
    return read_payouts.get_payout(payout_id)


@bp.get(f"{PAYOUT}/lines", zh="一笔渠道打款的明细")
@bp.arguments(paging.PageArgs(), location="query")
@bp.response(200, paging.page_schema(schemas.PayoutLineSchema()))
@access.allow(*READERS, scope=Scope.DESK_READ)
def list_lines(args: dict[str, Any], payout_id: int) -> dict[str, Any]:
    """The lines of a payout, in the order in which the gateway told them."""
    read_payouts.get_payout(payout_id)
    after = paging.read_cursor("desk-payout-lines", args)
    rows = read_payouts.list_lines(payout_id, after=after or 0, limit=args["limit"] + 1)
    return paging.page("desk-payout-lines", args, _lines(rows), lambda row: row["id"])


@bp.get("/desk/exceptions", zh="要人处理的")
@bp.response(200, schemas.MatterKindsSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def exceptions() -> dict[str, Any]:
    """What needs a person, by kind, the oldest of each kind first."""
    groups = open_groups()
    codes = _codes(matter.order_id for group in groups for matter in group.matters)
    return {
        "items": [
            {
                "name": group.name,
                "title": str(group.title),
                "more": group.more,
                "amount_fen": group.amount_fen,
                "matters": [asdict(one) | {"order_code": codes.get(one.order_id)} for one in group.matters],
            }
            for group in groups
        ]
    }


@bp.get("/desk/inbox", zh="渠道通知")
@bp.arguments(schemas.InboxArgs(), location="query")
@bp.response(200, paging.page_schema(schemas.InboxEventSchema()))
@access.allow(*READERS, scope=Scope.DESK_READ)
def list_events(args: dict[str, Any]) -> dict[str, Any]:
    """What gateways told, newest first: those that wait, unless others or a certain one are asked for."""
    reference = args["q"].strip()
    which = Which(args["show"]) if args["show"] else usual_events(reference)
    before = paging.read_cursor("desk-inbox", args)
    rows = search_events.list_events(which, reference=reference, before_id=before, limit=args["limit"] + 1)
    return paging.page("desk-inbox", args, _events(rows), lambda row: row["id"])


@bp.get(EVENT, zh="一条渠道通知")
@bp.response(200, schemas.InboxEventDetailSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def show_event(event_id: int) -> dict[str, Any]:
    """One notification, with what of its words is about nobody."""
    event, payload = search_events.get_event(event_id)
    return _events([event])[0] | {"payload": redact(payload)}


@bp.post(f"{EVENT}/replay", zh="一条渠道通知再办一次")
@idempotent
@bp.response(202, schemas.InboxEventSchema())
@access.allow(*MONEY_ACTORS, scope=Scope.DESK_WRITE, writes=True)
def replay(event_id: int) -> dict[str, Any]:
    """Let the clock do a notification once more, now. What it has done before counts once."""
    replay_event(event_id)
    return _events([search_events.get_event(event_id)[0]])[0]


def _payment(payment_id: int) -> dict[str, Any]:
    return _payments([search_payments.get_payment(payment_id)])[0]


def _payments(rows: Iterable[PaymentLine]) -> list[dict[str, Any]]:
    rows = list(rows)
    codes = _codes(row.order_id for row in rows)
    return [asdict(row) | {"order_code": codes[row.order_id]} for row in rows]


def _step(step: Step) -> dict[str, Any]:
    return {
        "at": step.at,
        "title": step.title,
        "detail": step.detail,
        "postings": [{"account": account, "amount_fen": amount} for account, amount in step.lines],
        "act": step.act.act if step.act else None,
        "actor_id": step.act.actor_id if step.act else None,
    }


def _lines(rows: list[LineRow]) -> list[dict[str, Any]]:
    codes = _codes(row.order_id for row in rows)
    return [asdict(row) | {"order_code": codes.get(row.order_id)} for row in rows]


def _events(rows: list[EventRow]) -> list[dict[str, Any]]:
    payments = search_payments.find_by_references({row.object_ref for row in rows})
    return [asdict(row) | {"payment_id": payments.get(row.object_ref)} for row in rows]


def _codes(order_ids: Iterable[int | None]) -> dict[int | None, str]:
    """The codes of orders by id; None has none."""
    return dict(search_orders.codes_of({one for one in order_ids if one is not None}).items())
