"""The sandbox's desk as the payer's bank and as the gateway's treasury: disputes opened and decided, money paid out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import NotFound
from cofu_adopt.payments import sandbox_book
from cofu_adopt.payments.gateway import Rejected
from cofu_adopt.payments.sandbox_pages import tell_webhook

bp = Blueprint("sandbox_money", __name__, url_prefix="/desk/sandbox")


@bp.post("/disputes")
@access.allow(Role.OPERATOR, Role.FINANCE_MAKER, own_transactions=True)
def open_dispute() -> Any:
    """The payer of a card payment tells the bank that it was not right."""
    try:
        with unit_of_work():
            ref = sandbox_book.open_dispute(request.form.get("checkout", ""))
    except Rejected as error:
        raise NotFound from error
    tell_webhook("charge.dispute.created", "dispute", ref)
    flash(_("拒付已经开出，通知已发。"))
    return redirect(url_for("sandbox.desk"))


@bp.post("/disputes/<ref>")
@access.allow(Role.OPERATOR, Role.FINANCE_MAKER, own_transactions=True)
def end_dispute(ref: str) -> Any:
    """The bank decides."""
    with unit_of_work():
        ended = sandbox_book.end_dispute(ref, request.form.get("end", ""))
    if not ended:
        raise NotFound
    tell_webhook("charge.dispute.closed", "dispute", ref)
    flash(_("银行的结果已通知。"))
    return redirect(url_for("sandbox.desk"))


@bp.post("/payouts")
@access.allow(Role.OPERATOR, Role.FINANCE_MAKER, own_transactions=True)
def pay_out() -> Any:
    """The gateway sends what it holds to the bank."""
    with unit_of_work():
        ref = sandbox_book.pay_out()
    if ref is None:
        flash(_("没有可以打出的钱。"))
    else:
        tell_webhook("payout.paid", "payout", ref)
        flash(_("已打款到银行，通知已发。"))
    return redirect(url_for("sandbox.desk"))
