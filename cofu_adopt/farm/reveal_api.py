"""A household's phone or bank account whole, for a reason that the audit log keeps."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from cofu_adopt.core import access
from cofu_adopt.core import reason as reasons
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import refuses
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.fields import StrictSchema, Text, choice
from cofu_adopt.farm.api import desk_bp
from cofu_adopt.farm.reveal_household import Secret, reveal_household


class RevealHouseholdInSchema(StrictSchema):
    """What is to be shown, and why."""

    field = choice(*Secret, required=True)
    reason = Text(reasons.LONGEST, shortest=reasons.SHORTEST, required=True, metadata={"example": "打款退回，核对账号"})


class RevealedHouseholdSchema(Schema):
    """What was asked for, whole."""

    field = fields.Enum(Secret, by_value=True, required=True)
    value = fields.String(required=True)


@desk_bp.post("/desk/households/<string(maxlength=12):code>/reveal", zh="看一户完整的电话或账号，写明原因")
@refuses(Invalid)
@desk_bp.arguments(RevealHouseholdInSchema())
@desk_bp.response(200, RevealedHouseholdSchema())
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def reveal(wanted: dict[str, Any], code: str) -> Any:
    """Show a household's phone or bank account whole. Each time is in the audit log, with its reason."""
    secret = Secret(wanted["field"])
    value = reveal_household(code, secret, reasons.load_reason(wanted["reason"]))
    return {"field": secret, "value": value}, {"Cache-Control": "no-store"}
