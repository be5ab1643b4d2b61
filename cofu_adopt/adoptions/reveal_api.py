"""An order's delivery whole, for a reason that the audit log keeps."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from cofu_adopt.adoptions.api import CODE, desk_bp
from cofu_adopt.adoptions.show_order import DELIVERY_FIELDS, reveal_delivery
from cofu_adopt.core import access
from cofu_adopt.core import reason as reasons
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import refuses
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.fields import StrictSchema, Text


class RevealDeliveryInSchema(StrictSchema):
    """Why it is to be shown."""

    reason = Text(
        reasons.LONGEST, shortest=reasons.SHORTEST, required=True, metadata={"example": "快递打不通，要打过去"}
    )


class RevealedDeliverySchema(Schema):
    """Where the parcel goes, whole; null for what the adopter left open."""

    recipient = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    province = fields.String(required=True, allow_none=True)
    city = fields.String(required=True, allow_none=True)
    district = fields.String(required=True, allow_none=True)
    street = fields.String(required=True, allow_none=True)
    detail = fields.String(required=True, allow_none=True)


@desk_bp.post(f"/desk/orders/<{CODE}>/reveal", zh="看一单完整的收货信息，写明原因")
@refuses(Invalid)
@desk_bp.arguments(RevealDeliveryInSchema())
@desk_bp.response(200, RevealedDeliverySchema())
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def reveal(wanted: dict[str, Any], code: str) -> Any:
    """Show an order's delivery whole; 404 while it has none. Each time is in the audit log, with its reason."""
    delivery = reveal_delivery(code, reasons.load_reason(wanted["reason"]))
    return {name: delivery.get(name) for name in DELIVERY_FIELDS}, {"Cache-Control": "no-store"}
