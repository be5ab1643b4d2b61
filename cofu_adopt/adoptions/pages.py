"""From a free rope to "my rope": hold, review, pay, the order page, cancel, name."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from cofu_adopt.adoptions import queries, transfer
from cofu_adopt.adoptions.cancel import cancel_adoption, refund_of
from cofu_adopt.adoptions.errors import (
    AlreadyPaid,
    ChoiceAwaited,
    HoldExpired,
    LimitReached,
    OfferNotOnSale,
    ReviewIncomplete,
    RopeSoldOut,
    RopeTaken,
)
from cofu_adopt.adoptions.hold import hold_rope
from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.name_rope import name_rope
from cofu_adopt.adoptions.pay import awaits_word, start_payment
from cofu_adopt.adoptions.review import find_held, save_review
from cofu_adopt.core import access, clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import DomainError, Invalid, NotFound
from cofu_adopt.farm import queries as farm
from cofu_adopt.identity import address_book, limits
from cofu_adopt.identity import session as sessions
from cofu_adopt.identity.pages import is_email
from cofu_adopt.identity.parse_address import parse_address
from cofu_adopt.identity.people import email_of
from cofu_adopt.identity.regions import PROVINCES
from cofu_adopt.identity.schemas import load_address
from cofu_adopt.offers import queries as offers
from cofu_adopt.payments import check, credit, disputed, refund_progress, transfer_queries
from cofu_adopt.payments import queries as payments
from cofu_adopt.payments.errors import GatewayTrouble, PaymentRefused, PaymentUnderWay
from cofu_adopt.payments.gateway import REFUND_DAYS
from cofu_adopt.payments.models import PaymentState
from cofu_adopt.payments.transfer_errors import TooManyTransfers
from cofu_adopt.payments.transfer_gateway import PROVIDER as BY_TRANSFER
from cofu_adopt.payments.transfer_gateway import WALLET
from config import Settings

bp = Blueprint("adoptions", __name__, template_folder="templates")
KEY = re.compile(r"^[A-Za-z0-9-]{8,40}$")
SECONDS_BETWEEN_LOOKS = 5


def hold_minutes() -> int:
    """How long a rope is held, in minutes."""
    settings: Settings = current_app.extensions["settings"]
    return max(1, settings.hold_seconds // 60)


def new_request_key() -> str:
    """A key for a form that holds a rope: sent twice, it holds once."""
    return uuid4().hex


def live_holds() -> list[queries.AdoptionRow]:
    """What the caller holds and has not paid, for the reminder on every page; nothing after a failure."""
    found = access.caller()
    return [] if found is None else queries.list_live_holds(found.person_id)


@bp.post("/adopt")
@access.public(writes=True)
def adopt() -> Any:
    """Hold a rope: the chosen one, any of a plot, or any of the offer. A visitor becomes a guest and keeps it."""
    offer_id, key = request.form.get("offer_id", ""), request.form.get("request_key", "")
    plot_code, rope = request.form.get("plot") or None, _wanted_rope()
    if not offer_id.isdecimal() or not KEY.match(key) or (rope and not rope.isdecimal()) or len(offer_id + rope) > 12:  # noqa: PLR2004 - a sane length
        raise NotFound
    found = access.caller()
    if found is None and limits.count_try(limits.GUEST_PER_ADDRESS, request.remote_addr or "") is not None:
        return redirect(url_for("identity.sign_in", next=request.referrer or "/"))
    person = found or sessions.caller_or_guest()
    adoption = hold_rope(
        person_id=person.person_id,
        offer_id=int(offer_id),
        # A page that was come back to still has its key: another choice is another request.
        request_key=f"{key}.{offer_id}.{rope}",
        plot_code=plot_code,
        rope_number=int(rope) if rope else None,
    )
    return redirect(url_for("adoptions.review", code=adoption.code))


def _wanted_rope() -> str:
    return "" if request.form.get("any") else request.form.get("rope", "")


@bp.errorhandler(RopeTaken)
@bp.errorhandler(RopeSoldOut)
@bp.errorhandler(LimitReached)
@bp.errorhandler(OfferNotOnSale)
def on_not_held(error: DomainError) -> Any:
    """The rope could not be held, or not be paid: say so, with the next free one or what to release one tap away."""
    plot_code = request.form.get("plot")
    found = access.caller()
    with unit_of_work(writes=False):
        holds = queries.list_live_holds(found.person_id) if found and isinstance(error, LimitReached) else []
        plot = farm.get_plot(plot_code) if plot_code and farm.find_plot_id(plot_code) else None
        free = [rope.number for rope in farm.list_ropes(plot.id) if rope.free] if plot else []
    wanted = _wanted_rope()
    nearest = min(free, key=lambda number: abs(number - int(wanted or 0))) if free and wanted else None
    page = render_template(
        "adoptions/not_held.html",
        kind=error.code,
        message=error.message,
        holds=holds,
        over=error.params.get("over", 0),
        plot=plot,
        nearest=nearest,
        offer_id=request.form.get("offer_id"),
        request_key=new_request_key(),
    )
    return page, error.status


@bp.get("/orders/<code>/review")
@access.allow(Role.ADOPTER)
def review(code: str) -> Any:
    """Address, total, promise and refund terms; then pay."""
    person_id = access.signed_in().person_id
    row = queries.get_own_row(code, person_id)
    over = row.state is AdoptionState.HELD and row.held_until <= clock.now() and not awaits_word(row)
    if row.state is AdoptionState.EXPIRED or over:
        raise HoldExpired(rope=row.label)
    if row.state is not AdoptionState.HELD or row.held_until <= clock.now():
        return redirect(url_for("adoptions.order", code=code))
    waits = transfer_queries.find_instructions(row.id)
    if waits is not None and not request.args:
        return redirect(url_for("adoptions.order", code=code))
    book = address_book.list_addresses(person_id)
    chosen = request.args.get("address", "")
    typed: dict[str, str] = dict(row.delivery or (book[0].content if book else {}))
    if chosen == "new":
        typed = {}
    elif chosen.isdecimal():
        typed = dict(address_book.get_address(person_id, int(chosen)).content)
    typed["way"] = BY_TRANSFER if waits else ""
    typed["receipt_email"] = row.receipt_email or email_of(person_id) or ""
    return _review_page(row, typed, {})


@bp.post("/orders/<code>/review")
@access.allow(Role.ADOPTER, own_transactions=True)
def confirm_review(code: str) -> Any:
    """Keep the review and go to pay; or take a pasted address apart. What was typed is never lost."""
    person_id = access.signed_in().person_id
    typed = request.form.to_dict()
    with unit_of_work(writes=False):
        row = queries.get_own_row(code, person_id)
    if row.state not in {AdoptionState.HELD, AdoptionState.EXPIRED}:
        return redirect(url_for("adoptions.order", code=code))
    if "parse" in typed:
        with unit_of_work(writes=False):
            return _review_page(row, {**typed, **parse_address(typed.get("pasted", ""))}, {})
    faults: dict[str, str] = {}
    content: dict[str, str] = {}
    try:
        content = load_address(typed)
    except Invalid as error:
        faults = dict(error.fields)
    email = typed.get("receipt_email", "").strip()
    if email and not is_email(email):
        faults["receipt_email"] = _("这不像邮箱地址，请再看一看。")
    if not typed.get("fresh_goods"):
        faults["fresh_goods"] = _("请先确认这一条，再付款。")
    if faults:
        with unit_of_work(writes=False):
            return _review_page(row, typed, faults), 422
    with unit_of_work("review"):
        adoption = find_held(code, person_id)
        save_review(
            adoption,
            delivery=content,
            receipt_email=email or None,
            locale=str(get_locale()),
            fresh_goods_confirmed=True,
        )
        if typed.get("remember"):
            address_book.remember_address(person_id, content)
    return _go_to_pay(code, person_id, typed.get("way", ""), use_credit=bool(typed.get("use_credit")))


@bp.post("/orders/<code>/pay")
@access.allow(Role.ADOPTER, own_transactions=True)
def pay(code: str) -> Any:
    """Pay a reviewed order, again if the first try did not come through."""
    return _go_to_pay(code, access.signed_in().person_id, request.form.get("way", ""))


def _go_to_pay(code: str, person_id: int, way: str, *, use_credit: bool | None = None) -> Any:
    by_transfer = way == BY_TRANSFER and transfer_queries.hours_to_wait() > 0
    try:
        url = start_payment(
            code,
            person_id,
            title=_("格子海 %(rope)s 认养一串", rope="%(rope)s"),
            return_url=url_for("adoptions.come_back", code=code),
            locale=str(get_locale()),
            provider=BY_TRANSFER if by_transfer else None,
            use_credit=use_credit,
        )
    except (AlreadyPaid, ChoiceAwaited):
        return redirect(url_for("adoptions.order", code=code))
    except ReviewIncomplete as error:
        flash(error.message)
        return redirect(url_for("adoptions.review", code=code))
    except (PaymentUnderWay, PaymentRefused, GatewayTrouble, TooManyTransfers) as error:
        flash(error.message)
        return redirect(url_for("adoptions.order", code=code))
    return redirect(url)


@bp.get("/orders/<code>/return")
@access.allow(Role.ADOPTER, own_transactions=True)
def come_back(code: str) -> Any:
    """Back from the gateway's page: ask how it went (the notification may be late or lost), then show the order."""
    with unit_of_work(writes=False):
        row = queries.get_own_row(code, access.signed_in().person_id)
    if row.state is AdoptionState.HELD:
        check.check_order(row.id)
    return redirect(url_for("adoptions.order", code=code))


