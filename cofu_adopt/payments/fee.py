"""What the gateway keeps of a payment: learnt when it says so, deferred with the order, lost with money gone back."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from cofu_adopt.core import bus, clock, due
from cofu_adopt.core.db import db
from cofu_adopt.events import PaymentFeeKnown, PaymentFeeMoved
from cofu_adopt.payments import rules
from cofu_adopt.payments.dispute_models import Dispute, DisputeStep
from cofu_adopt.payments.models import Payment, PaymentState, Refund

ASK_FEE = "ask_fee"
ASK_AFTER = timedelta(seconds=60)


def ask_fee_later(payment: Payment) -> None:
    """Make asking for the fee due; learning it withdraws that."""
    due.declare(ASK_FEE, payment.id, clock.now() + ASK_AFTER)


def learn_fee(payment: Payment, fee_fen: int | None) -> None:
    """Keep the fee of a locked payment that succeeded, the first time that the gateway tells it."""
    if fee_fen is None or payment.fee_fen is not None or payment.state != PaymentState.SUCCEEDED:
        return
    payment.fee_fen = fee_fen
    due.withdraw(ASK_FEE, payment.id)
    db.session.flush()
    bus.publish(PaymentFeeKnown(payment.id, payment.order_id, payment.provider, fee_fen, payment.currency))
    weigh_fee(payment)


def weigh_fee(payment: Payment) -> None:
    """Let the fee of a locked payment stand where rules.fee_is_lost() says; called whenever its money has moved."""
    if payment.fee_fen is None:
        return
    gone = db.session.scalar(
        select(func.coalesce(func.sum(Refund.amount_fen), 0)).where(
            Refund.payment_id == payment.id, Refund.state.in_(rules.GONE_REFUNDS)
        )
    )
    covered = db.session.scalar(
        select(func.coalesce(func.sum(Dispute.covered_fen), 0)).where(
            Dispute.payment_id == payment.id, Dispute.state == DisputeStep.LOST
        )
    )
    lost = rules.fee_is_lost(paid_fen=payment.amount_fen, gone_fen=gone or 0, covered_fen=covered or 0)
    if lost is bool(payment.fee_moves % 2):
        return
    payment.fee_moves += 1
    db.session.flush()
    bus.publish(
        PaymentFeeMoved(payment.id, payment.order_id, payment.fee_fen, payment.currency, lost, payment.fee_moves)
    )
