"""The sandbox's book of fees, disputes and payouts: what it holds for us, and every line of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import exists, select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.payments.dispute_models import SandboxDispute, SandboxLine, SandboxPayout
from cofu_adopt.payments.gateway import (
    DisputeState,
    GatewayDispute,
    GatewayPayout,
    Rejected,
    SettlementLine,
)
from cofu_adopt.payments.models import SandboxCheckout, SandboxRefund

FEE_BP = 220
DISPUTE_FEE_FEN = 1500
ANSWER_WITHIN = timedelta(days=7)
ENDS = ("won", "won_fee_back", "lost")
"""How the desk can end a dispute."""
UNDECIDED = ("open", "under_review")


def fee_of(amount_fen: Any) -> Any:
    """What the sandbox keeps, of a number or of a column: 2.2 %, half a fen rounded up."""
    return (amount_fen * FEE_BP + 5000) // 10000


def movements() -> list[SettlementLine]:
    """Everything that has moved the balance: paid out or not, in no order. Read from the book, always the same refs."""
    paid_out = set(db.session.scalars(select(SandboxLine.ref)))
    lines = [
        _line(f"txn_{row.ref}", "payment", row.ref, row.amount_fen, row.fee_fen or 0, row.currency, row.created_at)
        for row in db.session.scalars(select(SandboxCheckout).where(SandboxCheckout.state == "paid"))
    ]
    refunds = db.session.execute(select(SandboxRefund, SandboxCheckout.currency).join(SandboxCheckout))
    for refund, currency in refunds:
        was_told = f"txn_{refund.ref}" in paid_out
        if refund.state == "succeeded" or was_told:
            lines.append(
                _line(f"txn_{refund.ref}", "refund", refund.ref, -refund.amount_fen, 0, currency, refund.created_at)
            )
        if refund.state == "failed" and was_told:
            lines.append(
                _line(
                    f"txn_{refund.ref}_back",
                    "refund_failure",
                    refund.ref,
                    refund.amount_fen,
                    0,
                    currency,
                    refund.created_at,
                )
            )
    disputes = db.session.execute(select(SandboxDispute, SandboxCheckout.currency).join(SandboxCheckout))
    for one, currency in disputes:
        lines.append(
            _line(f"txn_{one.ref}", "dispute", one.ref, -one.amount_fen, DISPUTE_FEE_FEN, currency, one.opened_at)
        )
        if one.state == "won":
            fee_fen = one.fee_fen - DISPUTE_FEE_FEN
            lines.append(
                _line(
                    f"txn_{one.ref}_won", "dispute_reversal", one.ref, one.amount_fen, fee_fen, currency, one.opened_at
                )
            )
    return lines


def balance() -> int:
    """What the sandbox holds for us, in fen."""
    paid_out = db.session.scalars(select(SandboxPayout.amount_fen).where(SandboxPayout.state != "failed"))
    return sum(line.net_fen for line in movements()) - sum(paid_out)


def unpaid_fen() -> int:
    """What the next payout would be; a payment whose fee is not told yet waits for the one after."""
    return sum(line.net_fen for line in _payable())


def pay_out() -> str | None:
    """Send what can be sent to the bank, in the open unit of work; the payout's ref, or None when it is nothing."""
    lines = _payable()
    amount_fen = sum(line.net_fen for line in lines)
    if amount_fen <= 0:
        return None
    payout = SandboxPayout(
        ref=f"po_test_{uuid4().hex}",
        amount_fen=amount_fen,
        currency=lines[0].currency,
        state="paid",
        created_at=clock.now(),
    )
    db.session.add(payout)
    db.session.flush()
    db.session.add_all(
        SandboxLine(
            ref=line.ref,
            payout_ref=payout.ref,
            kind=line.kind,
            source_ref=line.source_ref,
            gross_fen=line.gross_fen,
            fee_fen=line.fee_fen,
            net_fen=line.net_fen,
            currency=line.currency,
            at=line.at,
        )
        for line in lines
    )
    return payout.ref


def list_payouts(since: datetime) -> list[GatewayPayout]:
    """The payouts since a moment, oldest first."""
    query = (
        select(SandboxPayout)
        .where(SandboxPayout.created_at >= since)
        .order_by(SandboxPayout.created_at, SandboxPayout.ref)
    )
    return [
        GatewayPayout(row.ref, row.amount_fen, row.currency, clock.day_of(row.created_at), row.state)
        for row in db.session.scalars(query)
    ]


