"""The adopter says where a refund by hand is to be paid: on her order, signed in, with a fresh code on her phone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cofu_adopt.adoptions import queries
from cofu_adopt.adoptions.own_refund import get_own_refund
from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import Invalid
from cofu_adopt.identity import prove_phone
from cofu_adopt.identity import session as sessions
from cofu_adopt.payments.errors import AccountFixed
from cofu_adopt.payments.refund_account import give_account, load_account
from cofu_adopt.payments.refund_models import AccountKind

bp = Blueprint("refund_account", __name__, template_folder="templates", url_prefix="/orders")
WHERE = "/<code>/refunds/<id:refund_id>/account"


@bp.get(WHERE)
@access.allow(Role.ADOPTER)
def ask(code: str, refund_id: int) -> Any:
    """Where shall it go."""
    refund = get_own_refund(code, access.signed_in().person_id, refund_id)
    if not refund.can_give_account:
        return redirect(url_for("adoptions.order", code=code))
    return _ask(code, refund_id)


@bp.post(WHERE)
@access.allow(Role.ADOPTER, own_transactions=True)
def give(code: str, refund_id: int) -> Any:
    """Keep it; or send a code first. What was typed is never lost."""
    caller = access.signed_in()
    typed = request.form.to_dict()
    with unit_of_work(writes=False):
        get_own_refund(code, caller.person_id, refund_id)
    if "send_code" in typed:
        return _send_code(code, refund_id, typed)
    faults: dict[str, str] = {}
    account = None
    try:
        account = load_account(typed)
    except Invalid as error:
        faults = dict(error.fields)
    if not faults and not caller.is_fresh:
        with unit_of_work():
            fault = prove_phone.check_proof(
                caller.person_id, typed.get("code", ""), network_address=request.remote_addr or ""
            )
        if fault is None:
            sessions.prove()
            with unit_of_work(writes=False):
                access.caller()
        else:
            faults["code"] = fault
    if faults or account is None:
        with unit_of_work(writes=False):
            return _ask(code, refund_id, typed, faults), 422
    try:
        with unit_of_work("refund.account"):
            give_account(refund_id, caller.person_id, account)
    except AccountFixed as error:
        flash(error.message)
        return redirect(url_for("adoptions.order", code=code))
    flash(_("账户记下了，工坊会转给您。"))
    return redirect(url_for("adoptions.order", code=code))


def _send_code(code: str, refund_id: int, typed: dict[str, str]) -> Any:
    with unit_of_work():
        refusal = prove_phone.send_proof(access.signed_in().person_id, network_address=request.remote_addr or "")
    with unit_of_work(writes=False):
        if refusal is None:
            return _ask(code, refund_id, typed, sent=True)
        page = _ask(code, refund_id, typed, {"code": refusal.message}, sent=True)
        return page, refusal.status, {"Retry-After": str(refusal.retry_after_seconds)}


def _ask(
    code: str,
    refund_id: int,
    typed: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
    *,
    sent: bool = False,
) -> str:
    caller = access.signed_in()
    return render_template(
        "adoptions/refund_account.html",
        adoption=queries.get_own_row(code, caller.person_id),
        refund=get_own_refund(code, caller.person_id, refund_id),
        kinds=list(AccountKind),
        typed=typed or {},
        faults=faults or {},
        phone=prove_phone.phone_of(caller.person_id),
        needs_code=not caller.is_fresh,
        sent=sent,
        by_hand_days=current_app.extensions["settings"].refund_by_hand_days,
        account_days=current_app.extensions["settings"].refund_account_days,
    )
