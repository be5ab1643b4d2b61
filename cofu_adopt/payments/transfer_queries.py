"""Reads of transfers: what the payer must know, and what finance sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select, update

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.payments.models import Payment
from cofu_adopt.payments.rules import LIVE_PAYMENTS
from cofu_adopt.payments.transfer_gateway import PROVIDER, find_transfer, received_fen
from cofu_adopt.payments.transfer_match import Counted, preview_match
from cofu_adopt.payments.transfer_models import BankLine, LineMatch, TransferRequest, TransferState
from cofu_adopt.payments.transfer_rules import read_refs

KEPT_IN_SIGHT = timedelta(days=14)
"""For how long what is done stays in finance's lists."""
MOST_CANDIDATES = 6


@dataclass(frozen=True, slots=True)
class Instructions:
    """What a payer needs to transfer."""

    ref: str
    amount_fen: int
    """All that was asked for."""
    missing_fen: int
    """What is to be transferred now."""
    received_fen: int
    holder: str
    bank: str
    number: str
    until: datetime
    said_sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class LastTransfer:
    """An order's newest payment, when it was a transfer."""

    payment_id: int
    ref: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A transfer as finance's list shows it."""

    ref: str
    order_id: int
    state: TransferState
    amount_fen: int
    received_fen: int
    created_at: datetime
    expires_at: datetime
    said_sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class LineRow:
    """A bank line and what has become of it."""

    line: BankLine
    match: LineMatch | None

    @property
    def state(self) -> str:
        """voided, returned, returning, counted or unknown."""
        if self.line.voided_at:
            return "voided"
        if self.line.returned_at:
            return "returned"
        if self.line.return_asked_at:
            return "returning"
        return "counted" if self.match else "unknown"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A transfer that a line may be meant for, and what counting it would do. `by_reference`: the remark names it."""

    transfer: TransferRow
    counted: Counted
    by_reference: bool


def hours_to_wait() -> int:
    """How long a transfer is waited for; 0 where the house takes none."""
    gateway = find_transfer()
    return round(gateway.wait.total_seconds() / 3600) if gateway else 0


def find_instructions(order_id: int) -> Instructions | None:
    """How to transfer for the order; None while it waits for no transfer."""
    gateway = find_transfer()
    row = db.session.scalar(
        select(TransferRequest)
        .join(Payment, Payment.key == TransferRequest.key)
        .where(Payment.order_id == order_id, Payment.state.in_(LIVE_PAYMENTS))
    )
    if gateway is None or row is None or row.state != TransferState.OPEN:
        return None
    received = received_fen(row.ref) - row.booked_fen
    return Instructions(
        ref=row.ref,
        amount_fen=row.amount_fen,
        missing_fen=row.amount_fen - received,
        received_fen=received,
        holder=gateway.holder,
        bank=gateway.bank,
        number=gateway.number,
        until=row.expires_at,
        said_sent_at=row.said_sent_at,
    )


def mark_sent(order_id: int) -> bool:
    """Keep that the payer of the order's open transfer says that it is on its way; False when there is none."""
    mine = select(Payment.key).where(Payment.order_id == order_id, Payment.state.in_(LIVE_PAYMENTS)).scalar_subquery()
    marked = db.session.execute(
        update(TransferRequest)
        .where(TransferRequest.key == mine, TransferRequest.state == TransferState.OPEN)
        .values(said_sent_at=func.coalesce(TransferRequest.said_sent_at, clock.now()))
        .execution_options(synchronize_session=False)
    )
    return bool(marked.rowcount)  # type: ignore[attr-defined]


def find_last(order_id: int) -> LastTransfer | None:
    """The order's newest payment, when it was a transfer; else None."""
    payment = db.session.scalar(
        select(Payment)
        .where(Payment.order_id == order_id, ~Payment.key.startswith("transfer-rest-", autoescape=True))
        .order_by(Payment.id.desc())
        .limit(1)
    )
    if payment is None or payment.provider != PROVIDER or payment.gateway_ref is None:
        return None
    return LastTransfer(payment.id, payment.gateway_ref, payment.amount_fen)


def list_transfers() -> list[TransferRow]:
    """The transfers that are waited for, soonest to end first, then those that ended lately."""
    lately = TransferRequest.created_at > clock.now() - KEPT_IN_SIGHT
    return _transfers((TransferRequest.state == TransferState.OPEN) | lately)


