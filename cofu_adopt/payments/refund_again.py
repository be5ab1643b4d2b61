"""A refund that the gateway could not make: try again under a new reference, or pay it by hand."""

from __future__ import annotations

from cofu_adopt.core import audit, bus
from cofu_adopt.core.db import db
from cofu_adopt.events import RefundReplaced, RefundTurnedByHand
from cofu_adopt.payments import refund_rules
from cofu_adopt.payments.errors import RefundMoved
from cofu_adopt.payments.models import Refund, RefundReason, RefundState
from cofu_adopt.payments.refund import lock_refund, owe


def retry_refund(refund_id: int) -> Refund:
    """Let a new refund take the place of a failed one, in the open unit of work, and return it.

    It has a key of its own and names the one it replaces, which can never go back any more. Past the wallet's window
    it is owed by hand. Raises NotFound, RefundMoved: of two who try again, one does.
    """
    refund, payment = lock_refund(refund_id)
    if refund.state != RefundState.FAILED:
        raise RefundMoved
    refund.state = refund_rules.step(RefundState(refund.state), RefundState.REPLACED)
    db.session.flush()
    new = owe(payment, refund.amount_fen, RefundReason(refund.reason), replaces_id=refund.id)
    audit.record("refund.retry", "refund", refund.id, after={"state": "replaced", "new_refund": new.id})
    bus.publish(
        RefundReplaced(
            refund_id=new.id,
            replaced_id=refund.id,
            payment_id=payment.id,
            order_id=payment.order_id,
            amount_fen=new.amount_fen,
            currency=payment.currency,
            by_hand=new.state == RefundState.MANUAL_DUE,
        )
    )
    return new


def turn_by_hand(refund_id: int, reason: str) -> None:
    """Decide that a failed refund is paid by hand, in the open unit of work. Raises NotFound, RefundMoved."""
    refund, payment = lock_refund(refund_id)
    if refund.state != RefundState.FAILED:
        raise RefundMoved
    refund.state = refund_rules.step(RefundState(refund.state), RefundState.MANUAL_DUE)
    refund.finished_at = None
    db.session.flush()
    audit.record(
        "refund.by_hand",
        "refund",
        refund.id,
        before={"state": "failed"},
        after={"state": "manual_due", "reason": reason},
    )
    bus.publish(RefundTurnedByHand(refund.id, payment.order_id, refund.amount_fen))
