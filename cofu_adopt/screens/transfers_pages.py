"""Finance's room for bank transfers: what is waited for, what the bank shows, and which line is for whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cofu_adopt.adoptions.transfer import OrderFace, faces_of_orders
from cofu_adopt.core import access, clock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import DomainError, Invalid, NotFound
from cofu_adopt.core.money import price
from cofu_adopt.core.reason import load_reason
from cofu_adopt.identity import find_people
from cofu_adopt.payments import transfer_match, transfer_queries, transfer_record, transfer_return
from cofu_adopt.payments.transfer_match import Counted
from cofu_adopt.payments.transfer_queries import LineRow
from cofu_adopt.payments.transfer_rules import Meaning
from cofu_adopt.screens.desk_roles import FINANCE, READERS
from cofu_adopt.screens.desk_words import for_templates

bp = Blueprint("desk_transfers", __name__, template_folder="templates", url_prefix="/desk/transfers")
bp.context_processor(for_templates)


@bp.get("")
@access.allow(*READERS)
def index() -> str:
    """Lines that somebody must look at, transfers that are waited for, and the form for the next line."""
    return _index({}, {})


@bp.post("/lines")
@access.allow(*FINANCE, own_transactions=True)
def record() -> Any:
    """Write a line of the bank down."""
    typed = request.form.to_dict()
    try:
        read: dict[str, Any] = transfer_record.load_line(typed)
        with unit_of_work("transfer.record"):
            line_id = transfer_record.record_line(access.signed_in().person_id, **read).id
    except Invalid as error:
        with unit_of_work(writes=False):
            return _index(typed, error.fields), 422
    except DomainError as error:
        with unit_of_work(writes=False):
            return _index(typed, {"bank_ref": error.message}), error.status
    return redirect(url_for("desk_transfers.line", line_id=line_id))


@bp.get("/lines/<id:line_id>")
@access.allow(*READERS)
def line(line_id: int) -> str:
    """One line: whose it may be and what counting it would do; or what has become of it."""
    return _line(line_id)


@bp.post("/lines/<id:line_id>/match")
@access.allow(*FINANCE, own_transactions=True, fresh=True)
def match(line_id: int) -> Any:
    """Count the line for a transfer, as agreed."""
    ref, agreed = request.form.get("ref", ""), request.form.get("agreed", "")

    def run() -> Any:
        with unit_of_work("transfer.match"):
            counted = transfer_match.match_line(line_id, ref, access.signed_in().person_id, agreed=agreed)
        return _("算到 %(ref)s。", ref=ref) + meaning_words(counted)

    return _act(line_id, run)


@bp.post("/lines/<id:line_id>/undo")
@access.allow(*FINANCE, own_transactions=True, fresh=True)
def undo(line_id: int) -> Any:
    """Take back that the line was counted: by another person, for a reason."""

    def run() -> Any:
        reason = load_reason(request.form.get("reason", ""))
        with unit_of_work("transfer.undo"):
            transfer_match.undo_line(line_id, access.signed_in().person_id, reason)
        return _("撤回了。这笔到款又在等人认。")

    return _act(line_id, run)


@bp.post("/lines/<id:line_id>/void")
@access.allow(*FINANCE, own_transactions=True, fresh=True)
def void(line_id: int) -> Any:
    """It was written down wrongly."""

    def run() -> Any:
        reason = load_reason(request.form.get("reason", ""))
        with unit_of_work("transfer.void"):
            transfer_record.void_line(line_id, access.signed_in().person_id, reason)
        return _("作废了，账已冲回。请照银行的重新登记。")

    return _act(line_id, run)


@bp.post("/lines/<id:line_id>/return")
@access.allow(*FINANCE, own_transactions=True, fresh=True)
def ask_return(line_id: int) -> Any:
    """Ask for the line to be sent back to its sender."""

    def run() -> Any:
        reason = load_reason(request.form.get("reason", ""))
        with unit_of_work("transfer.ask_return"):
            transfer_return.ask_return(line_id, access.signed_in().person_id, reason)
        return _("已申请退回，等另一位财务办。")

    return _act(line_id, run)


@bp.post("/lines/<id:line_id>/return/drop")
@access.allow(*FINANCE, own_transactions=True)
def drop_return(line_id: int) -> Any:
    """Do not send it back after all."""

    def run() -> Any:
        with unit_of_work("transfer.drop_return"):
            transfer_return.drop_return(line_id)
        return _("不退了。这笔到款又在等人认。")

    return _act(line_id, run)


@bp.post("/lines/<id:line_id>/return/done")
@access.allow(*FINANCE, own_transactions=True, fresh=True)
def confirm_return(line_id: int) -> Any:
    """The bank has sent it back: another person writes the bank's number down."""

    def run() -> Any:
        with unit_of_work("transfer.return"):
            transfer_return.confirm_return(line_id, access.signed_in().person_id, request.form.get("return_ref", ""))
        return _("退回记好了。")

    return _act(line_id, run)


