"""The desk ends an order: first what it would do, then, agreed and with a reason, exactly that."""

from __future__ import annotations

from typing import Any

from cofu_adopt.adoptions import schemas
from cofu_adopt.adoptions.api import CODE, READERS, desk_bp, get_order
from cofu_adopt.adoptions.cancel_by_staff import CancelPreview, cancel_by_staff, preview_cancel
from cofu_adopt.adoptions.errors import NotCancellable, PreviewOutdated, TwoPeopleNeeded
from cofu_adopt.adoptions.search_orders import OrderRow
from cofu_adopt.core import access
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import refuses
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.core.reason import load_reason
from cofu_adopt.payments.errors import GatewayTrouble, PaymentDisputed, PaymentUnderWay


@desk_bp.get(f"/desk/orders/<{CODE}>/cancellation", zh="取消这一单会怎样")
@desk_bp.response(200, schemas.DeskCancellationSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def preview_cancellation(code: str) -> CancelPreview:
    """What ending the order would do now, before it is done."""
    return preview_cancel(code)


@desk_bp.post(f"/desk/orders/<{CODE}>/cancellation", zh="取消这一单")
@refuses(
    Invalid, PreviewOutdated, NotCancellable, TwoPeopleNeeded, PaymentUnderWay, PaymentDisputed, GatewayTrouble,
)  # fmt: skip
@desk_bp.arguments(schemas.DeskCancelInSchema())
@idempotent
@desk_bp.response(200, schemas.DeskOrderSchema())
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, own_transactions=True)
def cancel(agreed: dict[str, Any], code: str) -> OrderRow:
    """Release a hold, or cancel a paid order, on the terms of the preview. An ended order stays as it is."""
    cancel_by_staff(code, reason=load_reason(agreed["reason"]), agreed=agreed["terms"])
    with unit_of_work(writes=False):
        return get_order(code)