@bp.post("/orders/<code>/transfer/sent")
@access.allow(Role.ADOPTER, writes=True)
def say_sent(code: str) -> Any:
    """The payer says that the transfer is on its way; finance sees it, and nothing moves."""
    transfer.say_sent(code, access.signed_in().person_id)
    flash(_("记下了，财务会留意。钱到了再告诉您。"))
    return redirect(url_for("adoptions.order", code=code))


@bp.get("/orders/<code>")
@access.allow(Role.ADOPTER)
def order(code: str) -> Any:
    """The order: where it stands, what happens next, the receipt."""
    return _order_page(queries.get_own_row(code, access.signed_in().person_id), {})


@bp.post("/orders/<code>/name")
@access.allow(Role.ADOPTER, writes=True)
def give_name(code: str) -> Any:
    """Name the rope."""
    person_id = access.signed_in().person_id
    try:
        name_rope(code, person_id, request.form.get("name", ""))
    except Invalid as error:
        row = queries.get_own_row(code, person_id)
        return _order_page(row, error.fields, typed_name=request.form.get("name", "")), 422
    flash(_("名字记下了。"))
    return redirect(url_for("adoptions.order", code=code))


@bp.get("/orders/<code>/cancel")
@access.allow(Role.ADOPTER)
def ask_cancel(code: str) -> Any:
    """What cancelling means, before it is done."""
    row = queries.get_own_row(code, access.signed_in().person_id)
    if not row.cancellable:
        return redirect(url_for("adoptions.order", code=code))
    return render_template(
        "adoptions/cancel.html",
        adoption=row,
        refund=refund_of(row),
        credit_fen=credit.spent_on(row.id),
        transfer=transfer_queries.find_instructions(row.id) if row.state is AdoptionState.HELD else None,
        transferred=any(one.wallet == WALLET for one in payments.list_payments(row.id)),
    )


