"""Staff ask to give money back, alone up to a set amount, else another person decides; then it is done line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import func, insert, select

from cofu_adopt.core import audit, bus, clock, due
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import Due
from cofu_adopt.core.errors import DomainError, NotFound
from cofu_adopt.core.money import price
from cofu_adopt.events import StaffRefundApproved
from cofu_adopt.payments.errors import AnotherPersonNeeded, RefundTooLarge, RequestDecided
from cofu_adopt.payments.house_rules import house
from cofu_adopt.payments.models import Payment, Refund, RefundReason, RefundState
from cofu_adopt.payments.refund import approve_refund, left_of
from cofu_adopt.payments.refund_models import RefundLine, RefundRequest, RequestState
from cofu_adopt.payments.refund_rules import two_people_needed
from cofu_adopt.payments.rules import OPEN_REFUNDS

REFUND_PIECE = "refund_piece"
LINES_IN_A_PIECE = 50
BY_STAFF = frozenset({RefundReason.GOODWILL, RefundReason.PRICE_ADJUSTMENT, RefundReason.CANCELLED_BY_STAFF})
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of one payment is asked for."""

    order_id: int
    payment_id: int
    amount_fen: int


def ask_refund(
    lines: Sequence[Wanted], *, key: str, reason: RefundReason, note: str, ends_order: bool, person_id: int
) -> RefundRequest:
    """Ask for `lines` in the open unit of work; what the person may decide alone is approved at once.

    The same `key` sent again is the same request. A single line is refused at once when it is more than what is left
    (RefundTooLarge); of many, whatever does not fit any more is left out when it is done.
    """
    known = find_request(key)
    if known is not None:
        return known
    payment_ids = sorted({line.payment_id for line in lines})
    # Of two who ask for the same payment at once, the second sees what the first has asked for.
    db.session.execute(select(Payment.id).where(Payment.id.in_(payment_ids)).order_by(Payment.id).with_for_update())
    if len(lines) == 1:
        _refuse_more_than_is_left(lines[0])
    total_fen = sum(line.amount_fen for line in lines)
    approval_fen = house().refund_approval_fen
    request = RefundRequest(
        key=key,
        state=RequestState.WAITING,
        reason=reason,
        note=note,
        ends_order=ends_order,
        total_fen=total_fen,
        weighed_fen=total_fen + _given_by_staff(payment_ids),
        approval_fen=approval_fen,
        line_count=len(lines),
        requested_by_id=person_id,
        requested_at=clock.now(),
    )
    db.session.add(request)
    db.session.flush()
    db.session.execute(
        insert(RefundLine),
        [
            {
                "request_id": request.id,
                "order_id": line.order_id,
                "payment_id": line.payment_id,
                "amount_fen": line.amount_fen,
                "piece": place // LINES_IN_A_PIECE,
            }
            for place, line in enumerate(lines)
        ],
    )
    audit.record(
        "refund.ask",
        "refund_request",
        request.id,
        after={"total_fen": total_fen, "orders": len(lines), "why": reason, "ends_order": ends_order, "reason": note},
    )
    if not two_people_needed(request.weighed_fen, approval_fen=approval_fen):
        _approve(request, person_id)
    return request


def find_request(key: str) -> RefundRequest | None:
    """The request that was made under this key."""
    return db.session.scalar(select(RefundRequest).where(RefundRequest.key == key))


def needs_another(payment_id: int, amount_fen: int) -> bool:
    """True when whoever asks for so much of a payment may not decide alone."""
    weighed_fen = amount_fen + _given_by_staff([payment_id])
    return two_people_needed(weighed_fen, approval_fen=house().refund_approval_fen)


def approve_request(request_id: int, person_id: int) -> None:
    """Agree, in the open unit of work; its lines become due. Agreeing twice changes nothing.

    Raises NotFound, AnotherPersonNeeded, RequestDecided.
    """
    request = _lock(request_id)
    if request.state == RequestState.APPROVED:
        return
    if request.state != RequestState.WAITING:
        raise RequestDecided
    if person_id == request.requested_by_id:
        raise AnotherPersonNeeded
    _approve(request, person_id)


