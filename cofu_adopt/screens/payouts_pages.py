"""What the gateways have sent to our bank, line by line, and the lines that do not fit what we know."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _l

from cofu_adopt.adoptions.name_orders import order_names
from cofu_adopt.core import access
from cofu_adopt.payments.read_payouts import (
    MOST,
    Misfit,
    get_payout,
    list_lines,
    list_misfits,
    list_payouts,
    list_unsound_payouts,
)
from cofu_adopt.screens.desk_roles import READERS
from cofu_adopt.screens.desk_words import for_templates, provider_words

bp = Blueprint("desk_payouts", __name__, template_folder="templates", url_prefix="/desk/payouts")
bp.context_processor(for_templates)
LINES = 100
KINDS: dict[str, Any] = {
    "payment": _l("收款"),
    "charge": _l("收款"),
    "refund": _l("退款"),
    "refund_failure": _l("退款退回"),
    "dispute": _l("拒付"),
    "dispute_reversal": _l("拒付赢回"),
}
MISFITS: dict[Misfit, Any] = {
    Misfit.UNKNOWN: _l("账上没有这一笔"),
    Misfit.AMOUNT: _l("金额对不上"),
    Misfit.FEE: _l("手续费对不上"),
    Misfit.SUM: _l("毛额减手续费不等于净额"),
}


@bp.get("")
@access.allow(*READERS)
def index() -> str:
    """The payouts, newest first, above them what does not fit."""
    before = request.args.get("before", "")
    rows = list_payouts(before=int(before[:18]) if before.isdecimal() else None)
    misfits = [] if before else list_misfits()
    return render_template(
        "screens/desk/payouts.html",
        rows=rows,
        misfits=misfits,
        unsound=[] if before else list_unsound_payouts(),
        orders=_orders_of(misfits),
        older_before=rows[-1].id if len(rows) == MOST else None,
        **_words(),
    )


@bp.get("/<id:payout_id>")
@access.allow(*READERS)
def show(payout_id: int) -> str:
    """One payout with its lines, LINES on a page."""
    after = request.args.get("after", "")
    lines = list_lines(payout_id, after=int(after[:18]) if after.isdecimal() else 0, limit=LINES + 1)
    more, lines = len(lines) > LINES, lines[:LINES]
    return render_template(
        "screens/desk/payout.html",
        payout=get_payout(payout_id),
        lines=lines,
        more_after=lines[-1].id if more else None,
        orders=_orders_of(lines),
        **_words(),
    )


def _orders_of(lines: list[Any]) -> dict[int, Any]:
    return order_names({line.order_id for line in lines if line.order_id is not None})


def _words() -> dict[str, Any]:
    return {
        "kind_words": lambda kind: str(KINDS.get(kind, kind)),
        "misfit_words": lambda misfit: str(MISFITS[misfit]),
        "provider_words": provider_words,
    }
