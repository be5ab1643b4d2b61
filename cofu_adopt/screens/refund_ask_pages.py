"""Ask to give money back: of one order, or of many after a dry run of how much, which way, and who is left out."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from uuid import uuid4

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cofu_adopt.adoptions import refund_orders, search_orders, show_order
from cofu_adopt.adoptions.errors import RefundPreviewOutdated, TooManyOrders
from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.refund_orders import PART, Plan
from cofu_adopt.adoptions.search_orders import Kind, OrderFilter
from cofu_adopt.core import access
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import DomainError, Invalid
from cofu_adopt.core.reason import load_reason
from cofu_adopt.identity import find_people
from cofu_adopt.offers.name_offers import offer_names
from cofu_adopt.payments import money_of_order
from cofu_adopt.payments.errors import RefundTooLarge
from cofu_adopt.payments.models import RefundReason
from cofu_adopt.payments.money_of_order import Way
from cofu_adopt.payments.refund_models import RefundRequest, RequestState
from cofu_adopt.screens.desk_roles import ASKERS
from cofu_adopt.screens.desk_words import for_templates, refund_reason_words, state_words

bp = Blueprint("desk_refund_ask", __name__, template_folder="templates", url_prefix="/desk")
bp.context_processor(for_templates)
KEY = re.compile(r"[A-Za-z0-9-]{8,40}")
SHOWN = 100
"""How many lines of a dry run the page shows; the sums are of all."""
YUAN = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,2}))?")


@bp.get("/orders/<code>/refund")
@access.allow(*ASKERS)
def ask(code: str) -> Any:
    """What can go back of the order, and why should it."""
    return _order_page(code)


@bp.post("/orders/<code>/refund")
@access.allow(*ASKERS, own_transactions=True, fresh=True)
def send(code: str) -> Any:
    """Ask; up to a set amount it is decided at once."""
    me = access.signed_in().person_id
    try:
        amount_fen, reason = _wanted()
        note = load_reason(request.form.get("reason", ""))
        with unit_of_work():
            made = refund_orders.ask_for_order(
                code, amount_fen=amount_fen, key=_key(), reason=reason, note=note, person_id=me
            )
    except Invalid as error:
        with unit_of_work(writes=False):
            return _order_page(code, faults=error.fields), error.status
    except RefundTooLarge as error:
        with unit_of_work(writes=False):
            return _order_page(code, faults={"amount": error.message}), error.status
    except DomainError as error:
        with unit_of_work(writes=False):
            return _order_page(code, refusal=error.message), error.status
    return _made(made)


@bp.get("/refunds/many")
@access.allow(*ASKERS)
def many() -> str:
    """Which orders."""
    return _many_page()


@bp.post("/refunds/many")
@access.allow(*ASKERS, own_transactions=True)
def dry_run() -> Any:
    """What would happen."""
    return _plan(asks=False)


@bp.post("/refunds/many/ask")
@access.allow(*ASKERS, own_transactions=True, fresh=True)
def send_many() -> Any:
    """Ask for exactly what the dry run showed."""
    return _plan(asks=True)


def _plan(*, asks: bool) -> Any:
    try:
        amount_fen, reason = _wanted()
        codes, wanted = _which()
        with unit_of_work(writes=False):
            plan = refund_orders.plan_refunds(codes=codes, wanted=wanted, amount_fen=amount_fen)
    except Invalid as error:
        with unit_of_work(writes=False):
            return _many_page(faults=error.fields), error.status
    except TooManyOrders as error:
        with unit_of_work(writes=False):
            return _many_page(refusal=error.message), error.status
    if not asks:
        with unit_of_work(writes=False):
            return _many_page(plan=plan)
    return _ask_many(plan, amount_fen, reason)


def _ask_many(plan: Plan, amount_fen: int | None, reason: RefundReason) -> Any:
    try:
        note = load_reason(request.form.get("reason", ""))
    except Invalid as error:
        with unit_of_work(writes=False):
            return _many_page(plan=plan, faults=error.fields), error.status
    me = access.signed_in().person_id
    try:
        with unit_of_work():
            made = refund_orders.ask_for_plan(
                plan,
                agreed=request.form.get("agreed", ""),
                key=_key(),
                reason=reason,
                note=note,
                ends_order=amount_fen is None,
                person_id=me,
            )
    except RefundPreviewOutdated as error:
        with unit_of_work(writes=False):
            return _many_page(plan=plan, refusal=error.message), error.status
    return _made(made)


def _made(made: RefundRequest) -> Any:
    if made.state == RequestState.WAITING:
        flash(_("提出了，等另一个人批。"))
    else:
        flash(_("正在退，很快就能在订单上看到。"))
    return redirect(url_for("desk_refunds.show_request", request_id=made.id))


def _wanted() -> tuple[int | None, RefundReason]:
    """How much (None: all, and the order ends), and why. Raises Invalid naming every fault."""
    if request.form.get("what") == "all":
        return None, RefundReason.CANCELLED_BY_STAFF
    faults: dict[str, str] = {}
    amount_fen, why = 0, request.form.get("why", "")
    try:
        amount_fen = _fen(request.form.get("amount", ""))
    except ValueError:
        faults["amount"] = _("请填金额，比如 30 或 30.50。")
    if why not in PART:
        faults["why"] = _("请选为什么退。")
    if faults:
        raise Invalid(faults)
    return amount_fen, RefundReason(why)


def _fen(typed: str) -> int:
    """The amount in fen. Raises ValueError."""
    found = YUAN.fullmatch(unicodedata.normalize("NFKC", typed).strip().removeprefix("¥").strip())
    if found is None:
        raise ValueError(typed)
    fen = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    if not fen:
        raise ValueError(typed)
    return fen


def _which() -> tuple[list[str], OrderFilter | None]:
    """The pasted numbers, or the filter. Raises Invalid when neither says which orders."""
    codes = refund_orders.read_codes(request.form.get("codes", ""))
    if codes:
        return codes, None
    typed = request.form.get("place", "").strip()
    search = search_orders.understand(typed) if typed else None
    if search is not None and search.kind is not Kind.PLACE:
        raise Invalid({"place": _("请填格、桁或绳，比如 D6、D6-04。")})
    offer, state = request.form.get("offer", ""), request.form.get("state", "")
    if search is None and not offer.isdecimal():
        raise Invalid({"codes": _("请贴订单号，或选桁、选方案。")})
    return [], OrderFilter(
        state=AdoptionState(state) if state in list(AdoptionState) else None,
        offer_id=int(offer[:9]) if offer.isdecimal() else None,
        search=search,
    )


def _key() -> str:
    """The form's own key: sent twice, it asks once."""
    key = request.form.get("key", "")
    return f"staff-{key}" if KEY.fullmatch(key) else f"staff-{uuid4().hex}"


