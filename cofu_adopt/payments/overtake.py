"""A lost dispute has given the payer money that was owed anyway: prepaid goods, a refund, credit. Never given twice."""

from __future__ import annotations

from sqlalchemy import select

from cofu_adopt.core import bus, clock
from cofu_adopt.core.db import db
from cofu_adopt.events import CreditCovered, DisputeCovered, RefundFailed, RefundNotOvertaken, RefundOvertaken
from cofu_adopt.payments import rules
from cofu_adopt.payments.credit_models import CreditGrant
from cofu_adopt.payments.dispute_models import Dispute, DisputeStep
from cofu_adopt.payments.models import Payment, Refund, RefundState
from cofu_adopt.payments.spend_credit import lock_grants


def cover_from_order(dispute_id: int, held_fen: int) -> int:
    """The order has ended by the lost dispute: what it held covers the loss. Returns how much of it did."""
    dispute = db.session.get_one(Dispute, dispute_id)
    payment = db.session.get_one(Payment, dispute.payment_id)
    covered_fen = min(held_fen, dispute.amount_fen - dispute.covered_fen)
    if covered_fen > 0:
        dispute.covered_fen += covered_fen
        db.session.flush()
        bus.publish(DisputeCovered(dispute.id, payment.order_id, covered_fen, payment.currency))
    return covered_fen


def overtake_refunds(payment: Payment) -> None:
    """End the refunds of a locked payment that are still owed, where lost disputes have given the money back already.

    One that is larger than what a dispute gave is not sent by itself any more: a person must say what is still owed.
    """
    refunds = db.session.scalars(
        select(Refund)
        .where(Refund.payment_id == payment.id, Refund.state.in_(rules.UNSENT_REFUNDS))
        .order_by(Refund.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for refund in refunds:
        # An approved one that has a reference is with the gateway: it may still succeed.
        if refund.state == RefundState.APPROVED and refund.gateway_ref is not None:
            continue
        room = {dispute: dispute.amount_fen - dispute.covered_fen for dispute in _lost_disputes(payment.id)}
        dispute = next((one for one, free in room.items() if free >= refund.amount_fen), None)
        if dispute is not None:
            dispute.covered_fen += refund.amount_fen
            refund.state, refund.finished_at = RefundState.BY_DISPUTE, clock.now()
            db.session.flush()
            bus.publish(RefundOvertaken(refund.id, payment.order_id, refund.amount_fen, payment.currency))
        elif any(room.values()) and refund.state == RefundState.APPROVED:
            _leave_to_a_person(refund, payment, sum(room.values()))


def overtake_credit(dispute: Dispute, payment: Payment) -> None:
    """What is left of credit that was given for a locked payment goes, as far as its lost dispute covers nothing else.

    What is set aside for an order, or spent, stays so: that loss is ours.
    """
    owners = db.session.execute(
        select(CreditGrant.person_id, CreditGrant.currency)
        .where(CreditGrant.payment_id == payment.id)
        .distinct()
        .order_by(CreditGrant.person_id)
    ).all()
    for person_id, currency in owners:
        for grant in lock_grants(person_id, currency):
            taken_fen = min(grant.left_fen, dispute.amount_fen - dispute.covered_fen)
            if grant.payment_id == payment.id and taken_fen > 0:
                grant.left_fen -= taken_fen
                grant.covered_fen += taken_fen
                dispute.covered_fen += taken_fen
                db.session.flush()
                bus.publish(CreditCovered(dispute.id, grant.id, person_id, taken_fen, currency))


def was_not_overtaken(refund: Refund, payment: Payment) -> None:
    """The gateway did carry out a locked refund that we took for overtaken: the payer has both."""
    dispute = next(one for one in _lost_disputes(payment.id) if one.covered_fen >= refund.amount_fen)
    dispute.covered_fen -= refund.amount_fen
    db.session.flush()
    bus.publish(RefundNotOvertaken(refund.id, payment.order_id, refund.amount_fen, payment.currency))


def _lost_disputes(payment_id: int) -> list[Dispute]:
    query = select(Dispute).where(Dispute.payment_id == payment_id, Dispute.state == DisputeStep.LOST)
    return list(db.session.scalars(query.order_by(Dispute.id)))


def _leave_to_a_person(refund: Refund, payment: Payment, given_fen: int) -> None:
    refund.state, refund.finished_at = RefundState.FAILED, clock.now()
    refund.last_error = f"{given_fen} fen of it went back by a dispute"
    db.session.flush()
    bus.publish(
        RefundFailed(
            refund.id,
            payment.id,
            payment.order_id,
            payment.provider,
            refund.amount_fen,
            payment.currency,
            succeeded_before=False,
        )
    )
