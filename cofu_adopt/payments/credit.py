"""Reads of credit: what a person has, where each part came from, what it has paid."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.selectable import ScalarSelect

from cofu_adopt.core.db import db
from cofu_adopt.payments.credit_models import CreditGrant, CreditUse, CreditUseState
from cofu_adopt.payments.models import Payment, Refund, RefundReason, RefundState

PIECE = 500


@dataclass(frozen=True, slots=True)
class GrantRow:
    """Credit that was given, and what is left of it. `order_id`: the order whose money it had been.

    `covered_fen`: what a lost dispute took of it, as the payer has that money.
    """

    id: int
    order_id: int
    amount_fen: int
    left_fen: int
    covered_fen: int
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
    order_id: int
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
        return {row.order_id for rows in (self.grants, self.uses, self.refunds) for row in rows}


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
    hers = select(CreditGrant.payment_id).where(CreditGrant.person_id == person_id)
    # One that was tried again is told as the one that took its place.
    backs = db.session.execute(
        select(Refund, Payment.order_id)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(
            Refund.payment_id.in_(hers),
            Refund.reason == RefundReason.CREDIT_TO_MONEY,
            Refund.state != RefundState.REPLACED,
        )
        .order_by(Refund.id.desc())
    )
    return Credit(
        balance_fen=sum(grant.left_fen for grant, _order_id in grants),
        reserved_fen=sum(use.amount_fen for use in uses if use.state is CreditUseState.RESERVED),
        grants=[
            GrantRow(grant.id, order_id, grant.amount_fen, grant.left_fen, grant.covered_fen, grant.granted_at)
            for grant, order_id in grants
        ],
        uses=uses[::-1],
        refunds=[
            BackRow(row.id, order_id, row.amount_fen, RefundState(row.state), row.requested_at, row.finished_at)
            for row, order_id in backs
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


def spent_on_each(order_ids: Collection[int]) -> dict[int, int]:
    """The same of many orders, where credit has paid something."""
    found: dict[int, int] = {}
    ids = sorted(order_ids)
    for start in range(0, len(ids), PIECE):
        query = select(CreditUse.order_id, CreditUse.amount_fen).where(
            CreditUse.order_id.in_(ids[start : start + PIECE]), CreditUse.state == CreditUseState.SPENT
        )
        found.update((row.order_id, row.amount_fen) for row in db.session.execute(query))
    return found


def given_for(order_id: int) -> int:
    """What of the order's money became credit."""
    query = select(func.coalesce(func.sum(CreditGrant.amount_fen), 0)).join(
        Payment, Payment.id == CreditGrant.payment_id
    )
    return int(db.session.scalar(query.where(Payment.order_id == order_id)) or 0)


def granted_of(payment_id: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """What of a payment became credit, as a column beside others."""
    return (
        select(func.coalesce(func.sum(CreditGrant.amount_fen), 0))
        .where(CreditGrant.payment_id == payment_id)
        .scalar_subquery()
    )


def returned_of(order_id: int) -> int:
    """What credit had paid of the order and is credit again."""
    return _amount(order_id, CreditUseState.RETURNED)


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