def _order_page(code: str, *, faults: dict[str, str] | None = None, refusal: str = "") -> str:
    order = show_order.get_detail(code)
    return render_template(
        "screens/desk/refund_ask.html",
        order=order,
        face=find_people.faces({order.person_id}).get(order.person_id),
        refundable=money_of_order.find_refundable(order.id),
        refunds=money_of_order.list_refund_steps(order.id),
        **_shared(faults, refusal),
    )


def _many_page(*, plan: Plan | None = None, faults: dict[str, str] | None = None, refusal: str = "") -> str:
    offers = offer_names()
    return render_template(
        "screens/desk/refund_many.html",
        plan=plan,
        ways=[(way, *plan.of_way(way)) for way in (Way.WALLET, Way.BY_HAND)] if plan else [],
        shown=SHOWN,
        states=[(state.value, state_words(state)) for state in (AdoptionState.PAID, AdoptionState.HARVESTED)],
        offer_options=[(str(offer.id), f"{offer.code} {offer.title}") for offer in offers.values()],
        **_shared(faults, refusal),
    )


def _shared(faults: dict[str, str] | None, refusal: str) -> dict[str, Any]:
    return {
        "reasons": [(reason.value, refund_reason_words(reason)) for reason in PART],
        "approval_fen": current_app.extensions["settings"].refund_approval_fen,
        "key": request.form.get("key") or uuid4().hex,
        "what": request.values.get("what", "part"),
        "faults": faults or {},
        "refusal": refusal,
        "typed": request.form,
    }
