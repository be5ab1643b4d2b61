"""The desk's payments: found and filtered; one payment with its story, and what can be done about it next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cofu_adopt.adoptions import search_orders
from cofu_adopt.core import access, clock
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.reason import load_reason
from cofu_adopt.identity import find_people
from cofu_adopt.payments import search_payments
from cofu_adopt.payments.ask import Answer, ask_gateway
from cofu_adopt.payments.end_review import end_review
from cofu_adopt.payments.models import PaymentState
from cofu_adopt.payments.search_payments import PaymentFilter
from cofu_adopt.screens.desk_roles import MONEY_ACTORS, READERS
from cofu_adopt.screens.desk_words import ANSWERS, for_templates, misread_words, payment_state_words, provider_words
from cofu_adopt.screens.payment_story import tell_payment

bp = Blueprint("desk_payments", __name__, template_folder="templates", url_prefix="/desk/payments")
bp.context_processor(for_templates)
FILTERS: dict[str, Callable[[str], Any]] = {
    "q": str,
    "state": PaymentState,
    "provider": str,
    "from": clock.read_day,
    "to": clock.read_day,
}
"""How each is read; what cannot be read is a ValueError."""
LONGEST_REFERENCE = 120


@bp.get("")
@access.allow(*READERS)
def index() -> str:
    """The list. The search is for an order's number or what a gateway calls a payment; neither is a secret."""
    wanted, misread = read_filter()
    found = search_payments.list_page(wanted, before=_id("before"), after=_id("after"))
    filters = {name: "" if name in misread else request.args.get(name, "").strip() for name in FILTERS}
    return render_template(
        "screens/desk/payments.html",
        page=found,
        count=search_payments.count_payments(wanted),
        count_at_most=search_payments.COUNT_AT_MOST,
        codes=search_orders.codes_of({row.order_id for row in found.rows}),
        misread=misread,
        filters=filters,
        states=[(state.value, payment_state_words(state)) for state in PaymentState],
        providers=[(name, provider_words(name)) for name in current_app.extensions["gateways"]],
        here={name: value for name, value in filters.items() if value},
    )


@bp.get("/<id:payment_id>")
@access.allow(*READERS)
def show(payment_id: int) -> str:
    """One payment, all that happened to it, and what can be done next."""
    return _show(payment_id)


@bp.post("/<id:payment_id>/ask")
@access.allow(*MONEY_ACTORS, own_transactions=True)
def ask(payment_id: int) -> Any:
    """Ask the gateway now."""
    answer = ask_gateway(payment_id)
    flash(str(ANSWERS[answer]), "warn" if answer in {Answer.SILENT, Answer.UNKNOWN} else "message")
    return redirect(url_for("desk_payments.show", payment_id=payment_id))


@bp.post("/<id:payment_id>/end-review")
@access.allow(*MONEY_ACTORS, writes=True, fresh=True)
def finish_review(payment_id: int) -> Any:
    """Say that the money of a payment in review was given back on the gateway's own desk."""
    typed = request.form.get("reason", "")
    try:
        reason = load_reason(typed)
    except Invalid as error:
        return _show(payment_id, fault=error.fields["reason"], typed=typed), 422
    end_review(payment_id, reason)
    flash(_("核对结束了。没有入账；绳按占位的时间放开，或由认养人再付一次。"))
    return redirect(url_for("desk_payments.show", payment_id=payment_id))


def read_filter() -> tuple[PaymentFilter, dict[str, str]]:
    """The filter of the address without what cannot be understood, and a sentence about each of those."""
    read: dict[str, Any] = {}
    misread: dict[str, str] = {}
    for name, parse in FILTERS.items():
        given = request.args.get(name, "").strip()
        try:
            read[name] = parse(given) if given else None
        except ValueError:
            read[name] = None
            misread[name] = misread_words(name)
    found = make_filter(
        q=read["q"] or "", state=read["state"], provider=read["provider"], from_on=read["from"], to_on=read["to"]
    )
    return found, misread


def make_filter(
    *, q: str, state: PaymentState | None, provider: str | None, from_on: date | None, to_on: date | None
) -> PaymentFilter:
    """Which payments are meant. `q` is an order's number, or else what a gateway calls a payment or a refund."""
    typed = q.strip()[:LONGEST_REFERENCE]
    order_id = search_orders.find_id(typed.upper()) if typed else None
    return PaymentFilter(
        state=state,
        provider=provider,
        from_on=from_on,
        to_on=to_on,
        order_id=order_id,
        reference=typed if typed and order_id is None else None,
    )


def _show(payment_id: int, *, fault: str = "", typed: str = "") -> str:
    payment = search_payments.get_payment(payment_id)
    story = tell_payment(payment)
    return render_template(
        "screens/desk/payment.html",
        payment=payment,
        order_code=search_orders.codes_of({payment.order_id})[payment.order_id],
        story=story,
        faces=find_people.faces({step.act.actor_id for step in story.steps if step.act}),
        may_act=_may_act(),
        fault=fault,
        typed=typed,
    )


def _may_act() -> bool:
    return access.signed_in().has(*MONEY_ACTORS)


def _id(name: str) -> int | None:
    given = request.args.get(name, "")
    return int(given[:18]) if given.isdecimal() else None
