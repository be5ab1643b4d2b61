"""The workshop's people for an administrator's programs, and what a member of staff has set up for her account."""

from __future__ import annotations

from typing import Any

from flask import Response

from cofu_adopt.core import access
from cofu_adopt.core.access import STAFF, Role, Scope
from cofu_adopt.core.api import ApiBlueprint, nothing
from cofu_adopt.core.db import db
from cofu_adopt.identity import people_schemas as schemas
from cofu_adopt.identity import recovery_codes, staff, tokens
from cofu_adopt.identity.end_sessions import end_sessions_of_member
from cofu_adopt.identity.models import Totp

bp = ApiBlueprint(
    "api_desk_people",
    __name__,
    tag="Desk: people",
    zh=("工坊：人员", "工坊的人、两步验证，退出别人的登录。"),
    description="The workshop's people. The second step itself is set up and reset on the pages only.",
)


@bp.get("/desk/people", zh="工坊的人")
@bp.response(200, schemas.MembersSchema())
@access.allow(Role.ADMINISTRATOR, scope=Scope.DESK_READ)
def people() -> dict[str, Any]:
    """Everybody of the workshop, with roles and since when the second step is set up."""
    return {"items": staff.list_members()}


@bp.post("/desk/people/<id:person_id>/end-sessions", zh="让一个人在各处退出")
@bp.response(204)
@access.allow(Role.ADMINISTRATOR, scope=Scope.DESK_WRITE, writes=True)
def end_sessions(person_id: int) -> Response:
    """End every session and every token of another member of staff at once. For oneself: /sign-out/everywhere."""
    end_sessions_of_member(person_id, by_id=access.signed_in().person_id)
    return nothing()


@bp.get("/desk/security", zh="自己的账号设了什么")
@bp.response(200, schemas.SecuritySchema())
@access.allow(*sorted(STAFF), scope=Scope.DESK_READ)
def security() -> dict[str, Any]:
    """What a member of staff has set up for the safety of her own account."""
    person_id = access.signed_in().person_id
    row = db.session.get(Totp, person_id)
    return {
        "second_step_since": row.confirmed_at if row else None,
        "recovery_codes_left": recovery_codes.count_left(person_id),
        "named_tokens": tokens.count_named(person_id),
    }
