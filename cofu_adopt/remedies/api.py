"""What is owed for an order whose promise cannot be kept, and the choice."""

from __future__ import annotations

from typing import Any

from cofu_adopt.core import access
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import ApiBlueprint, refuses
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.payments.errors import PaymentDisputed
from cofu_adopt.remedies import choose as choosing
from cofu_adopt.remedies import queries, schemas
from cofu_adopt.remedies.errors import AlreadyChosen, ChoiceOver, NoEqualRope, NotOffered

bp = ApiBlueprint(
    "api_remedies",
    __name__,
    tag="Remedies",
    zh=("补救", "说好的做不到时，认养人能选什么。"),
    description="What an adopter gets when a promise cannot be kept.",
)
CODE = "string(maxlength=16):code"
CHOICE = schemas.ChoiceSchema()


@bp.get(f"/orders/<{CODE}>/remedy", zh="能选什么，选到几时")
@bp.response(200, CHOICE)
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_READ)
def remedy(code: str) -> queries.Choice:
    """The newest remedy of one of the person's orders. 404 when nothing is owed."""
    return queries.get_own_choice(code, access.signed_in().person_id)


@bp.post(f"/orders/<{CODE}>/remedy", zh="选一样")
@refuses(NoEqualRope, AlreadyChosen, ChoiceOver, NotOffered, PaymentDisputed)
@bp.arguments(schemas.ChoiceInSchema())
@idempotent
@bp.response(200, CHOICE)
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_WRITE, writes=True)
def choose(wanted: dict[str, Any], code: str) -> queries.Choice:
    """Choose. Choosing the same again is fine; after a refusal nothing has changed."""
    person_id = access.signed_in().person_id
    choosing.choose(code, person_id, wanted["outcome"])
    return queries.get_own_choice(code, person_id)
