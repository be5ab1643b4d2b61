"""Count a bank line for a transfer, and take that back. One commit: the line, the payment, the order and the books."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import func, select

from cofu_adopt.core import audit, bus, clock
from cofu_adopt.core.db import db, map_constraint
from cofu_adopt.core.errors import NotFound
from cofu_adopt.events import MoneyNotDue, PaymentClosed, PaymentShort, PaymentTakenBack
from cofu_adopt.payments import apply
from cofu_adopt.payments.models import Payment, PaymentState, Refund, RefundReason
from cofu_adopt.payments.transfer_errors import LineTaken, NotYourOwn, TransferChanged, UndoTooLate
from cofu_adopt.payments.transfer_gateway import PROVIDER, WALLET, checkout_of, find_transfer, received_fen
from cofu_adopt.payments.transfer_models import BankLine, LineMatch, TransferRequest, TransferState
from cofu_adopt.payments.transfer_record import lock_idle_line
from cofu_adopt.payments.transfer_rules import Meaning, meaning_of

map_constraint("uq_line_match_line_id", LineTaken)


@dataclass(frozen=True, slots=True)
class Counted:
    """What counting a line does, or did."""

    meaning: Meaning
    missing_fen: int
    """What is still missing with it."""
    surplus_fen: int
    """What goes back because of it."""


def preview_match(line: BankLine, request: TransferRequest) -> Counted:
    """What counting the line for the transfer would do now."""
    waiting = received_fen(request.ref) - request.booked_fen
    meaning = meaning_of(
        amount_fen=request.amount_fen,
        waiting_fen=waiting,
        line_fen=line.amount_fen,
        is_paid=request.state == TransferState.PAID,
        is_closed=request.state == TransferState.CLOSED,
    )
    together = waiting + line.amount_fen
    covers = 0 if meaning is Meaning.AGAIN else request.amount_fen
    back = meaning in {Meaning.AGAIN, Meaning.LATE_SHORT}
    return Counted(
        meaning,
        missing_fen=request.amount_fen - together if meaning is Meaning.SHORT else 0,
        surplus_fen=together if back else max(0, together - covers),
    )


def match_line(line_id: int, ref: str, person_id: int, *, agreed: str | None = None) -> Counted:
    """Count a line for the transfer `ref` in the open unit of work, and let happen what follows from it.

    `agreed`: the meaning that the person saw. Locks payment, transfer, line, then the order. Raises NotFound,
    LineTaken when another was quicker, TransferChanged when it means something else by now.
    """
    payment, request = _lock(ref)
    line = lock_idle_line(line_id)
    counted = preview_match(line, request)
    if agreed is not None and agreed != counted.meaning:
        raise TransferChanged
    db.session.add(LineMatch(line_id=line.id, ref=ref, matched_by=person_id, matched_at=clock.now()))
    db.session.flush()
    audit.record(
        "bank_line.match",
        "bank_line",
        line.id,
        after={"transfer": ref, "amount_fen": line.amount_fen, "meaning": counted.meaning},
    )
    _settle(payment, request)
    return counted


def on_payment_closed(event: PaymentClosed) -> None:
    """We wait no longer for a transfer: what has come of it so far goes back."""
    payment = db.session.get_one(Payment, event.payment_id)
    if payment.provider == PROVIDER and payment.gateway_ref is not None:
        _settle(*_lock(payment.gateway_ref))


def undo_line(line_id: int, person_id: int, reason: str) -> None:
    """As `undo_match`, for what the line is counted for now. Raises LineTaken, too, when it is counted for nothing."""
    if db.session.get(BankLine, line_id) is None:
        raise NotFound
    counted = select(LineMatch.id).where(LineMatch.line_id == line_id, LineMatch.undone_at.is_(None))
    match_id = db.session.scalar(counted)
    if match_id is None:
        raise LineTaken
    undo_match(match_id, person_id, reason)


def undo_match(match_id: int, person_id: int, reason: str) -> None:
    """Take the counting of a line back, by another person, in the open unit of work: the line is unassigned again.

    An order that it had paid waits for its money once more. Raises NotFound, NotYourOwn, UndoTooLate.
    """
    match = db.session.get(LineMatch, match_id)
    if match is None:
        raise NotFound
    payment, request = _lock(match.ref)
    match = db.session.get_one(LineMatch, match_id, with_for_update=True, populate_existing=True)
    if match.undone_at is not None:
        raise LineTaken
    if match.matched_by == person_id:
        raise NotYourOwn
    match.undone_by, match.undone_at, match.undo_reason = person_id, clock.now(), reason
    db.session.flush()
    if request.booked_fen:
        _take_back(payment, request)
    audit.record(
        "bank_line.undo",
        "bank_line",
        match.line_id,
        before={"transfer": match.ref},
        after={"transfer": None, "reason": reason},
    )


def _lock(ref: str) -> tuple[Payment, TransferRequest]:
    # Payment before transfer: the gateway's word locks payment, then order.
    key = db.session.scalar(select(TransferRequest.key).where(TransferRequest.ref == ref))
    payment = db.session.scalar(
        select(Payment).where(Payment.key == key).with_for_update().execution_options(populate_existing=True)
    )
    request = db.session.get(TransferRequest, ref, with_for_update=True, populate_existing=True)
    if payment is None or request is None:
        raise NotFound
    if request.key != payment.key:
        # Taken back between the two looks; who comes again finds the new payment.
        raise LineTaken
    return payment, request


def _settle(payment: Payment, request: TransferRequest) -> None:
    waiting = received_fen(request.ref) - request.booked_fen
    if request.state != TransferState.PAID and waiting >= request.amount_fen:
        request.state = TransferState.PAID
        request.booked_fen += request.amount_fen
        waiting -= request.amount_fen
        db.session.flush()
        apply.apply_checkout(checkout_of(request))
    if waiting <= 0:
        return
    if request.state == TransferState.OPEN:
        bus.publish(
            PaymentShort(
                payment.id,
                payment.order_id,
                ref=request.ref,
                received_fen=waiting,
                missing_fen=request.amount_fen - waiting,
                until=request.expires_at,
            )
        )
        return
    request.booked_fen += waiting
    paid = request.state == TransferState.PAID
    _give_back(payment, waiting, RefundReason.OVERPAID if paid else RefundReason.UNDERPAID)


def _give_back(payment: Payment, amount_fen: int, reason: RefundReason) -> None:
    # A payment of its own, so that a refund is never more than its payment.
    now = clock.now()
    extra = Payment(
        order_id=payment.order_id,
        provider=PROVIDER,
        state=PaymentState.SUCCEEDED,
        amount_fen=amount_fen,
        currency=payment.currency,
        key=f"transfer-rest-{uuid4().hex}",
        title=payment.title,
        return_url=payment.return_url,
        locale=payment.locale,
        wallet=WALLET,
        livemode=payment.livemode,
        opened_at=now,
        expires_at=now,
        succeeded_at=now,
    )
    db.session.add(extra)
    db.session.flush()
    bus.publish(
        MoneyNotDue(
            payment_id=extra.id,
            order_id=extra.order_id,
            provider=PROVIDER,
            amount_fen=amount_fen,
            currency=extra.currency,
            came_at=now,
            reason=reason,
        )
    )


def _take_back(payment: Payment, request: TransferRequest) -> None:
    given = db.session.scalar(select(func.count()).where(Refund.payment_id == payment.id))
    whole = request.booked_fen == request.amount_fen and payment.state == PaymentState.SUCCEEDED
    gateway = find_transfer()
    if not whole or given or gateway is None:
        raise UndoTooLate
    now = clock.now()
    # The books have seen this payment come and go; the transfer is waited for under a new one, by the same reference.
    fresh = Payment(
        order_id=payment.order_id,
        provider=PROVIDER,
        state=PaymentState.OPEN,
        amount_fen=payment.amount_fen,
        currency=payment.currency,
        key=f"checkout-{uuid4().hex}",
        title=payment.title,
        return_url=payment.return_url,
        url=payment.url,
        locale=payment.locale,
        livemode=payment.livemode,
        opened_at=now,
        expires_at=max(request.expires_at, now + gateway.wait),
    )
    payment.state, payment.closed_at = PaymentState.CLOSED, now
    payment.gateway_ref = f"{request.ref}/{payment.id}"
    db.session.flush()
    fresh.gateway_ref = request.ref
    db.session.add(fresh)
    request.key, request.state, request.booked_fen = fresh.key, TransferState.OPEN, 0
    request.expires_at = fresh.expires_at
    db.session.flush()
    bus.publish(
        PaymentTakenBack(
            payment.id,
            payment.order_id,
            ref=request.ref,
            amount_fen=payment.amount_fen,
            until=fresh.expires_at,
        )
    )
