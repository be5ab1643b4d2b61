"""The workshop chooses on an adopter's behalf what she gets instead, for a reason."""

from __future__ import annotations

from typing import Any

from cofu_adopt.core import access
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import ApiBlueprint, refuses
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.core.reason import load_reason
from cofu_adopt.payments.errors import PaymentDisputed
from cofu_adopt.remedies import queries, schemas
from cofu_adopt.remedies.api import CHOICE, CODE
from cofu_adopt.remedies.choose import choose_by_staff
from cofu_adopt.remedies.errors import AlreadyChosen, ChoiceOver, NoEqualRope, NotOffered

bp = ApiBlueprint(
    "api_desk_remedies",
    __name__,
    tag="Desk: remedies",
    zh=("工坊：补救", "替认养人选她得什么。"),
    description="What is owed when a promise cannot be kept, chosen by the workshop for the adopter.",
)


@bp.get(f"/desk/orders/<{CODE}>/remedy", zh="能替认养人选什么")
@bp.response(200, CHOICE)
@access.allow(Role.OPERATOR, scope=Scope.DESK_READ)
def remedy(code: str) -> queries.Choice:
    """The newest remedy of an order, and what of it can be had now. 404 when nothing is owed."""
    return queries.get_choice(code)


@bp.post(f"/desk/orders/<{CODE}>/remedy", zh="替认养人选")
@refuses(Invalid, NoEqualRope, AlreadyChosen, ChoiceOver, NotOffered, PaymentDisputed)
@bp.arguments(schemas.DeskChoiceInSchema())
@idempotent
@bp.response(200, CHOICE)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def decide(wanted: dict[str, Any], code: str) -> queries.Choice:
    """Choose for the adopter, for a reason that is kept; she is told."""
    choose_by_staff(code, wanted["outcome"], reason=load_reason(wanted["reason"]))
    return queries.get_choice(code)