@bp.post("/orders/<code>/cancel")
@access.allow(Role.ADOPTER, own_transactions=True)
def cancel(code: str) -> Any:
    """Give the rope up."""
    person_id = access.signed_in().person_id
    try:
        state = cancel_adoption(code, person_id)
    except ChoiceAwaited:
        return redirect(url_for("adoptions.order", code=code))
    with unit_of_work(writes=False):
        row = queries.get_own_row(code, person_id)
    if state is AdoptionState.PAID:
        flash(_("付款刚好先到，绳已经是您的了。还想取消，请再按一次。"))
        return redirect(url_for("adoptions.order", code=code))
    if row.paid_at is None:
        with unit_of_work(writes=False):
            given_back = bool(payments.list_refunds(row.id))
        if given_back:
            return redirect(url_for("adoptions.order", code=code))
        flash(_("%(rope)s 号已放开，您没有付款。", rope=row.label))
        return redirect("/")
    return redirect(url_for("adoptions.order", code=code))


@bp.get("/orders/<code>/receipt")
@access.allow(Role.ADOPTER)
def receipt(code: str) -> Any:
    """The receipt, to keep or print."""
    row = queries.get_own_row(code, access.signed_in().person_id)
    if row.paid_at is None:
        raise NotFound
    return render_template(
        "adoptions/receipt.html",
        adoption=row,
        offer=offers.get_offer(row.offer_id),
        plot=farm.get_plot(row.plot_code),
        payments=[one for one in payments.list_payments(row.id) if one.state is PaymentState.SUCCEEDED],
        refunds=[one for one in payments.list_refunds_of_order(row.id) if not one.is_replaced],
        uses=credit.uses_of_order(row.id),
    )


