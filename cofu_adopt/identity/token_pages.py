"""API tokens of a member of staff: what there is, a new one, and the end of one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from cofu_adopt.core import access
from cofu_adopt.core.access import STAFF, Scope
from cofu_adopt.core.errors import Invalid
from cofu_adopt.identity import tokens
from cofu_adopt.identity.people import roles_of
from cofu_adopt.identity.security_pages import ONCE

bp = Blueprint("staff_tokens", __name__, template_folder="templates", url_prefix="/staff/tokens")
LONGEST_NAME = 40
DAYS = (7, 30, 90, 365)
SCOPE_WORDS: dict[Scope, Any] = {
    Scope.ME: _l("看自己的资料"),
    Scope.DESK_READ: _l("看工作台"),
    Scope.DESK_WRITE: _l("改工作台"),
}
"""What of a token's scopes staff can give, in words."""


@bp.get("")
@access.allow(*STAFF)
def index() -> str:
    """The tokens that can still be used."""
    return _index({})


@bp.post("")
@access.allow(*STAFF, writes=True, fresh=True)
def make() -> Any:
    """Make a token; its secret is shown this once."""
    name, days = " ".join(request.form.get("name", "").split()), request.form.get("days", "")
    given = {scope for scope in SCOPE_WORDS if scope in request.form.getlist("scope")}
    faults = {}
    if not 1 <= len(name) <= LONGEST_NAME:
        faults["name"] = _("1 到 %(count)s 个字。", count=LONGEST_NAME)
    if not given:
        faults["scope"] = _("至少选一项。")
    if days not in {str(one) for one in DAYS}:
        faults["days"] = _("请从列表里选。")
    if faults:
        return _index(faults), 422
    try:
        made = tokens.make_token(access.signed_in().person_id, name=name, scopes=given, days=int(days))
    except Invalid as error:
        return _index(error.fields), 422
    return render_template("identity/new_token.html", made=made), ONCE


@bp.post("/<id:token_id>/revoke")
@access.allow(*STAFF, writes=True)
def revoke(token_id: int) -> Any:
    """End a token at once."""
    tokens.revoke_token(access.signed_in().person_id, token_id)
    flash(_("令牌已撤销，马上不能用了。"))
    return redirect(url_for("staff_tokens.index"))


def _index(faults: dict[str, str]) -> str:
    person_id = access.signed_in().person_id
    allowed = tokens.scopes_of(roles_of(person_id))
    return render_template(
        "identity/tokens.html",
        tokens=tokens.list_tokens(person_id),
        scopes={scope: words for scope, words in SCOPE_WORDS.items() if scope in allowed},
        words=SCOPE_WORDS,
        days=DAYS,
        faults=faults,
        typed=request.form,
    )
