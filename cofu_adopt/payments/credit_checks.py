"""What must hold between grants, uses and refunds of credit and the books, as checks of `flask verify`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from cofu_adopt.core.db import db
from cofu_adopt.core.registry import check
from cofu_adopt.ledger.queries import balances_of
from cofu_adopt.payments.credit_models import CreditGrant, CreditRefund, CreditUse, CreditUsePart, CreditUseState
from cofu_adopt.payments.models import Payment, Refund, RefundReason
from cofu_adopt.payments.rules import OPEN_REFUNDS

LIVE = (CreditUseState.RESERVED, CreditUseState.SPENT)


@check("credit: what is left and what is set aside for orders is what the books owe each person")
def people_agree_with_books() -> Iterator[str]:
    """Credit:<person> is minus both together."""
    expected: dict[int, int] = {
        person_id: int(left)
        for person_id, left in db.session.execute(
            select(CreditGrant.person_id, func.sum(CreditGrant.left_fen)).group_by(CreditGrant.person_id)
        )
    }
    reserved = db.session.execute(
        select(CreditUse.person_id, func.sum(CreditUse.amount_fen))
        .where(CreditUse.state == CreditUseState.RESERVED)
        .group_by(CreditUse.person_id)
    )
    for person_id, amount_fen in reserved:
        expected[person_id] = expected.get(person_id, 0) + int(amount_fen)
    books = balances_of("Credit")
    for person_id, amount_fen in sorted(expected.items()):
        found = books.pop(str(person_id), 0)
        if found != -amount_fen:
            yield f"person {person_id}: Credit stands at {found} fen, not {-amount_fen}"
    for rest, found in books.items():
        if found:
            yield f"Credit:{rest} stands at {found} fen for no grant"


@check("credit: each grant has left what its uses and refunds have not taken")
def grants_add_up() -> Iterator[str]:
    """Amount = left + live uses + refunds + what lost disputes took."""
    used = (
        select(CreditUsePart.grant_id, func.sum(CreditUsePart.amount_fen).label("amount_fen"))
        .join(CreditUse, CreditUse.id == CreditUsePart.use_id)
        .where(CreditUse.state.in_(LIVE))
        .group_by(CreditUsePart.grant_id)
        .subquery()
    )
    back = (
        select(CreditRefund.grant_id, func.sum(CreditRefund.amount_fen).label("amount_fen"))
        .group_by(CreditRefund.grant_id)
        .subquery()
    )
    gone = func.coalesce(used.c.amount_fen, 0) + func.coalesce(back.c.amount_fen, 0) + CreditGrant.covered_fen
    rows = db.session.execute(
        select(CreditGrant.id, CreditGrant.amount_fen, CreditGrant.left_fen, gone)
        .outerjoin(used, used.c.grant_id == CreditGrant.id)
        .outerjoin(back, back.c.grant_id == CreditGrant.id)
        .where(CreditGrant.amount_fen != CreditGrant.left_fen + gone)
        .order_by(CreditGrant.id)
    )
    for grant_id, amount_fen, left_fen, gone_fen in rows:
        yield f"credit {grant_id}: {amount_fen} fen given, {left_fen} left, {gone_fen} used"


@check("credit: each use and each refund of credit is made up of its parts")
def parts_add_up() -> Iterator[str]:
    """A use is the sum of what it took; a refund of credit is what it took from one grant, of that grant's payment.

    One that took a failed one's place owes what that one took.
    """
    rows = db.session.execute(
        select(CreditUse.id, CreditUse.amount_fen, func.coalesce(func.sum(CreditUsePart.amount_fen), 0))
        .outerjoin(CreditUsePart, CreditUsePart.use_id == CreditUse.id)
        .group_by(CreditUse.id, CreditUse.amount_fen)
        .having(func.coalesce(func.sum(CreditUsePart.amount_fen), 0) != CreditUse.amount_fen)
    )
    for use_id, amount_fen, parts_fen in rows:
        yield f"use {use_id} of {amount_fen} fen: its parts are {parts_fen}"
    astray = db.session.scalars(
        select(Refund.id)
        .outerjoin(CreditRefund, CreditRefund.refund_id == Refund.id)
        .outerjoin(CreditGrant, CreditGrant.id == CreditRefund.grant_id)
        .where(
            (Refund.reason == RefundReason.CREDIT_TO_MONEY) & Refund.replaces_id.is_(None)
            | CreditRefund.refund_id.is_not(None),
            (Refund.reason != RefundReason.CREDIT_TO_MONEY)
            | Refund.amount_fen.is_distinct_from(CreditRefund.amount_fen)
            | Refund.payment_id.is_distinct_from(CreditGrant.payment_id),
        )
    )
    for refund_id in astray:
        yield f"refund {refund_id} does not fit the credit that it gives back"


@check("credit: a payment is given back once, as money or as credit")
def payments_are_given_once() -> Iterator[str]:
    """Refunds that are none of credit, and the credit given, are not more than the payment."""
    given = (
        select(CreditGrant.payment_id, func.sum(CreditGrant.amount_fen).label("amount_fen"))
        .group_by(CreditGrant.payment_id)
        .subquery()
    )
    back = (
        select(Refund.payment_id, func.sum(Refund.amount_fen).label("amount_fen"))
        .where(Refund.reason != RefundReason.CREDIT_TO_MONEY, Refund.state.in_(OPEN_REFUNDS))
        .group_by(Refund.payment_id)
        .subquery()
    )
    total = given.c.amount_fen + func.coalesce(back.c.amount_fen, 0)
    rows = db.session.execute(
        select(Payment.id, Payment.amount_fen, total)
        .join(given, given.c.payment_id == Payment.id)
        .outerjoin(back, back.c.payment_id == Payment.id)
        .where(total > Payment.amount_fen)
    )
    for payment_id, paid_fen, given_fen in rows:
        yield f"payment {payment_id}: {given_fen} fen of {paid_fen} given back"
