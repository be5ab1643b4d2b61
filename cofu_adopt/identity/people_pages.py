"""The administrator's page: the workshop's people, their second step and their sessions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.identity import staff, totp
from cofu_adopt.identity.end_sessions import end_sessions as end_sessions_of
from cofu_adopt.identity.end_sessions import end_sessions_of_member

bp = Blueprint("staff_people", __name__, template_folder="templates", url_prefix="/staff/people")
ROLES: dict[Role, Any] = {
    Role.HOST: _l("主播"),
    Role.OPERATOR: _l("工坊运营"),
    Role.FINANCE_MAKER: _l("财务经办"),
    Role.FINANCE_CHECKER: _l("财务复核"),
    Role.AUDITOR: _l("审计"),
    Role.ADMINISTRATOR: _l("管理员"),
}


@bp.get("")
@access.allow(Role.ADMINISTRATOR)
def index() -> str:
    """Everybody of the workshop."""
    members = staff.list_members()
    return render_template(
        "identity/people.html",
        members=members,
        roles=ROLES,
        without=[one for one in members if not one.second_step_since],
    )


@bp.post("/<id:person_id>/reset-totp")
@access.allow(Role.ADMINISTRATOR, writes=True, fresh=True)
def reset_totp(person_id: int) -> Any:
    """The phone is lost: forget it, and sign out whoever holds it."""
    totp.reset(staff.other_member(person_id, access.signed_in().person_id))
    end_sessions_of(person_id)
    flash(_("两步验证已清掉，那人的登录也都退出了。"))
    return redirect(url_for("staff_people.index"))


@bp.post("/<id:person_id>/end-sessions")
@access.allow(Role.ADMINISTRATOR, writes=True, fresh=True)
def end_sessions(person_id: int) -> Any:
    """Sign the person out of every browser and end her tokens: nobody else can, and she may be the one to fear."""
    end_sessions_of_member(person_id, by_id=access.signed_in().person_id)
    flash(_("那人的登录都退出了，接口令牌也撤销了。"))
    return redirect(url_for("staff_people.index"))