def decline_request(request_id: int, person_id: int, reason: str) -> None:
    """Say no, or take one's own back, in the open unit of work. Raises NotFound, RequestDecided."""
    request = _lock(request_id)
    if request.state != RequestState.WAITING:
        raise RequestDecided
    request.state, request.decline_reason = RequestState.DECLINED, reason
    request.decided_by_id, request.decided_at = person_id, clock.now()
    audit.record("refund.decline", "refund_request", request.id, after={"state": "declined", "reason": reason})


def do_piece(row: Due) -> None:
    """Do the lines of one piece, each in a unit of work of its own; what was done before stays done."""
    request_id, _, piece = row.subject.partition(":")
    with unit_of_work(writes=False):
        waiting = list(
            db.session.scalars(
                select(RefundLine.id)
                .where(
                    RefundLine.request_id == int(request_id),
                    RefundLine.piece == int(piece),
                    RefundLine.done_at.is_(None),
                )
                .order_by(RefundLine.id)
            )
        )
    for line_id in waiting:
        try:
            with unit_of_work("refund.line"):
                _do(line_id)
        except DomainError as refusal:
            log.warning("refund.line_left_out", line_id=line_id, code=refusal.code)
            with unit_of_work("refund.line_left_out"):
                line = db.session.get_one(RefundLine, line_id, with_for_update=True)
                if line.done_at is None:
                    line.done_at, line.left_out = clock.now(), refusal.code


def _do(line_id: int) -> None:
    line = db.session.get_one(RefundLine, line_id, with_for_update=True, populate_existing=True)
    if line.done_at is not None:
        return
    request = db.session.get_one(RefundRequest, line.request_id)
    refund = approve_refund(line.payment_id, line.amount_fen, RefundReason(request.reason))
    line.refund_id, line.done_at = refund.id, clock.now()
    db.session.flush()
    currency = db.session.get_one(Payment, line.payment_id).currency
    bus.publish(
        StaffRefundApproved(
            refund_id=refund.id,
            payment_id=line.payment_id,
            order_id=line.order_id,
            amount_fen=refund.amount_fen,
            currency=currency,
            reason=refund.reason,
            by_hand=refund.state == RefundState.MANUAL_DUE,
            ends_order=request.ends_order,
        )
    )


def _approve(request: RefundRequest, person_id: int) -> None:
    request.state, request.decided_by_id, request.decided_at = RequestState.APPROVED, person_id, clock.now()
    db.session.flush()
    audit.record(
        "refund.approve",
        "refund_request",
        request.id,
        after={"state": "approved", "total_fen": request.total_fen, "alone": person_id == request.requested_by_id},
    )
    for piece in range((request.line_count - 1) // LINES_IN_A_PIECE + 1):
        due.declare(REFUND_PIECE, f"{request.id}:{piece}", clock.now())


def _lock(request_id: int) -> RefundRequest:
    found = db.session.get(RefundRequest, request_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def _refuse_more_than_is_left(line: Wanted) -> None:
    left_fen = left_of(db.session.get_one(Payment, line.payment_id))
    if line.amount_fen > left_fen:
        raise RefundTooLarge(left=price(left_fen))


def _given_by_staff(payment_ids: Sequence[int]) -> int:
    given = select(func.coalesce(func.sum(Refund.amount_fen), 0)).where(
        Refund.payment_id.in_(payment_ids), Refund.reason.in_(BY_STAFF), Refund.state.in_(OPEN_REFUNDS)
    )
    asked = (
        select(func.coalesce(func.sum(RefundLine.amount_fen), 0))
        .join(RefundRequest, RefundRequest.id == RefundLine.request_id)
        .where(
            RefundLine.payment_id.in_(payment_ids),
            RefundLine.done_at.is_(None),
            RefundRequest.state != RequestState.DECLINED,
        )
    )
    return int(db.session.scalar(given) or 0) + int(db.session.scalar(asked) or 0)
