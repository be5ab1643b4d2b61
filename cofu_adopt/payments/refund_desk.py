"""The desk's reads of refunds: lists by what they wait for, one refund with all its payments by hand, requests."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Select, func, select

from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.payments.models import Payment, Refund, RefundReason, RefundState
from cofu_adopt.payments.refund_account import AccountRow, find_account, row_of
from cofu_adopt.payments.refund_models import (
    RefundAccount,
    RefundLine,
    RefundRequest,
    RefundTransfer,
    RequestState,
    TransferState,
)


class Tab(StrEnum):
    """What a list of refunds holds."""

    BY_HAND = "by_hand"
    """To be paid by hand: waiting for an account, for two people, or for the bank."""
    FAILED = "failed"
    """The gateway could not; a person decides how it goes on."""
    ON_ITS_WAY = "on_its_way"
    """With the gateway."""
    ALL = "all"


OF_TAB = {
    Tab.BY_HAND: (RefundState.MANUAL_DUE, RefundState.RETURNED, RefundState.MANUAL_READY),
    Tab.FAILED: (RefundState.FAILED,),
    Tab.ON_ITS_WAY: (RefundState.APPROVED, RefundState.SENT),
    Tab.ALL: tuple(RefundState),
}


@dataclass(frozen=True, slots=True)
class DeskRefund:
    """A refund as the desk shows it."""

    id: int
    order_id: int
    payment_id: int
    state: RefundState
    amount_fen: int
    currency: str
    reason: RefundReason
    provider: str
    wallet: str | None
    refundable_until: datetime | None
    gateway_ref: str | None
    requested_at: datetime
    sent_at: datetime | None
    finished_at: datetime | None
    last_error: str | None
    replaces_id: int | None
    account: AccountRow | None
    is_proposed: bool


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A payment by hand."""

    id: int
    state: TransferState
    amount_fen: int
    to: str
    proposed_by_id: int
    proposed_at: datetime
    decided_by_id: int | None
    decided_at: datetime | None
    decline_reason: str | None
    paid_by_id: int | None
    recorded_at: datetime | None
    paid_on: date | None
    bank_account: str | None
    bank_reference: str | None
    note: str | None
    returned_by_id: int | None
    returned_at: datetime | None
    returned_on: date | None
    return_reason: str | None


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request with how far its lines are."""

    id: int
    state: RequestState
    reason: RefundReason
    note: str
    ends_order: bool
    total_fen: int
    weighed_fen: int
    approval_fen: int
    line_count: int
    requested_by_id: int
    requested_at: datetime
    decided_by_id: int | None
    decided_at: datetime | None
    decline_reason: str | None
    done_count: int
    left_out_count: int


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a request."""

    id: int
    order_id: int
    amount_fen: int
    refund_id: int | None
    left_out: str | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Payable:
    """A refund that two people agreed to pay: what a payout batch takes up. The account is read for a reason."""

    refund_id: int
    transfer_id: int
    person_id: int
    account_id: int
    amount_fen: int
    currency: str


def list_refunds(
    tab: Tab, *, order_id: int | None = None, before: int | None = None, limit: int = 50
) -> list[DeskRefund]:
    """The refunds of a tab, of one order where it is named: those that wait, the oldest first; all, the newest first.

    `before`: only what stands after the refund with this id.
    """
    query = _refunds().where(Refund.state.in_(OF_TAB[tab])).limit(limit)
    if order_id is not None:
        query = query.where(Payment.order_id == order_id)
    if before is not None:
        query = query.where(Refund.id < before if tab is Tab.ALL else Refund.id > before)
    return _rows(query.order_by(Refund.id.desc() if tab is Tab.ALL else Refund.id))


def count_refunds() -> dict[RefundState, tuple[int, int]]:
    """How many refunds there are in each state, and their sum."""
    rows = db.session.execute(select(Refund.state, func.count(), func.sum(Refund.amount_fen)).group_by(Refund.state))
    return {RefundState(state): (count, int(total)) for state, count, total in rows}


def get_refund(refund_id: int) -> DeskRefund:
    """One refund. Raises NotFound."""
    found = _rows(_refunds().where(Refund.id == refund_id))
    if not found:
        raise NotFound
    return found[0]


def find_replacement(refund_id: int) -> int | None:
    """The refund that took this one's place."""
    return db.session.scalar(select(Refund.id).where(Refund.replaces_id == refund_id))


def find_request_of(refund_id: int) -> int | None:
    """The request that this refund comes from; None for one by rule."""
    return db.session.scalar(select(RefundLine.request_id).where(RefundLine.refund_id == refund_id))


def list_transfers(refund_id: int) -> list[TransferRow]:
    """The payments by hand of a refund, oldest first."""
    rows = db.session.execute(
        select(RefundTransfer, RefundAccount.number_masked)
        .join(RefundAccount, RefundAccount.id == RefundTransfer.account_id)
        .where(RefundTransfer.refund_id == refund_id)
        .order_by(RefundTransfer.id)
    )
    return [
        TransferRow(
            id=row.id,
            state=TransferState(row.state),
            amount_fen=row.amount_fen,
            to=to,
            proposed_by_id=row.proposed_by_id,
            proposed_at=row.proposed_at,
            decided_by_id=row.decided_by_id,
            decided_at=row.decided_at,
            decline_reason=row.decline_reason,
            paid_by_id=row.paid_by_id,
            recorded_at=row.recorded_at,
            paid_on=row.paid_on,
            bank_account=row.bank_account,
            bank_reference=row.bank_reference,
            note=row.note,
            returned_by_id=row.returned_by_id,
            returned_at=row.returned_at,
            returned_on=row.returned_on,
            return_reason=row.return_reason,
        )
        for row, to in rows
    ]


