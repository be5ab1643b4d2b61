"""Signing in and out, and what a person keeps about herself."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from cofu_adopt.core import access
from cofu_adopt.core.access import STAFF, Role
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import Invalid, TooMany
from cofu_adopt.core.showable import is_showable, unshowable
from cofu_adopt.identity import address_book, codes, limits, passwords, tokens, totp
from cofu_adopt.identity import session as sessions
from cofu_adopt.identity.codes import CodeCheck
from cofu_adopt.identity.end_sessions import end_sessions
from cofu_adopt.identity.models import Person
from cofu_adopt.identity.parse_address import parse_address
from cofu_adopt.identity.people import find_or_make_by_phone, roles_of
from cofu_adopt.identity.phone import normalise_digits, normalise_phone
from cofu_adopt.identity.regions import PROVINCES
from cofu_adopt.identity.schemas import load_address

bp = Blueprint("identity", __name__, template_folder="templates")
LONGEST_NICKNAME = 12
EMAIL = re.compile(
    r"""[^\s\x00@,;:<>()\[\]"\\]+ @ [^\s\x00@,;:<>()\[\]"\\.]+ (?: \. [^\s\x00@,;:<>()\[\]"\\.]+ )+""", re.VERBOSE
)


def local_path(given: str | None, default: str = "/") -> str:
    """`given` if it is a path of this site, else `default`: nobody is sent elsewhere after signing in."""
    if not given or not given.startswith("/") or given.startswith(("//", "/\\")) or "\\" in given:
        return default
    parts = urlsplit(given)
    return default if parts.scheme or parts.netloc or any(ord(character) < 32 for character in given) else given  # noqa: PLR2004


@bp.get("/sign-in")
@access.public()
def sign_in() -> str:
    """First step: the phone number."""
    return render_template("identity/sign_in.html", next=local_path(request.args.get("next")), phone="", faults={})


@bp.post("/sign-in")
@access.public(writes=True)
def send_code() -> Any:
    """Send a code to the phone and ask for it."""
    target, typed = local_path(request.form.get("next")), request.form.get("phone", "")
    try:
        phone = normalise_phone(typed)
    except Invalid as error:
        return render_template("identity/sign_in.html", next=target, phone=typed, faults=error.fields), 422
    refusal = codes.count_request(phone, network_address=request.remote_addr or "")
    if refusal is not None:
        page = render_template(
            "identity/sign_in.html", next=target, phone=typed, faults={"phone": refusal.message}, has_code=True
        )
        return page, 429, {"Retry-After": str(refusal.retry_after_seconds)}
    codes.send_code(phone)
    session["sign_in_phone"] = phone
    return redirect(url_for("identity.enter_code", next=target))


@bp.get("/sign-in/code")
@access.public()
def enter_code() -> Any:
    """Second step: the code."""
    target = local_path(request.args.get("next"))
    phone = session.get("sign_in_phone")
    if phone is None:
        return redirect(url_for("identity.sign_in", next=target))
    return _enter_code(target, phone)


@bp.post("/sign-in/code")
@access.public(writes=True)
def check_code() -> Any:
    """Sign in with the right code; a wrong one is counted and the page keeps everything."""
    target = local_path(request.form.get("next"))
    phone = session.get("sign_in_phone")
    if phone is None:
        return redirect(url_for("identity.sign_in", next=target))
    typed = "".join(character for character in normalise_digits(request.form.get("code", "")) if character.isdigit())
    if len(typed) != codes.CODE_DIGITS:
        # It cannot be right, so it does not cost one of the tries.
        return _enter_code(
            target, phone, _("验证码是 %(count)s 位数字，请再看一看短信。", count=codes.CODE_DIGITS)
        ), 422
    outcome = codes.check_code(phone, typed, network_address=request.remote_addr or "")
    if outcome is not CodeCheck.RIGHT:
        faults = {
            CodeCheck.WRONG: _("验证码不对，请再看一看短信。"),
            CodeCheck.DEAD: _("这个验证码已经失效，请重新要一个。"),
            CodeCheck.TOO_MANY: _("试得太多了，请过一会儿再来。"),
        }
        page = _enter_code(target, phone, faults[outcome])
        if outcome is not CodeCheck.TOO_MANY:
            return page, 422
        seconds = limits.seconds_left(limits.TRY_PER_ADDRESS, request.remote_addr or "")
        return page, 429, {"Retry-After": str(seconds)}
    person = find_or_make_by_phone(phone, locale=str(get_locale()))
    sessions.sign_in(person)
    if target == "/" and Role.HOUSEHOLD in roles_of(person.id):
        target = url_for("household.home")
    return redirect(target)


def _enter_code(target: str, phone: str, fault: str = "") -> str:
    return render_template(
        "identity/enter_code.html",
        next=target,
        phone=phone,
        fault=fault,
        minutes=codes.CODE_MINUTES,
        hourly=next(limit.most for limit in limits.CODE_PER_PHONE if limit.kind == "code_phone_hour"),
    )


@bp.get("/staff/sign-in")
@access.public()
def staff_sign_in() -> str:
    """The workshop's people sign in here."""
    return _staff_sign_in(local_path(request.args.get("next"), "/desk"))


@bp.post("/staff/sign-in")
@access.public(own_transactions=True)
def check_password() -> Any:
    """Name and password; the slow hash is computed with no transaction open."""
    target = local_path(request.form.get("next"), "/desk")
    username = request.form.get("username", "").strip()
    try:
        person_id = passwords.check_password(
            username, request.form.get("password", ""), network_address=request.remote_addr or ""
        )
    except TooMany as error:
        page = _staff_sign_in(target, username, error.message)
        return page, error.status, {"Retry-After": str(error.retry_after_seconds)}
    with unit_of_work():
        person = db.session.get(Person, person_id) if person_id is not None else None
        if person is None or roles_of(person.id).isdisjoint(STAFF):
            return _staff_sign_in(target, username, _("登录名或密码不对。")), 422
        if totp.is_set_up(person.id):
            sessions.await_second_step(person)
            return redirect(url_for("confirm.enter_code", next=target))
        sessions.sign_in(person)
    return redirect(target)


def _staff_sign_in(target: str, username: str = "", fault: str = "") -> str:
    return render_template("identity/staff_sign_in.html", next=target, username=username, fault=fault)


@bp.post("/sign-out")
@access.public(writes=True)
def sign_out() -> Any:
    """Sign out of this browser."""
    sessions.sign_out()
    return redirect("/")


@bp.post("/me/sign-out-everywhere")
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, writes=True)
def sign_out_everywhere() -> Any:
    """End all sessions of the person, this one and her tokens only if that is ticked."""
    epoch = end_sessions(access.signed_in().person_id, with_tokens="tokens" in request.form)
    if "here" in request.form:
        sessions.sign_out()
        return redirect("/")
    sessions.keep_signed_in(epoch)
    flash(_("别处都退出了，这里还登录着。"))
    return redirect(url_for("identity.me"))


