"""The desk's refunds: what waits for a decision, for a payment by hand, for the gateway; one refund, one request."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, current_app, render_template, request

from cofu_adopt.adoptions import search_orders
from cofu_adopt.core import access, clock
from cofu_adopt.identity import find_people
from cofu_adopt.payments import refund_desk
from cofu_adopt.payments.refund_account import Account
from cofu_adopt.payments.refund_desk import OF_TAB, Tab
from cofu_adopt.payments.refund_models import RequestState
from cofu_adopt.screens.desk_roles import READERS
from cofu_adopt.screens.desk_words import for_templates
from cofu_adopt.screens.refund_story import tell_refund

bp = Blueprint("desk_refunds", __name__, template_folder="templates", url_prefix="/desk/refunds")
bp.context_processor(for_templates)
ROWS = 50
WAITING = "waiting"


@bp.get("")
@access.allow(*READERS)
def index() -> str:
    """The tabs, with how much is in each."""
    given = request.args.get("tab", WAITING)
    tab = Tab(given) if given in list(Tab) else None
    before = request.args.get("before", "")
    rows = []
    if tab is not None:
        rows = refund_desk.list_refunds(tab, before=int(before[:15]) if before.isdecimal() else None, limit=ROWS + 1)
    more, rows = len(rows) > ROWS, rows[:ROWS]
    requests = [] if tab else refund_desk.list_requests(RequestState.WAITING)
    decided = [] if tab else [row for row in refund_desk.list_requests(limit=20) if row.state != RequestState.WAITING]
    orders = search_orders.orders_of({row.order_id for row in rows})
    people = {order.person_id for order in orders.values()} | {row.requested_by_id for row in (*requests, *decided)}
    return render_template(
        "screens/desk/refunds.html",
        tab=tab.value if tab else WAITING,
        counts=_counts(),
        rows=rows,
        requests=requests,
        decided=decided,
        orders=orders,
        faces=find_people.faces(people),
        older_before=rows[-1].id if more else None,
        age=age_days,
    )


@bp.get("/<id:refund_id>")
@access.allow(*READERS)
def show(refund_id: int) -> str:
    """One refund: its story, and what can be done next."""
    return show_refund(refund_id)


@bp.get("/requests/<id:request_id>")
@access.allow(*READERS)
def show_request(request_id: int) -> str:
    """One request: what would be done, or was."""
    return request_page(request_id)


def show_refund(
    refund_id: int, *, account: Account | None = None, faults: dict[str, str] | None = None, refusal: str = ""
) -> str:
    """The page of a refund, with what was typed when it was refused."""
    refund = refund_desk.get_refund(refund_id)
    transfers = refund_desk.list_transfers(refund_id)
    order = search_orders.orders_of([refund.order_id])[refund.order_id]
    request_id = refund_desk.find_request_of(refund_id)
    story = tell_refund(refund, transfers, person_id=order.person_id, request_id=request_id)
    people = {order.person_id, *(step.act.actor_id for step in story if step.act)}
    people |= {one for row in transfers for one in (row.proposed_by_id, row.decided_by_id, row.paid_by_id) if one}
    return render_template(
        "screens/desk/refund.html",
        refund=refund,
        order=order,
        live=transfers[-1] if transfers and transfers[-1].state in {"proposed", "approved", "paid"} else None,
        transfers=transfers,
        accounts=refund_desk.list_accounts(refund_id),
        replaced_by=refund_desk.find_replacement(refund_id),
        request_id=request_id,
        story=story,
        faces=find_people.faces(people),
        me=access.signed_in().person_id,
        bank_accounts=current_app.extensions["settings"].bank_accounts,
        account=account,
        faults=faults or {},
        refusal=refusal,
        typed=request.form,
        age=age_days,
    )


def request_page(request_id: int, *, faults: dict[str, str] | None = None, refusal: str = "") -> str:
    """The page of a request, with what was typed when it was refused."""
    after = request.args.get("after", "")
    row = refund_desk.get_request(request_id)
    lines = refund_desk.list_lines(request_id, after=int(after[:15]) if after.isdecimal() else 0, limit=ROWS + 1)
    more, lines = len(lines) > ROWS, lines[:ROWS]
    return render_template(
        "screens/desk/refund_request.html",
        row=row,
        lines=lines,
        orders=search_orders.orders_of({line.order_id for line in lines}),
        faces=find_people.faces({row.requested_by_id, row.decided_by_id}),
        me=access.signed_in().person_id,
        later_after=lines[-1].id if more else None,
        faults=faults or {},
        refusal=refusal,
        typed=request.form,
    )


def age_days(at: datetime) -> int:
    """How many whole days ago."""
    return max(0, (clock.now() - at).days)


def _counts() -> dict[str, tuple[int, int]]:
    of_state = refund_desk.count_refunds()
    counts = {
        tab.value: (
            sum(of_state.get(state, (0, 0))[0] for state in OF_TAB[tab]),
            sum(of_state.get(state, (0, 0))[1] for state in OF_TAB[tab]),
        )
        for tab in Tab
    }
    return {WAITING: refund_desk.count_waiting(), **counts}
