"""The adopter's refunds: where each stands, the expected day, and where to pay one by hand."""

from __future__ import annotations

from typing import Any

from flask import request

from cofu_adopt.adoptions import queries, schemas
from cofu_adopt.adoptions.api import CODE, bp
from cofu_adopt.adoptions.own_refund import get_own_refund
from cofu_adopt.core import access
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import refuses
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import Invalid
from cofu_adopt.identity import prove_phone
from cofu_adopt.payments.errors import AccountFixed
from cofu_adopt.payments.refund_account import give_account, load_account
from cofu_adopt.payments.refund_progress import RefundProgress, list_progress


@bp.get(f"/orders/<{CODE}>/refunds", zh="这一单的退款，到哪一步了")
@bp.response(200, schemas.RefundsSchema())
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_READ)
def refunds(code: str) -> dict[str, Any]:
    """Each refund of the order, how far it is, and the day by which the money is expected."""
    row = queries.get_own_row(code, access.signed_in().person_id)
    return {"items": list_progress(row.id)}


@bp.put(f"/orders/<{CODE}>/refunds/<id:refund_id>/account", zh="告诉工坊把退款转到哪里")
@refuses(Invalid, AccountFixed)
@bp.arguments(schemas.RefundAccountInSchema(), example=schemas.ACCOUNT_EXAMPLE)
@bp.response(200, schemas.RefundProgressSchema())
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_WRITE, own_transactions=True)
def refund_account(typed: dict[str, Any], code: str, refund_id: int) -> RefundProgress:
    """Say where to pay a refund that cannot go back the way it came. It needs a code sent to the person's own phone."""
    person_id = access.signed_in().person_id
    with unit_of_work(writes=False):
        refund = get_own_refund(code, person_id, refund_id)
    account = load_account({name: value or "" for name, value in typed.items()})
    if not refund.can_give_account:
        raise AccountFixed
    with unit_of_work():
        fault = prove_phone.check_proof(person_id, typed["sms_code"], network_address=request.remote_addr or "")
    if fault is not None:
        raise Invalid({"sms_code": fault})
    with unit_of_work():
        give_account(refund_id, person_id, account)
    with unit_of_work(writes=False):
        return get_own_refund(code, person_id, refund_id)
