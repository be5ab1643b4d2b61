"""Staff prove who they are: the code after the password, and once more before a sensitive act."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from cofu_adopt.core import access, error_pages, problem
from cofu_adopt.core.access import STAFF
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import ProofNeeded, SecondStepMissing, TooMany
from cofu_adopt.identity import limits, passwords, totp
from cofu_adopt.identity import session as sessions
from cofu_adopt.identity.codes import CodeCheck
from cofu_adopt.identity.models import Person
from cofu_adopt.identity.pages import local_path

bp = Blueprint("confirm", __name__, template_folder="templates", url_prefix="/staff")
KEPT = "kept."
"""Before the names of the fields of the form that is sent again afterwards."""
FAULTS: dict[CodeCheck, Any] = {
    CodeCheck.WRONG: _l("验证码不对，请再看一看手机上的数字。"),
    CodeCheck.DEAD: _l("这个验证码用过了，等手机换了下一个再填。"),
    CodeCheck.TOO_MANY: _l("试得太多了，请过一会儿再来。"),
}


@bp.get("/sign-in/code")
@access.public()
def enter_code() -> Any:
    """Second step of signing in: the code on the phone."""
    target = local_path(request.args.get("next"), "/desk")
    if sessions.find_second_step() is None:
        return redirect(url_for("identity.staff_sign_in", next=target))
    return render_template("identity/staff_code.html", next=target, fault="")


@bp.post("/sign-in/code")
@access.public(writes=True)
def check_code() -> Any:
    """Sign in with the right code, or with a recovery code."""
    target = local_path(request.form.get("next"), "/desk")
    person = sessions.find_second_step()
    if person is None:
        return redirect(url_for("identity.staff_sign_in", next=target))
    outcome = totp.check(person.id, request.form.get("code", ""))
    if outcome is not CodeCheck.RIGHT:
        page = render_template("identity/staff_code.html", next=target, fault=FAULTS[outcome])
        return page, *refusal_of(outcome, person.id)
    sessions.sign_in(person)
    return redirect(target)


@bp.app_errorhandler(SecondStepMissing)
def on_second_step_missing(error: SecondStepMissing) -> Any:
    """Staff who must set up TOTP are led to where it is done."""
    return problem.problem_of(error) if problem.is_api() else redirect(url_for("staff_security.show"))


@bp.app_errorhandler(ProofNeeded)
def ask_for_proof(error: ProofNeeded) -> Any:
    """Send whoever wants a file to the form and back to the page before; keep the fields of whoever sent a form."""
    if problem.is_api():
        return problem.problem_of(error)
    page_before = error_pages.page_before()
    page_before = "/desk" if page_before == "/" else page_before
    if request.method == "GET":
        return redirect(url_for("confirm.ask", next=page_before))
    kept = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    act = request.full_path.rstrip("?")
    with unit_of_work(writes=False):
        return make_response(_ask(page_before, act, kept), ProofNeeded.status)


@bp.get("/confirm")
@access.allow(*STAFF, before_second_step=True)
def ask() -> str:
    """Password, and code when it is set up."""
    return _ask(local_path(request.args.get("next"), "/desk"), "", [])


@bp.post("/confirm")
@access.allow(*STAFF, own_transactions=True, before_second_step=True)
def check() -> Any:
    """Remember the proof and lead back; a form that was kept is one press away."""
    target, act = local_path(request.form.get("next"), "/desk"), local_path(request.form.get("act"), "")
    kept = [
        (name.removeprefix(KEPT), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(KEPT) and name != f"{KEPT}csrf_token"
    ]
    person_id = access.signed_in().person_id
    with unit_of_work(writes=False):
        username = db.session.get_one(Person, person_id).username
    try:
        found = passwords.check_password(
            username or "", request.form.get("password", ""), network_address=request.remote_addr or ""
        )
    except TooMany as error:
        with unit_of_work(writes=False):
            page = _ask(target, act, kept, {"password": error.message})
        return page, error.status, {"Retry-After": str(error.retry_after_seconds)}
    with unit_of_work():
        if found is None or found != person_id:
            return _ask(target, act, kept, {"password": _("密码不对。")}), 422
        if totp.is_set_up(person_id):
            outcome = totp.check(person_id, request.form.get("code", ""))
            if outcome is not CodeCheck.RIGHT:
                return _ask(target, act, kept, {"code": FAULTS[outcome]}), *refusal_of(outcome, person_id)
        sessions.prove()
        access.caller()
    if act:
        return render_template("identity/confirmed.html", next=target, act=act, kept=kept)
    flash(_("确认好了，请接着做。"))
    return redirect(target)


def refusal_of(outcome: CodeCheck, person_id: int) -> tuple[int, dict[str, str]]:
    """Status and headers of the page that says why a code was not taken."""
    if outcome is not CodeCheck.TOO_MANY:
        return 422, {}
    return 429, {"Retry-After": str(limits.seconds_left(limits.SECOND_STEP_PER_PERSON, str(person_id)))}


def _ask(target: str, act: str, kept: list[tuple[str, str]], faults: dict[str, Any] | None = None) -> str:
    return render_template(
        "identity/confirm.html",
        next=target,
        act=act,
        kept=[(f"{KEPT}{name}", value) for name, value in kept],
        has_code=totp.is_set_up(access.signed_in().person_id),
        minutes=int(access.FRESH.total_seconds() // 60),
        faults=faults or {},
    )
