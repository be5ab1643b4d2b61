"""Payouts with their lines, and the lines that do not fit what we know: listed, never fixed by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import case, func, select

from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.payments.dispute_models import Dispute, GatewayPayoutRow, SettlementRow
from cofu_adopt.payments.models import Payment, Refund

PAYMENTS = ("payment", "charge")
REFUNDS = ("refund",)
REFUNDS_BACK = ("refund_failure",)
DISPUTES = ("dispute",)
DISPUTES_BACK = ("dispute_reversal",)
"""What a line is about, in the words of SettlementLine.kind. Any other kind is an exception."""
MOST = 200


class Misfit(StrEnum):
    """Why a line or a payout is an exception."""

    UNKNOWN = "unknown"
    """It names nothing that we know, or says no kind that we know."""
    AMOUNT = "amount"
    """We know it with another amount or currency."""
    FEE = "fee"
    """We know it with another fee."""
    SUM = "sum"
    """Gross less fee is not net, or the lines do not add up to the payout."""


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """One payout, and what its lines add up to: gross, fees, and net. None while they are not there."""

    id: int
    provider: str
    gateway_ref: str
    amount_fen: int
    currency: str
    arrives_on: date
    state: str
    seen_at: datetime
    line_count: int
    gross_fen: int | None
    fee_fen: int | None
    lines_fen: int | None


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a payout, what it is about, and why it does not fit, if it does not."""

    id: int
    payout_id: int
    gateway_ref: str
    kind: str
    source_ref: str | None
    gross_fen: int
    fee_fen: int
    net_fen: int
    at: datetime
    order_id: int | None
    expected_fen: int | None
    misfit: Misfit | None


def list_payouts(*, before: int | None = None, limit: int = MOST) -> list[PayoutRow]:
    """The payouts, newest first: the newest, or those older than the id `before`."""
    query = _payouts().order_by(GatewayPayoutRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(GatewayPayoutRow.id < before)
    return [_payout(row) for row in db.session.execute(query)]


def get_payout(payout_id: int) -> PayoutRow:
    """One payout. Raises NotFound."""
    row = db.session.execute(_payouts().where(GatewayPayoutRow.id == payout_id)).one_or_none()
    if row is None:
        raise NotFound
    return _payout(row)


def list_lines(payout_id: int, *, after: int = 0, limit: int = MOST) -> list[LineRow]:
    """The lines of a payout in the order in which the gateway told them: the first, or those after the id `after`."""
    query = _lines().where(SettlementRow.payout_id == payout_id, SettlementRow.id > after)
    return [_line(row) for row in db.session.execute(query.order_by(SettlementRow.id).limit(limit))]


def list_misfits(*, limit: int = MOST) -> list[LineRow]:
    """The lines that are exceptions, oldest first. They leave the list when what they name becomes known."""
    lines = _lines()
    query = lines.where(lines.selected_columns.misfit.is_not(None)).order_by(SettlementRow.id).limit(limit)
    return [_line(row) for row in db.session.execute(query)]


def list_unsound_payouts(*, limit: int = MOST) -> list[PayoutRow]:
    """The payouts that are not the sum of their lines, oldest first."""
    query = (
        _payouts()
        .having(
            GatewayPayoutRow.lines_at.is_not(None)
            & (func.coalesce(func.sum(SettlementRow.net_fen), 0) != GatewayPayoutRow.amount_fen)
        )
        .order_by(GatewayPayoutRow.id)
        .limit(limit)
    )
    return [_payout(row) for row in db.session.execute(query)]


def _payouts() -> Any:
    return (
        select(
            GatewayPayoutRow.id,
            GatewayPayoutRow.provider,
            GatewayPayoutRow.gateway_ref,
            GatewayPayoutRow.amount_fen,
            GatewayPayoutRow.currency,
            GatewayPayoutRow.arrives_on,
            GatewayPayoutRow.state,
            GatewayPayoutRow.seen_at,
            func.count(SettlementRow.id),
            func.sum(SettlementRow.gross_fen),
            func.sum(SettlementRow.fee_fen),
            func.sum(SettlementRow.net_fen),
        )
        .outerjoin(SettlementRow, SettlementRow.payout_id == GatewayPayoutRow.id)
        .group_by(GatewayPayoutRow.id)
    )


def _payout(row: Any) -> PayoutRow:
    # PostgreSQL sums 64-bit numbers as decimals.
    *told, gross, fee, net = row
    return PayoutRow(*told, *(None if one is None else int(one) for one in (gross, fee, net)))


def _lines() -> Any:
    line = SettlementRow
    known = case(
        (line.kind.in_(PAYMENTS), Payment.amount_fen),
        (line.kind.in_(REFUNDS), -Refund.amount_fen),
        (line.kind.in_(REFUNDS_BACK), Refund.amount_fen),
        (line.kind.in_(DISPUTES), -Dispute.amount_fen),
        (line.kind.in_(DISPUTES_BACK), Dispute.amount_fen),
    )
    misfit = case(
        (known.is_(None), Misfit.UNKNOWN),
        ((known != line.gross_fen) | (Payment.currency != line.currency), Misfit.AMOUNT),
        (line.kind.in_(PAYMENTS) & (Payment.fee_fen != line.fee_fen), Misfit.FEE),
        (line.gross_fen - line.fee_fen != line.net_fen, Misfit.SUM),
    )
    by_ref = (
        line.kind.in_(PAYMENTS)
        & (Payment.provider == line.provider)
        & ((Payment.payment_ref == line.source_ref) | (Payment.gateway_ref == line.source_ref))
    )
    return (
        select(
            line.id,
            line.payout_id,
            line.gateway_ref,
            line.kind,
            line.source_ref,
            line.gross_fen,
            line.fee_fen,
            line.net_fen,
            line.at,
            Payment.order_id,
            known.label("expected_fen"),
            misfit.label("misfit"),
        )
        .outerjoin(Refund, line.kind.in_(REFUNDS + REFUNDS_BACK) & (Refund.gateway_ref == line.source_ref))
        .outerjoin(
            Dispute,
            line.kind.in_(DISPUTES + DISPUTES_BACK)
            & (Dispute.provider == line.provider)
            & (Dispute.gateway_ref == line.source_ref),
        )
        .outerjoin(Payment, by_ref | (Payment.id == func.coalesce(Refund.payment_id, Dispute.payment_id)))
    )


def _line(row: Any) -> LineRow:
    values = row._asdict()
    return LineRow(**values | {"misfit": Misfit(row.misfit) if row.misfit else None})
