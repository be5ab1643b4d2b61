"""What a member of staff does for the safety of her own account."""

from __future__ import annotations

from typing import Any

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cofu_adopt.core import access
from cofu_adopt.core.access import STAFF
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.identity import recovery_codes, tokens, totp
from cofu_adopt.identity import session as sessions
from cofu_adopt.identity.codes import CodeCheck
from cofu_adopt.identity.confirm_pages import FAULTS, refusal_of
from cofu_adopt.identity.end_sessions import end_sessions
from cofu_adopt.identity.models import Person, Totp

bp = Blueprint("staff_security", __name__, template_folder="templates", url_prefix="/staff/security")
ONCE = {"Cache-Control": "no-store"}
"""For answers that hold a secret."""


@bp.get("")
@access.allow(*STAFF, before_second_step=True)
def show() -> str:
    """What is set up."""
    caller = access.signed_in()
    row = db.session.get(Totp, caller.person_id)
    return render_template(
        "identity/security.html",
        since=row.confirmed_at if row else None,
        left=recovery_codes.count_left(caller.person_id),
        is_demanded=caller.lacks_second_step,
        count=recovery_codes.COUNT,
        token_count=tokens.count_named(caller.person_id),
    )


@bp.post("/totp")
@access.allow(*STAFF, writes=True, fresh=True, before_second_step=True)
def start() -> Any:
    """Show a new secret as QR code and letters. Until its first code is typed, nothing changes."""
    return _set_up(totp.start(access.signed_in().person_id)), ONCE


@bp.post("/totp/confirm")
@access.allow(*STAFF, writes=True, fresh=True, before_second_step=True)
def confirm() -> Any:
    """The first code: from now on, signing in asks for one. The recovery codes are shown this once."""
    person_id = access.signed_in().person_id
    secret = totp.pending_secret(person_id)
    if secret is None:
        return redirect(url_for("staff_security.show"))
    outcome = totp.confirm(person_id, request.form.get("code", ""))
    if outcome is not CodeCheck.RIGHT:
        status, headers = refusal_of(outcome, person_id)
        return _set_up(secret, FAULTS[outcome]), status, headers | ONCE
    access.forget_caller()
    return _show_codes(recovery_codes.make_codes(person_id)), ONCE


@bp.post("/recovery-codes")
@access.allow(*STAFF, writes=True, fresh=True)
def renew_codes() -> Any:
    """Ten new recovery codes in the place of the old ones."""
    person_id = access.signed_in().person_id
    if not totp.is_set_up(person_id):
        raise NotFound
    return _show_codes(totp.renew_recovery_codes(person_id)), ONCE


@bp.post("/sign-out-everywhere")
@access.allow(*STAFF, writes=True, before_second_step=True)
def sign_out_everywhere() -> Any:
    """End all sessions, this one and her tokens only if that is ticked. Asks for no password: it must be quick."""
    epoch = end_sessions(access.signed_in().person_id, with_tokens="tokens" in request.form)
    if "here" in request.form:
        sessions.sign_out()
        return redirect(url_for("identity.staff_sign_in"))
    sessions.keep_signed_in(epoch)
    flash(_("别处都退出了，这里还登录着。"))
    return redirect(url_for("staff_security.show"))


def _set_up(secret: str, fault: Any = "") -> str:
    person = db.session.get_one(Person, access.signed_in().person_id)
    code = segno.make(totp.address_for_phone(secret, person.username or person.display_name), error="m", micro=False)
    return render_template(
        "identity/set_up_totp.html",
        picture=code.svg_data_uri(scale=4, light="#fff"),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        fault=fault,
    )


def _show_codes(codes: list[str]) -> str:
    return render_template("identity/recovery_codes.html", codes=codes)