@bp.errorhandler(HoldExpired)
def on_hold_expired(error: HoldExpired) -> Any:
    """The time is over: say so, and offer the same plot again."""
    code = (request.view_args or {}).get("code", "")
    found = access.caller()
    with unit_of_work(writes=False):
        row = queries.get_own_row(code, found.person_id) if found else None
        ropes = {}
        if row is not None:
            plot = farm.get_plot(row.plot_code)
            ropes = {rope.number: rope.free for rope in farm.list_ropes(plot.id)}
    page = render_template(
        "adoptions/hold_expired.html",
        message=error.message,
        adoption=row,
        ending=bool(row and row.state is AdoptionState.HELD),
        still_free=bool(row and ropes.get(row.rope_number)),
        ask_again_seconds=SECONDS_BETWEEN_LOOKS if request.method == "GET" else 0,
        minutes=hold_minutes(),
        request_key=new_request_key(),
    )
    return page, error.status


def _review_page(row: queries.AdoptionRow, typed: dict[str, str], faults: dict[str, str]) -> str:
    set_aside = credit.reserved_for(row.id)
    had = credit.balance_of(row.person_id) + set_aside
    return render_template(
        "adoptions/review.html",
        adoption=row,
        offer=offers.get_offer(row.offer_id),
        plot=farm.get_plot(row.plot_code),
        addresses=address_book.list_addresses(row.person_id),
        typed=typed,
        faults=faults,
        provinces=PROVINCES,
        minutes=hold_minutes(),
        refund_days=REFUND_DAYS,
        by_transfer=transfer_queries.hours_to_wait(),
        had_credit_fen=had,
        credit_fen=min(had, row.price_fen),
        use_credit=typed.get("use_credit") if request.method == "POST" else set_aside,
    )


def _order_page(row: queries.AdoptionRow, faults: dict[str, str], *, typed_name: str | None = None) -> str:
    made = payments.list_payments(row.id)
    return render_template(
        "adoptions/order.html",
        adoption=row,
        offer=offers.get_offer(row.offer_id),
        plot=farm.get_plot(row.plot_code),
        payments=made,
        transfer=transfer_queries.find_instructions(row.id) if row.state is AdoptionState.HELD else None,
        pending=awaits_word(row),
        begun=row.state is AdoptionState.HELD and payments.is_undecided(row.id),
        refunds=refund_progress.of_orders_themselves([row.id]).get(row.id, []),
        uses=credit.uses_of_order(row.id),
        credited_fen=credit.given_for(row.id),
        by_hand_days=current_app.extensions["settings"].refund_by_hand_days,
        disputed=disputed.is_disputed(row.id),
        taken_back_fen=disputed.taken_back(row.id),
        faults=faults,
        typed_name=typed_name,
        minutes=hold_minutes(),
        ask_again_seconds=SECONDS_BETWEEN_LOOKS,
        held=row.state is AdoptionState.HELD and row.held_until > clock.now(),
    )