def page_transfers(
    state: TransferState | None, *, before: tuple[datetime, str] | None, limit: int
) -> list[TransferRow]:
    """Transfers of all time, or those in `state`, newest first; at most `limit`, begun `before` this one."""
    query = _select_transfers().order_by(TransferRequest.created_at.desc(), TransferRequest.ref.desc()).limit(limit)
    if state is not None:
        query = query.where(TransferRequest.state == state)
    if before is not None:
        at, ref = before
        same_moment = (TransferRequest.created_at == at) & (TransferRequest.ref < ref)
        query = query.where((TransferRequest.created_at < at) | same_moment)
    return _transfer_rows(query)


def list_lines() -> list[LineRow]:
    """The bank's lines that somebody must still look at, and the others of late; newest first."""
    lately = BankLine.recorded_at > clock.now() - KEPT_IN_SIGHT
    return _line_rows(_lines().where(_waits() | lately))


def page_lines(*, only_waiting: bool, before_id: int | None, limit: int) -> list[LineRow]:
    """All lines, or those that somebody must still look at, newest first; those before `before_id`, at most `limit`."""
    query = _lines().limit(limit)
    if only_waiting:
        query = query.where(_waits())
    return _line_rows(query if before_id is None else query.where(BankLine.id < before_id))


def get_line(line_id: int) -> LineRow:
    """One line. Raises NotFound."""
    found = db.session.execute(_lines().where(BankLine.id == line_id)).one_or_none()
    if found is None:
        raise NotFound
    line, match = found
    return LineRow(line, match)


def find_order(ref: str) -> int | None:
    """The order whose transfer has this reference."""
    return db.session.scalar(
        select(Payment.order_id)
        .join(TransferRequest, TransferRequest.key == Payment.key)
        .where(TransferRequest.ref == ref)
    )


def list_candidates(line: BankLine, *, wanted: str = "") -> list[Candidate]:
    """What the line may be meant for: those whose reference it, or `wanted`, names; else open ones of its amount."""
    refs = read_refs(f"{line.remark} {line.payer} {wanted}")
    found = _transfers(TransferRequest.ref.in_(refs)) if refs else []
    if not found:
        same = (TransferRequest.state == TransferState.OPEN) & (TransferRequest.amount_fen == line.amount_fen)
        return [_candidate(line, row, by_reference=False) for row in _transfers(same)[:MOST_CANDIDATES]]
    return [_candidate(line, row, by_reference=True) for row in found]


def _candidate(line: BankLine, row: TransferRow, *, by_reference: bool) -> Candidate:
    return Candidate(row, preview_match(line, db.session.get_one(TransferRequest, row.ref)), by_reference)


def _waits() -> ColumnElement[bool]:
    return LineMatch.id.is_(None) & BankLine.voided_at.is_(None) & BankLine.returned_at.is_(None)


def _line_rows(query: Select[BankLine, LineMatch]) -> list[LineRow]:
    return [LineRow(line, match) for line, match in db.session.execute(query.order_by(BankLine.id.desc()))]


def _lines() -> Select[BankLine, LineMatch]:
    counted = (LineMatch.line_id == BankLine.id) & LineMatch.undone_at.is_(None)
    return select(BankLine, LineMatch).outerjoin(LineMatch, counted)


def _transfers(condition: ColumnElement[bool]) -> list[TransferRow]:
    soonest = (TransferRequest.state != TransferState.OPEN, TransferRequest.expires_at, TransferRequest.ref)
    return _transfer_rows(_select_transfers().where(condition).order_by(*soonest))


def _select_transfers() -> Select[TransferRequest, int, int]:
    received = (
        select(func.coalesce(func.sum(BankLine.amount_fen), 0))
        .join(LineMatch, LineMatch.line_id == BankLine.id)
        .where(LineMatch.ref == TransferRequest.ref, LineMatch.undone_at.is_(None))
        .scalar_subquery()
    )
    return select(TransferRequest, Payment.order_id, received).join(Payment, Payment.key == TransferRequest.key)


def _transfer_rows(query: Select[TransferRequest, int, int]) -> list[TransferRow]:
    return [
        TransferRow(
            row.ref,
            order_id,
            TransferState(row.state),
            row.amount_fen,
            int(total),
            row.created_at,
            row.expires_at,
            row.said_sent_at,
        )
        for row, order_id, total in db.session.execute(query)
    ]
