"""Disputes: what the gateway says of one becomes true here, under the payment's lock. Once in effect."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import Select, or_, select

from cofu_adopt.core import bus, clock, due
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import Due
from cofu_adopt.events import DisputeFeeChanged, DisputeLost, DisputeOpened, DisputeWon
from cofu_adopt.payments import apply, fee, overtake, rules
from cofu_adopt.payments.dispute_models import Dispute, DisputeStep
from cofu_adopt.payments.gateway import DisputeState, GatewayDispute, Rejected, gateway
from cofu_adopt.payments.models import EventOutcome, GatewayEvent, Payment, PaymentState
from cofu_adopt.payments.queries import find_paying

CHECK_DISPUTE, SEEK_DISPUTE = "check_dispute", "seek_dispute"
CHECK_EVERY = timedelta(days=1)
SEEK_AFTER = timedelta(hours=1)
log = structlog.get_logger()


class DisputeUnreadable(Exception):
    """The gateway's word does not fit what we know; nothing is done, and the notification waits for a person."""


def fetch_dispute(provider: str, ref: str) -> GatewayDispute:
    """The dispute as the gateway knows it; needs no open unit of work.

    Whoever disputes has paid: when we do not know that yet, the payment is fetched and applied first.
    """
    word = gateway(provider).fetch_dispute(ref)
    with unit_of_work(writes=False):
        payment = db.session.scalar(_payment_of(provider, word.payment_ref))
    if payment is not None and payment.state != PaymentState.SUCCEEDED and payment.gateway_ref is not None:
        checkout = gateway(provider).fetch(payment.gateway_ref)
        with unit_of_work("dispute.payment"):
            apply.apply_checkout(checkout)
    return word


def apply_dispute(provider: str, word: GatewayDispute) -> bool:
    """Apply a dispute that was fetched from the gateway, in the open unit of work. False when it is not ours.

    The same word applied again changes nothing. Raises DisputeUnreadable.
    """
    payment = db.session.scalar(_payment_of(provider, word.payment_ref).with_for_update())
    if payment is None or payment.livemode is not word.livemode:
        return False
    if payment.state != PaymentState.SUCCEEDED or payment.currency != word.currency:
        raise DisputeUnreadable(f"payment {payment.id} is {payment.state}, in {payment.currency}")
    dispute = db.session.scalar(
        select(Dispute).where(Dispute.provider == provider, Dispute.gateway_ref == word.ref).with_for_update()
    )
    if dispute is None and word.taken_fen == 0 and word.fee_fen == 0:
        # A mere inquiry, or one that ended before we heard of it: no money is gone. Taking it is told again.
        log.warning("dispute.no_money_held", payment_id=payment.id, ref=word.ref, state=word.state)
        return True
    if dispute is None:
        dispute = _open(payment, word)
    elif dispute.amount_fen != word.amount_fen or dispute.payment_id != payment.id:
        raise DisputeUnreadable(f"dispute {dispute.id} was of {dispute.amount_fen} fen of {dispute.payment_id}")
    elif dispute.state not in rules.OPEN_DISPUTES and word.state in {DisputeState.OPEN, DisputeState.UNDER_REVIEW}:
        return True  # an old answer of the gateway's that arrives after its last word
    else:
        _change_fee(dispute, word)
    dispute.answer_until = word.answer_until
    step = rules.next_dispute_step(DisputeStep(dispute.state), word.state)
    if step is not None:
        _take(step, dispute, payment)
    return True


def check_dispute(row: Due) -> None:
    """The clock's way: ask once a day how an open dispute stands, should a notification be lost."""
    with unit_of_work(writes=False):
        dispute = db.session.get_one(Dispute, int(row.subject))
    if dispute.state not in rules.OPEN_DISPUTES:
        return
    word = gateway(dispute.provider).fetch_dispute(dispute.gateway_ref)
    with unit_of_work("dispute.check"):
        apply_dispute(dispute.provider, word)
        if word.state not in {DisputeState.WON, DisputeState.LOST}:
            due.declare(CHECK_DISPUTE, dispute.id, clock.now() + CHECK_EVERY)


def seek_dispute(row: Due) -> None:
    """Look once more whether a dispute that was nobody's is ours: the word of its payment may have come after it."""
    with unit_of_work(writes=False):
        event = db.session.get_one(GatewayEvent, int(row.subject))
    try:
        word = fetch_dispute(event.provider, event.object_ref)
    except Rejected:
        return
    with unit_of_work("dispute.seek"):
        if apply_dispute(event.provider, word):
            db.session.get_one(GatewayEvent, event.id).outcome = EventOutcome.APPLIED


def _payment_of(provider: str, ref: str) -> Select[Payment]:
    return select(Payment).where(
        Payment.provider == provider, or_(Payment.payment_ref == ref, Payment.gateway_ref == ref)
    )


def _open(payment: Payment, word: GatewayDispute) -> Dispute:
    dispute = Dispute(
        payment_id=payment.id,
        provider=payment.provider,
        gateway_ref=word.ref,
        state=DisputeStep.OPENED,
        amount_fen=word.amount_fen,
        currency=word.currency,
        fee_fen=word.fee_fen,
        fee_changes=0,
        covered_fen=0,
        reason=word.reason[:60],
        livemode=word.livemode,
        opened_at=clock.now(),
    )
    db.session.add(dispute)
    db.session.flush()
    due.declare(CHECK_DISPUTE, dispute.id, clock.now() + CHECK_EVERY)
    log.warning("dispute.opened", dispute_id=dispute.id, order_id=payment.order_id)
    bus.publish(
        DisputeOpened(
            dispute.id,
            payment.id,
            payment.order_id,
            payment.provider,
            dispute.amount_fen,
            dispute.fee_fen,
            dispute.currency,
        )
    )
    return dispute


def _change_fee(dispute: Dispute, word: GatewayDispute) -> None:
    more_fen = word.fee_fen - dispute.fee_fen
    if more_fen:
        dispute.fee_fen = word.fee_fen
        dispute.fee_changes += 1
        db.session.flush()
        bus.publish(DisputeFeeChanged(dispute.id, dispute.provider, more_fen, dispute.currency, dispute.fee_changes))


def _take(step: DisputeStep, dispute: Dispute, payment: Payment) -> None:
    dispute.state = step
    if step is DisputeStep.ANSWERED:
        dispute.answered_at = clock.now()
        return
    dispute.closed_at = clock.now()
    due.withdraw(CHECK_DISPUTE, dispute.id)
    db.session.flush()
    if step is DisputeStep.WON:
        bus.publish(
            DisputeWon(dispute.id, payment.id, payment.order_id, payment.provider, dispute.amount_fen, dispute.currency)
        )
        return
    bus.publish(
        DisputeLost(
            dispute.id,
            payment.id,
            payment.order_id,
            dispute.amount_fen,
            dispute.currency,
            pays_order=find_paying(payment.order_id) == payment.id,
        )
    )
    overtake.overtake_refunds(payment)
    overtake.overtake_credit(dispute, payment)
    fee.weigh_fee(payment)