def list_lines(payout_ref: str) -> list[SettlementLine]:
    """The lines of a payout. Raises Rejected when there is none."""
    if db.session.get(SandboxPayout, payout_ref) is None:
        raise Rejected(payout_ref)
    query = select(SandboxLine).where(SandboxLine.payout_ref == payout_ref).order_by(SandboxLine.ref)
    return [
        _line(row.ref, row.kind, row.source_ref, row.gross_fen, row.fee_fen, row.currency, row.at)
        for row in db.session.scalars(query)
    ]


def list_disputable() -> Sequence[SandboxCheckout]:
    """The newest card payments that nobody has disputed."""
    disputed = exists().where(SandboxDispute.checkout_ref == SandboxCheckout.ref)
    query = (
        select(SandboxCheckout)
        .where(SandboxCheckout.state == "paid", SandboxCheckout.wallet == "card", ~disputed)
        .order_by(SandboxCheckout.created_at.desc(), SandboxCheckout.ref.desc())
        .limit(20)
    )
    return db.session.scalars(query).all()


def list_disputes() -> Sequence[SandboxDispute]:
    """The newest disputes."""
    return db.session.scalars(
        select(SandboxDispute).order_by(SandboxDispute.opened_at.desc(), SandboxDispute.ref.desc()).limit(50)
    ).all()


def open_dispute(checkout_ref: str, *, reason: str = "product_not_received", amount_fen: int | None = None) -> str:
    """Let the payer of a paid checkout dispute it, in the open unit of work; the dispute's ref. Raises Rejected."""
    paid = db.session.get(SandboxCheckout, checkout_ref, with_for_update=True, populate_existing=True)
    if paid is None or paid.state != "paid" or is_disputed(checkout_ref):
        raise Rejected(checkout_ref)
    dispute = SandboxDispute(
        ref=f"dp_test_{uuid4().hex}",
        checkout_ref=checkout_ref,
        amount_fen=amount_fen or paid.amount_fen,
        fee_fen=DISPUTE_FEE_FEN,
        state="open",
        reason=reason,
        answer_until=clock.now() + ANSWER_WITHIN,
        opened_at=clock.now(),
    )
    db.session.add(dispute)
    return dispute.ref


def end_dispute(ref: str, end: str) -> bool:
    """Let the bank decide an open dispute as `end` (one of ENDS); False when it is decided already, or is none."""
    row = db.session.get(SandboxDispute, ref, with_for_update=True, populate_existing=True)
    if row is None or row.state not in UNDECIDED or end not in ENDS:
        return False
    row.state = "lost" if end == "lost" else "won"
    if end == "won_fee_back":
        row.fee_fen = 0
    return True


def read_dispute(ref: str) -> GatewayDispute:
    """The dispute as it stands. Raises Rejected."""
    row = db.session.get(SandboxDispute, ref)
    if row is None:
        raise Rejected(ref)
    return _dispute(row)


def take_evidence(key: str, ref: str, evidence: Mapping[str, str]) -> GatewayDispute:
    """Take the one answer to a dispute, or give what this key gave before. Raises Rejected."""
    row = db.session.get(SandboxDispute, ref, with_for_update=True, populate_existing=True)
    if row is None:
        raise Rejected(ref)
    if row.evidence_key != key:
        if row.state != "open" or row.answer_until <= clock.now():
            raise Rejected("answered or decided already, or too late")
        row.evidence_key, row.state = key, "under_review"
        row.evidence = json.dumps(dict(evidence), ensure_ascii=False)
    return _dispute(row)


def is_disputed(checkout_ref: str) -> bool:
    """True for a payment whose money is held, or was given back, by a dispute: it cannot be refunded."""
    return bool(
        db.session.scalar(
            select(exists().where(SandboxDispute.checkout_ref == checkout_ref, SandboxDispute.state != "won"))
        )
    )


def _payable() -> list[SettlementLine]:
    paid_out = set(db.session.scalars(select(SandboxLine.ref)))
    untold = set(db.session.scalars(select(SandboxCheckout.ref).where(SandboxCheckout.fee_fen.is_(None))))
    return [line for line in movements() if line.ref not in paid_out and line.source_ref not in untold]


def _dispute(row: SandboxDispute) -> GatewayDispute:
    currency = db.session.get_one(SandboxCheckout, row.checkout_ref).currency
    return GatewayDispute(
        ref=row.ref,
        payment_ref=row.checkout_ref,
        state=DisputeState(row.state),
        amount_fen=row.amount_fen,
        currency=currency,
        fee_fen=row.fee_fen,
        reason=row.reason,
        answer_until=row.answer_until,
        livemode=False,
    )


def _line(
    ref: str, kind: str, source_ref: str, gross_fen: int, fee_fen: int, currency: str, at: datetime
) -> SettlementLine:
    return SettlementLine(ref, kind, source_ref, gross_fen, fee_fen, gross_fen - fee_fen, currency, at)
