"""What staff do about a refund or a request: decide, try again, pay by hand, and record what the bank did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from cofu_adopt.core import access
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import DomainError, Invalid, NotFound
from cofu_adopt.core.reason import load_reason
from cofu_adopt.payments import refund_again, refund_desk, refund_request, refund_transfer
from cofu_adopt.payments.refund_account import reveal_account
from cofu_adopt.screens.bank_line import load_evidence, load_past_day
from cofu_adopt.screens.decline_refund import DECLINERS, decline_as
from cofu_adopt.screens.desk_roles import CHECKERS, FINANCE, MAKERS
from cofu_adopt.screens.desk_words import for_templates
from cofu_adopt.screens.refunds_pages import request_page, show_refund

bp = Blueprint("desk_refund_acts", __name__, template_folder="templates", url_prefix="/desk/refunds")
bp.context_processor(for_templates)


@bp.post("/requests/<id:request_id>/approve")
@access.allow(*CHECKERS, own_transactions=True, fresh=True)
def approve_request(request_id: int) -> Any:
    """Agree to what another person asks for."""
    me = access.signed_in().person_id
    return _on_request(request_id, lambda: refund_request.approve_request(request_id, me), _("批了，正在办。"))


@bp.post("/requests/<id:request_id>/decline")
@access.allow(*DECLINERS, own_transactions=True)
def decline_request(request_id: int) -> Any:
    """Say no with a reason; whoever asked may take it back."""
    caller = access.signed_in()
    typed = request.form.get("reason", "")

    return _on_request(request_id, lambda: decline_as(caller, request_id, typed), _("没有批，什么都没有退。"))


@bp.post("/<id:refund_id>/retry")
@access.allow(*MAKERS, own_transactions=True, fresh=True)
def retry(refund_id: int) -> Any:
    """Try a failed refund again, as a new one."""
    new: list[int] = []
    answer = _on_refund(refund_id, lambda: new.append(refund_again.retry_refund(refund_id).id), _("重新退了。"))
    return redirect(url_for("desk_refunds.show", refund_id=new[0])) if new else answer


@bp.post("/<id:refund_id>/by-hand")
@access.allow(*MAKERS, own_transactions=True, fresh=True)
def by_hand(refund_id: int) -> Any:
    """Pay a failed refund by hand: the adopter is asked for her account."""
    typed = request.form.get("reason", "")
    return _on_refund(
        refund_id,
        lambda: refund_again.turn_by_hand(refund_id, load_reason(typed)),
        _("改为另外转账，已请认养人给账户。"),
    )


@bp.post("/<id:refund_id>/reveal")
@access.allow(*FINANCE, writes=True, fresh=True)
def reveal(refund_id: int) -> Any:
    """The adopter's account whole, once, for a reason."""
    try:
        reason = load_reason(request.form.get("reason", ""))
    except Invalid as error:
        return show_refund(refund_id, faults={"reveal": error.fields["reason"]}), 422
    account = reveal_account(refund_id, reason)
    return show_refund(refund_id, account=account), {"Cache-Control": "no-store"}


@bp.post("/<id:refund_id>/propose")
@access.allow(*MAKERS, own_transactions=True, fresh=True)
def propose(refund_id: int) -> Any:
    """Propose to pay it."""
    me = access.signed_in().person_id
    return _on_refund(refund_id, lambda: refund_transfer.propose_transfer(refund_id, me), _("提出了，等另一个人批。"))


@bp.post("/transfers/<id:transfer_id>/approve")
@access.allow(*CHECKERS, own_transactions=True, fresh=True)
def approve_transfer(transfer_id: int) -> Any:
    """Agree that it is paid."""
    me = access.signed_in().person_id
    return _on_transfer(
        transfer_id, lambda: refund_transfer.approve_transfer(transfer_id, me), _("批了，可以去银行转账。")
    )


@bp.post("/transfers/<id:transfer_id>/decline")
@access.allow(*FINANCE, own_transactions=True)
def decline_transfer(transfer_id: int) -> Any:
    """Say no with a reason, or take one's own proposal back."""
    me, typed = access.signed_in().person_id, request.form.get("reason", "")
    return _on_transfer(
        transfer_id,
        lambda: refund_transfer.decline_transfer(transfer_id, me, load_reason(typed)),
        _("没有批，钱没有动。"),
    )


@bp.post("/transfers/<id:transfer_id>/paid")
@access.allow(*MAKERS, own_transactions=True, fresh=True)
def paid(transfer_id: int) -> Any:
    """The money has left the bank."""
    me = access.signed_in().person_id
    return _on_transfer(
        transfer_id,
        lambda: refund_transfer.record_paid(transfer_id, me, load_evidence(request.form)),
        _("记下了，已告诉认养人。"),
    )


@bp.post("/transfers/<id:transfer_id>/returned")
@access.allow(*FINANCE, own_transactions=True, fresh=True)
def returned(transfer_id: int) -> Any:
    """The bank sent it back."""
    me = access.signed_in().person_id

    def record() -> None:
        reason = load_reason(request.form.get("return_reason", ""), field="return_reason")
        on = load_past_day(request.form, "returned_on")
        refund_transfer.record_returned(transfer_id, me, reason=reason, returned_on=on)

    return _on_transfer(transfer_id, record, _("记下了，已请认养人核对账户。"))


def _on_request(request_id: int, act: Callable[[], object], done: str) -> Any:
    return _do(
        act, done, lambda **more: request_page(request_id, **more), "desk_refunds.show_request", request_id=request_id
    )


def _on_transfer(transfer_id: int, act: Callable[[], object], done: str) -> Any:
    with unit_of_work(writes=False):
        refund_id = refund_desk.refund_of_transfer(transfer_id)
    return _on_refund(refund_id, act, done)


def _on_refund(refund_id: int, act: Callable[[], object], done: str) -> Any:
    return _do(act, done, lambda **more: show_refund(refund_id, **more), "desk_refunds.show", refund_id=refund_id)


def _do(act: Callable[[], object], done: str, page: Callable[..., str], endpoint: str, **where: int) -> Any:
    """Do it in one unit of work; a refusal is shown on the page that it was asked from, with what was typed."""
    try:
        with unit_of_work("refund.act"):
            act()
    except Invalid as error:
        with unit_of_work(writes=False):
            return page(faults=error.fields), error.status
    except NotFound:
        raise
    except DomainError as error:
        with unit_of_work(writes=False):
            return page(refusal=error.message), error.status
    flash(done)
    return redirect(url_for(endpoint, **where))  # type: ignore[arg-type]