def _act(line_id: int, run: Callable[[], Any]) -> Any:
    try:
        said = run()
    except NotFound:
        raise
    except Invalid as error:
        with unit_of_work(writes=False):
            return _line(line_id, refusal=" ".join(error.fields.values())), 422
    except DomainError as error:
        with unit_of_work(writes=False):
            return _line(line_id, refusal=error.message), error.status
    flash(said)
    return redirect(url_for("desk_transfers.line", line_id=line_id))


def _index(typed: dict[str, str], faults: dict[str, str]) -> str:
    transfers, lines = transfer_queries.list_transfers(), transfer_queries.list_lines()
    orders = faces_of_orders({row.order_id for row in transfers})
    return render_template(
        "screens/desk/transfers.html",
        transfers=transfers,
        lines=lines,
        orders=orders,
        faces=find_people.faces({order.person_id for order in orders.values()}),
        typed={"paid_on": clock.today().isoformat()} | typed,
        faults=faults,
        hours=transfer_queries.hours_to_wait(),
    )


def _line(line_id: int, *, refusal: str = "") -> str:
    row = transfer_queries.get_line(line_id)
    wanted = request.args.get("ref", "")[:40]
    found = transfer_queries.list_candidates(row.line, wanted=wanted) if row.state == "unknown" else []
    orders = faces_of_orders({one.transfer.order_id for one in found})
    people = {order.person_id for order in orders.values()}
    kept = row.line
    people |= {one for one in (kept.recorded_by, kept.voided_by, kept.return_asked_by, kept.returned_by) if one}
    people |= {row.match.matched_by} if row.match else set()
    return render_template(
        "screens/desk/transfer_line.html",
        row=row,
        line=kept,
        candidates=found,
        orders=orders,
        matched=_matched_order(row),
        faces=find_people.faces(people),
        wanted=wanted,
        refusal=refusal,
        meaning_words=meaning_words,
    )


def _matched_order(row: LineRow) -> OrderFace | None:
    order_id = transfer_queries.find_order(row.match.ref) if row.match else None
    return None if order_id is None else faces_of_orders({order_id})[order_id]


def meaning_words(counted: Counted) -> str:
    """What counting a line does."""
    surplus, missing = price(counted.surplus_fen), price(counted.missing_fen)
    said: dict[Meaning, str] = {
        Meaning.EXACT: _("金额正好，订单付好，绳归认养人。"),
        Meaning.SHORT: _("还差 %(missing)s，接着等。认养人会收到消息。", missing=missing),
        Meaning.OVER: _("订单付好，多出的 %(surplus)s 要另外转还给认养人。", surplus=surplus),
        Meaning.AGAIN: _("这笔转账已经到齐过，%(surplus)s 要另外转还给认养人。", surplus=surplus),
        Meaning.LATE: _("等待的时间已过，钱到齐了。订单没付、绳还空着，就付好；不然全部退给认养人。"),
        Meaning.LATE_SHORT: _("等待的时间已过，也没到齐，%(surplus)s 要另外转还给认养人。", surplus=surplus),
    }
    return said[counted.meaning]
