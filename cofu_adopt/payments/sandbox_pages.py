"""The sandbox's own page: every way in which paying can end. It exists only where no real money can be touched."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from cofu_adopt.core import access, clock, due
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import Due
from cofu_adopt.core.errors import NotFound
from cofu_adopt.payments import sandbox_book, sandbox_gateway
from cofu_adopt.payments.models import SandboxCheckout, SandboxEvent, SandboxRefund, SandboxSetting

bp = Blueprint("sandbox", __name__, template_folder="templates")
CONFIRM_LATER = "sandbox_confirm"
TELL_FEE = "sandbox_fee"
LATER = timedelta(seconds=20)
FEE_LATER = timedelta(seconds=90)
OUTCOMES = {
    "pay": (_l("付款"), _l("钱到账，回到订单页。")),
    "later": (_l("付款，稍后才确认"), _l("先回到订单页，约 20 秒后到账。")),
    "decline": (_l("付款被拒"), _l("钱没付成，可以再试一次。")),
    "expire": (_l("支付页过期"), _l("这一页作废，绳还在占位时间内。")),
    "no_return": (_l("付了款，不回来"), _l("关掉页面，只有通知会到。")),
    "thrice": (_l("付了款，通知来三遍"), _l("同一件事说三遍，只算一次。")),
    "lost": (_l("付了款，通知丢了"), _l("没有通知，靠回来时查，或到时自己去查。")),
}
WALLETS = {"wechat_pay": _l("微信支付"), "alipay": _l("支付宝"), "card": _l("银行卡")}


@bp.get("/sandbox/checkout/<ref>")
@access.public()
def checkout(ref: str) -> str:
    """The page that stands for WeChat Pay, Alipay or a card."""
    row = db.session.get(SandboxCheckout, ref)
    if row is None:
        raise NotFound
    return render_template(
        "payments/sandbox_checkout.html",
        row=row,
        outcomes=OUTCOMES,
        wallets=WALLETS,
        over=row.expires_at <= clock.now(),
    )


@bp.post("/sandbox/checkout/<ref>")
@access.public(own_transactions=True)
def choose_outcome(ref: str) -> Any:
    """Let the checkout end as chosen, tell our own webhook as a gateway would, and go where the payer would go."""
    outcome = request.form.get("outcome", "")
    wallet = request.form.get("wallet", "wechat_pay")
    if outcome not in OUTCOMES or wallet not in WALLETS:
        raise NotFound
    with unit_of_work():
        row = db.session.get(SandboxCheckout, ref)
        if row is None:
            raise NotFound
        return_url, open_still = row.return_url, row.expires_at > clock.now()
        moved = open_still and _settle(ref, outcome, wallet)
        event_type = "checkout.session.expired" if outcome == "expire" else "checkout.session.completed"
        times = (3 if outcome == "thrice" else 1) if moved else 0
        listed = [sandbox_gateway.sandbox().list_event(event_type, "checkout.session", ref) for _ in range(times)]
    if outcome != "lost":
        for listed_id in listed:
            deliver(listed_id)
    if outcome in {"decline", "no_return"}:
        return redirect(url_for("sandbox.checkout", ref=ref))
    return redirect(return_url)


def _settle(ref: str, outcome: str, wallet: str) -> bool:
    if outcome in {"pay", "no_return", "thrice", "lost"}:
        return sandbox_gateway.move(ref, ("open",), "paid", wallet=wallet)
    if outcome == "later":
        due.declare(CONFIRM_LATER, ref, clock.now() + LATER)
        return sandbox_gateway.move(ref, ("open",), "pending", wallet=wallet)
    if outcome == "expire":
        return sandbox_gateway.move(ref, ("open",), "expired")
    db.session.execute(update(SandboxCheckout).where(SandboxCheckout.ref == ref).values(declined_at=clock.now()))
    return False


def confirm_later(row: Due) -> None:
    """The clock's turn: a payment that was to be confirmed later is confirmed now."""
    with unit_of_work():
        sandbox_gateway.move(row.subject, ("pending",), "paid", tells_fee=False)
        due.declare(TELL_FEE, row.subject, clock.now() + FEE_LATER)
    tell_webhook("checkout.session.async_payment_succeeded", "checkout.session", row.subject)


def tell_fee(row: Due) -> None:
    """The clock's turn: the fee of a payment that was confirmed later is known now to those who ask."""
    db.session.execute(
        update(SandboxCheckout)
        .where(SandboxCheckout.ref == row.subject, SandboxCheckout.fee_fen.is_(None))
        .values(fee_fen=sandbox_book.fee_of(SandboxCheckout.amount_fen))
        .execution_options(synchronize_session=False)
    )


def tell_webhook(event_type: str, kind: str, ref: str) -> int:
    """List an event and deliver it; return the webhook view's status."""
    with unit_of_work():
        listed_id = sandbox_gateway.sandbox().list_event(event_type, kind, ref)
    return deliver(listed_id)


def deliver(listed_id: int) -> int:
    """Send a really signed event through the real webhook view, in this process; return the view's status."""
    with unit_of_work(writes=False):
        body = db.session.get_one(SandboxEvent, listed_id).body
    headers = sandbox_gateway.sandbox().headers(body)
    # A context of its own: a gateway's call shares nothing with the payer's request.
    with current_app.app_context():
        answer = current_app.test_client().post(
            "/webhooks/stripe", data=body, headers=headers, content_type="application/json"
        )
    return answer.status_code


@bp.get("/desk/sandbox")
@access.allow(Role.OPERATOR, Role.FINANCE_MAKER)
def desk() -> str:
    """Choose how refunds end, and end those that wait."""
    waiting = db.session.scalars(
        select(SandboxRefund).order_by(SandboxRefund.created_at.desc(), SandboxRefund.ref.desc()).limit(50)
    ).all()
    return render_template(
        "payments/sandbox_desk.html",
        refunds=waiting,
        chosen=sandbox_gateway.refund_outcome(),
        outcomes=REFUND_WORDS,
        cards=sandbox_book.list_disputable(),
        disputes=sandbox_book.list_disputes(),
        balance_fen=sandbox_book.balance(),
        unpaid_fen=sandbox_book.unpaid_fen(),
    )


REFUND_WORDS = {
    "succeeded": _l("马上到账"),
    "pending": _l("先等着，由我来定"),
    "failed": _l("退不成"),
}


@bp.post("/desk/sandbox")
@access.allow(Role.OPERATOR, Role.FINANCE_MAKER, writes=True)
def choose_refund_outcome() -> Any:
    """Set what happens with the next refunds."""
    chosen = request.form.get("outcome", "")
    if chosen not in sandbox_gateway.REFUND_OUTCOMES:
        raise NotFound
    db.session.merge(SandboxSetting(name="refund_outcome", value=chosen))
    return redirect(url_for("sandbox.desk"))


@bp.post("/desk/sandbox/refunds/<ref>")
@access.allow(Role.OPERATOR, Role.FINANCE_MAKER, own_transactions=True)
def end_refund(ref: str) -> Any:
    """End a refund as chosen: a pending one succeeds or fails, a succeeded one may fail later."""
    state = request.form.get("state", "")
    if state not in {"succeeded", "failed"}:
        raise NotFound
    with unit_of_work():
        row = db.session.get(SandboxRefund, ref, with_for_update=True)
        if row is None or row.state in {"failed", state}:
            raise NotFound
        row.state = state
        event_type = "refund.failed" if state == "failed" else "refund.updated"
        listed_id = sandbox_gateway.sandbox().list_event(event_type, "refund", ref)
    deliver(listed_id)
    return redirect(url_for("sandbox.desk"))