@bp.get("/me")
@access.allow(Role.ADOPTER, Role.HOUSEHOLD)
def me() -> str:
    """What the product keeps about the person."""
    person = db.session.get_one(Person, access.signed_in().person_id)
    return _me(person, {})


@bp.post("/me")
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, writes=True)
def change_me() -> Any:
    """Change nickname and e-mail."""
    person = db.session.get_one(Person, access.signed_in().person_id)
    name = " ".join(request.form.get("display_name", "").split())
    email = request.form.get("email", "").strip()
    faults = {}
    if not name or len(name) > LONGEST_NICKNAME:
        faults["display_name"] = _("1 到 %(count)s 个字。", count=LONGEST_NICKNAME)
    elif not is_showable(name):
        faults["display_name"] = unshowable()
    if email and not is_email(email):
        faults["email"] = _("这不像邮箱地址，请再看一看。")
    if faults:
        return _me(person, faults, typed=request.form), 422
    person.display_name, person.email, person.locale = name, email or None, str(get_locale())
    flash(_("记下了。"))
    return redirect(url_for("identity.me"))


@bp.post("/me/addresses/<id:address_id>/remove")
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, writes=True)
def remove_address(address_id: int) -> Any:
    """Forget an address; orders keep their own copy."""
    address_book.remove_address(access.signed_in().person_id, address_id)
    flash(_("地址已删掉。"))
    return redirect(url_for("identity.me"))


@bp.get("/me/addresses/new")
@access.allow(Role.ADOPTER, Role.HOUSEHOLD)
def new_address() -> str:
    """An empty form for an address."""
    return render_template("identity/address.html", typed={}, faults={}, provinces=PROVINCES)


@bp.post("/me/addresses/new")
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, writes=True)
def add_address() -> Any:
    """Keep an address; or take a pasted one apart into the form."""
    typed = request.form.to_dict()
    if "parse" in typed:
        parsed = {**typed, **parse_address(typed.get("pasted", ""))}
        return render_template("identity/address.html", typed=parsed, faults={}, provinces=PROVINCES)
    try:
        content = load_address(typed)
    except Invalid as error:
        return render_template("identity/address.html", typed=typed, faults=error.fields, provinces=PROVINCES), 422
    address_book.remember_address(access.signed_in().person_id, content)
    flash(_("地址已存好。"))
    return redirect(url_for("identity.me"))


def _me(person: Person, faults: dict[str, str], **typed: Any) -> str:
    return render_template(
        "identity/me.html",
        person=person,
        addresses=address_book.list_addresses(person.id),
        token_count=tokens.count_named(person.id),
        faults=faults,
        **typed,
    )


def is_email(text: str) -> bool:
    """True for what can be one address: one @, a dot inside what follows, nothing that parts or hides another."""
    return EMAIL.fullmatch(text) is not None and len(text) <= 254  # noqa: PLR2004 - RFC 5321