def transfers_of(refund_ids: Collection[int]) -> dict[int, list[int]]:
    """The ids of the payments by hand of some refunds, by refund."""
    rows = db.session.execute(
        select(RefundTransfer.refund_id, RefundTransfer.id)
        .where(RefundTransfer.refund_id.in_(refund_ids))
        .order_by(RefundTransfer.id)
    )
    found: dict[int, list[int]] = {}
    for refund_id, transfer_id in rows:
        found.setdefault(refund_id, []).append(transfer_id)
    return found


def list_accounts(refund_id: int) -> list[AccountRow]:
    """The accounts that were given for a refund, oldest first."""
    query = select(RefundAccount).where(RefundAccount.refund_id == refund_id).order_by(RefundAccount.id)
    return [row_of(account) for account in db.session.scalars(query)]


def refund_of_transfer(transfer_id: int) -> int:
    """Which refund a payment by hand is of. Raises NotFound."""
    found = db.session.scalar(select(RefundTransfer.refund_id).where(RefundTransfer.id == transfer_id))
    if found is None:
        raise NotFound
    return found


def list_requests(
    state: RequestState | None = None, *, before: int | None = None, limit: int = 100
) -> list[RequestRow]:
    """Requests: those that wait, the oldest first; else the newest first.

    `before`: only what stands after the request with this id.
    """
    query = select(RefundRequest).limit(limit)
    if state is not None:
        query = query.where(RefundRequest.state == state)
    waits = state is RequestState.WAITING
    if before is not None:
        query = query.where(RefundRequest.id > before if waits else RefundRequest.id < before)
    return _requests(query.order_by(RefundRequest.id if waits else RefundRequest.id.desc()))


def count_waiting() -> tuple[int, int]:
    """How many requests wait for a decision, and their sum."""
    count, total = db.session.execute(
        select(func.count(), func.coalesce(func.sum(RefundRequest.total_fen), 0)).where(
            RefundRequest.state == RequestState.WAITING
        )
    ).one()
    return count, int(total)


def get_request(request_id: int) -> RequestRow:
    """One request. Raises NotFound."""
    found = _requests(select(RefundRequest).where(RefundRequest.id == request_id))
    if not found:
        raise NotFound
    return found[0]


def list_lines(request_id: int, *, after: int = 0, limit: int = 100) -> list[LineRow]:
    """The lines of a request, in order, after the line with the id `after`."""
    query = select(RefundLine).where(RefundLine.request_id == request_id, RefundLine.id > after)
    return [
        LineRow(row.id, row.order_id, row.amount_fen, row.refund_id, row.left_out, row.done_at)
        for row in db.session.scalars(query.order_by(RefundLine.id).limit(limit))
    ]


def list_payable() -> Iterator[Payable]:
    """What is agreed and not paid, oldest first."""
    rows = db.session.execute(
        select(RefundTransfer, RefundAccount.person_id, Payment.currency)
        .join(RefundAccount, RefundAccount.id == RefundTransfer.account_id)
        .join(Refund, Refund.id == RefundTransfer.refund_id)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(RefundTransfer.state == TransferState.APPROVED)
        .order_by(RefundTransfer.id)
    )
    for row, person_id, currency in rows:
        yield Payable(row.refund_id, row.id, person_id, row.account_id, row.amount_fen, currency)


def _refunds() -> Select[Refund, Payment]:
    return select(Refund, Payment).join(Payment, Payment.id == Refund.payment_id)


def _rows(query: Select[Refund, Payment]) -> list[DeskRefund]:
    found = list(db.session.execute(query))
    proposed = set(
        db.session.scalars(
            select(RefundTransfer.refund_id).where(
                RefundTransfer.refund_id.in_([refund.id for refund, _payment in found]),
                RefundTransfer.state == TransferState.PROPOSED,
            )
        )
    )
    by_hand = {*OF_TAB[Tab.BY_HAND], RefundState.PAID}
    return [
        DeskRefund(
            id=refund.id,
            order_id=payment.order_id,
            payment_id=payment.id,
            state=RefundState(refund.state),
            amount_fen=refund.amount_fen,
            currency=payment.currency,
            reason=RefundReason(refund.reason),
            provider=payment.provider,
            wallet=payment.wallet,
            refundable_until=payment.refundable_until,
            gateway_ref=refund.gateway_ref,
            requested_at=refund.requested_at,
            sent_at=refund.sent_at,
            finished_at=refund.finished_at,
            last_error=refund.last_error,
            replaces_id=refund.replaces_id,
            account=row_of(account) if refund.state in by_hand and (account := find_account(refund)) else None,
            is_proposed=refund.id in proposed,
        )
        for refund, payment in found
    ]


def _requests(query: Select[RefundRequest]) -> list[RequestRow]:
    found = list(db.session.scalars(query))
    counts = {
        request_id: (done, left_out)
        for request_id, done, left_out in db.session.execute(
            select(RefundLine.request_id, func.count(RefundLine.done_at), func.count(RefundLine.left_out))
            .where(RefundLine.request_id.in_([row.id for row in found]))
            .group_by(RefundLine.request_id)
        )
    }
    return [
        RequestRow(
            id=row.id,
            state=RequestState(row.state),
            reason=RefundReason(row.reason),
            note=row.note,
            ends_order=row.ends_order,
            total_fen=row.total_fen,
            weighed_fen=row.weighed_fen,
            approval_fen=row.approval_fen,
            line_count=row.line_count,
            requested_by_id=row.requested_by_id,
            requested_at=row.requested_at,
            decided_by_id=row.decided_by_id,
            decided_at=row.decided_at,
            decline_reason=row.decline_reason,
            done_count=counts[row.id][0],
            left_out_count=counts[row.id][1],
        )
        for row in found
    ]
