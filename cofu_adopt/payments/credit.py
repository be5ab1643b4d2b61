"""Reads of credit: what a person has, where each part came from, what it has paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from cofu_adopt.core.db import db
from cofu_adopt.payments.credit_models import CreditGrant, CreditRefund, CreditUse, CreditUseState
from cofu_adopt.payments.models import Payment, Refund, RefundState


@dataclass(frozen=True, slots=True)
class GrantRow:
    """Credit that was given, and what is left of it. `order_id`: the order whose money it had been."""

    id: int
    order_id: int
    amount_fen: int
    left_fen: int
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class UseRow:
    """Credit for an order."""

    id: int
    order_id: int
    state: CreditUseState
    amount_fen: int
    reserved_at: datetime
    spent_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class BackRow:
    """Credit that became money again."""

    refund_id: int
    amount_fen: int
    state: RefundState
    requested_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Credit:
    """A person's credit, newest first."""

    balance_fen: int
    """To be spent or taken back now."""
    reserved_fen: int
    """Set aside for orders that are being paid."""
    grants: Sequence[GrantRow]
    uses: Sequence[UseRow]
    refunds: Sequence[BackRow]

    @property
    def order_ids(self) -> set[int]:
        """The orders that it came from and that it was used for."""
        return {row.order_id for row in self.grants} | {row.order_id for row in self.uses}


def balance_of(person_id: int, currency: str | None = None) -> int:
    """What of the person's credit is neither set aside nor used up."""
    query = select(func.coalesce(func.sum(CreditGrant.left_fen), 0)).where(CreditGrant.person_id == person_id)
    if currency is not None:
        query = query.where(CreditGrant.currency == currency)
    return int(db.session.scalar(query) or 0)


def credit_of(person_id: int) -> Credit:
    """All of the person's credit, its past included."""
    grants = db.session.execute(
        select(CreditGrant, Payment.order_id)
        .join(Payment, Payment.id == CreditGrant.payment_id)
        .where(CreditGrant.person_id == person_id)
        .order_by(CreditGrant.id.desc())
    ).all()
    uses = list_uses(CreditUse.person_id == person_id)
    backs = db.session.scalars(
        select(Refund)
        .join(CreditRefund, CreditRefund.refund_id == Refund.id)
        .join(CreditGrant, CreditGrant.id == CreditRefund.grant_id)
        .where(CreditGrant.person_id == person_id)
        .order_by(Refund.id.desc())
    )
    return Credit(
        balance_fen=sum(grant.left_fen for grant, _order_id in grants),
        reserved_fen=sum(use.amount_fen for use in uses if use.state is CreditUseState.RESERVED),
        grants=[
            GrantRow(grant.id, order_id, grant.amount_fen, grant.left_fen, grant.granted_at)
            for grant, order_id in grants
        ],
        uses=uses[::-1],
        refunds=[
            BackRow(row.id, row.amount_fen, RefundState(row.state), row.requested_at, row.finished_at) for row in backs
        ],
    )


def uses_of_order(order_id: int) -> list[UseRow]:
    """Each use of credit for the order, oldest first."""
    return list_uses(CreditUse.order_id == order_id)


def reserved_for(order_id: int) -> int:
    """What is set aside for the order."""
    return _amount(order_id, CreditUseState.RESERVED)


def spent_on(order_id: int) -> int:
    """What credit has paid of the order and did not come back."""
    return _amount(order_id, CreditUseState.SPENT)


def list_uses(condition: object) -> list[UseRow]:
    """The uses of credit that fit a condition on CreditUse, oldest first."""
    rows = db.session.scalars(select(CreditUse).where(condition).order_by(CreditUse.id))  # type: ignore[arg-type]
    return [
        UseRow(
            row.id,
            row.order_id,
            CreditUseState(row.state),
            row.amount_fen,
            row.reserved_at,
            row.spent_at,
            row.ended_at,
        )
        for row in rows
    ]


def _amount(order_id: int, state: CreditUseState) -> int:
    query = select(CreditUse.amount_fen).where(CreditUse.order_id == order_id, CreditUse.state == state)
    return db.session.scalar(query) or 0
