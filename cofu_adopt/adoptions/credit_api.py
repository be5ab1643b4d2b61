"""A person's credit."""

from __future__ import annotations

from typing import Any

from cofu_adopt.adoptions import credit_schemas as schemas
from cofu_adopt.adoptions.queries import names_of
from cofu_adopt.core import access
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import ApiBlueprint, refuses
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.payments import credit, refund_credit
from cofu_adopt.payments.errors import CreditChanged
from cofu_adopt.payments.money_of_order import Way

bp = ApiBlueprint(
    "api_credit",
    __name__,
    tag="Credit",
    zh=("余额", "工坊退成余额的钱：下一单可以用，也可以退成现金。"),
    description="Money that became credit: it pays the next order, or goes back as money.",
)


@bp.get("/me/credit", zh="余额：还有多少，从哪里来，用到哪里")
@bp.response(200, schemas.CreditSchema())
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_READ)
def show() -> dict[str, Any]:
    """What the person can spend or take back, where it came from, and what it has paid."""
    return _credit()


@bp.post("/me/credit/refund", zh="把余额退成现金")
@refuses(CreditChanged)
@bp.arguments(schemas.CreditRefundInSchema())
@idempotent
@bp.response(200, schemas.CreditSchema())
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_WRITE, writes=True)
def refund(agreed: dict[str, Any]) -> dict[str, Any]:
    """Take all credit back as money, on the terms of `refund`."""
    terms = f"{agreed['amount_fen']}:{agreed['by_hand_fen']}"
    refund_credit.refund_credit(access.signed_in().person_id, terms)
    return _credit()


def _credit() -> dict[str, Any]:
    person_id = access.signed_in().person_id
    found = credit.credit_of(person_id)
    preview = refund_credit.preview_refund(person_id)
    names = names_of(found.order_ids)
    return {
        "balance_fen": found.balance_fen,
        "reserved_fen": found.reserved_fen,
        "grants": [
            {
                "order_code": names[row.order_id].code,
                "amount_fen": row.amount_fen,
                "left_fen": row.left_fen,
                "covered_fen": row.covered_fen,
                "granted_at": row.granted_at,
            }
            for row in found.grants
        ],
        "uses": [
            {
                "order_code": names[row.order_id].code,
                "state": row.state,
                "amount_fen": row.amount_fen,
                "reserved_at": row.reserved_at,
                "spent_at": row.spent_at,
                "ended_at": row.ended_at,
            }
            for row in found.uses
        ],
        "refunds": [
            {
                "id": row.refund_id,
                "order_code": names[row.order_id].code,
                "amount_fen": row.amount_fen,
                "state": row.state,
                "requested_at": row.requested_at,
                "finished_at": row.finished_at,
            }
            for row in found.refunds
        ],
        "refund": {
            "amount_fen": preview.amount_fen,
            "by_hand_fen": preview.by_hand_fen,
            "disputed_fen": preview.disputed_fen,
            "parts": [
                {
                    "order_code": names[part.order_id].code,
                    "amount_fen": part.amount_fen,
                    "by_hand": part.way is Way.BY_HAND,
                    "wallet": part.wallet,
                    "refundable_until": part.refundable_until,
                }
                for part in preview.parts
            ],
        },
    }
