"""What must hold between remedies, their orders, their deadlines and the books, as checks of `flask verify`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ScalarSelect, String, cast, exists, func, select

from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.core.db import db
from cofu_adopt.core.due import DueRow
from cofu_adopt.core.registry import check
from cofu_adopt.ledger.queries import balances_of
from cofu_adopt.payments.credit_models import CreditGrant, CreditUse, CreditUseState
from cofu_adopt.payments.disputed import taken_back
from cofu_adopt.payments.models import Payment, Refund
from cofu_adopt.remedies.causes import CAUSES
from cofu_adopt.remedies.choose import END_CHOICE
from cofu_adopt.remedies.models import Outcome, Remedy, RemedyState


@check("remedies: an order waits for a choice exactly while one open remedy is owed to it")
def owed_orders_have_a_remedy() -> Iterator[str]:
    """Nobody waits for nothing, and nothing is offered twice."""
    is_open = (Remedy.adoption_id == Adoption.id) & (Remedy.state == RemedyState.OPEN)
    rows = db.session.execute(
        select(Adoption.id, Adoption.state, func.count(Remedy.id))
        .outerjoin(Remedy, is_open)
        .where((Adoption.state == AdoptionState.OWED) | Remedy.id.is_not(None))
        .group_by(Adoption.id, Adoption.state)
        .order_by(Adoption.id)
    )
    for adoption_id, state, count in rows:
        if (state == AdoptionState.OWED) is not (count == 1):
            yield f"adoption {adoption_id} is {state} and has {count} open remedies"


@check("remedies: what is open is in the books as the order's money, and ends by the clock")
def open_remedies_are_backed() -> Iterator[str]:
    """The amount owed is what was paid, and no choice is forgotten."""
    books = balances_of("Prepaid")
    waiting = exists().where(DueRow.kind == END_CHOICE, DueRow.subject == cast(Remedy.id, String))
    rows = db.session.execute(
        select(Remedy.id, Remedy.adoption_id, Remedy.amount_fen, waiting.label("ends"))
        .where(Remedy.state == RemedyState.OPEN)
        .order_by(Remedy.id)
    )
    for remedy_id, adoption_id, amount_fen, ends in rows:
        found = books.get(str(adoption_id), 0)
        if found != -amount_fen:
            yield f"remedy {remedy_id} owes {amount_fen} fen, Prepaid:{adoption_id} stands at {found}"
        if not ends:
            yield f"remedy {remedy_id} is open for ever"


@check("remedies: credit that was chosen was given at once, with what credit had paid")
def chosen_credit_is_given() -> Iterator[str]:
    """The grant of the remedy and what came back of credit are the amount."""
    granted = select(func.coalesce(func.sum(CreditGrant.amount_fen), 0)).where(
        CreditGrant.source == "remedy:" + cast(Remedy.id, String)
    )
    rows = db.session.execute(
        select(Remedy.id, Remedy.state, Remedy.amount_fen, granted.scalar_subquery() + _again())
        .where(Remedy.outcome == Outcome.CREDIT)
        .order_by(Remedy.id)
    )
    for remedy_id, state, amount_fen, given_fen in rows:
        if state != RemedyState.DONE or given_fen != amount_fen:
            yield f"remedy {remedy_id} is {state}: credit was chosen, {given_fen} fen of {amount_fen} were given"


@check("remedies: money that was chosen is a refund, and is done when it has gone back")
def chosen_money_is_refunded() -> Iterator[str]:
    """A choice of money is never only a word."""
    rows = db.session.execute(
        select(Remedy, Adoption.state, _again())
        .join(Adoption, Adoption.id == Remedy.adoption_id)
        .where(Remedy.outcome == Outcome.MONEY)
        .order_by(Remedy.id)
    ).all()
    for remedy, state, credit_fen in rows:
        if taken_back(remedy.adoption_id):
            # The payer's bank gave it back; payments/dispute_checks.py holds that against the books.
            continue
        money_fen = remedy.amount_fen - credit_fen
        refund = select(Refund.id).join(Payment, Payment.id == Refund.payment_id)
        refund = refund.where(
            Payment.order_id == remedy.adoption_id,
            Refund.amount_fen == money_fen,
            Refund.reason == CAUSES[remedy.cause].refund_reason,
        )
        if db.session.scalar(refund.limit(1)) is None:
            yield f"remedy {remedy.id}: money was chosen, and no refund of {money_fen} fen was made"
        if (remedy.state == RemedyState.DONE) is not (state == AdoptionState.REFUNDED):
            yield f"remedy {remedy.id} is {remedy.state}, its order is {state}"


@check("remedies: a rope that was chosen was given at once")
def chosen_ropes_are_given() -> Iterator[str]:
    """Between choice and rope there is nothing that could get lost."""
    query = select(Remedy.id).where(Remedy.outcome == Outcome.ROPE, Remedy.state != RemedyState.DONE)
    for remedy_id in db.session.scalars(query):
        yield f"remedy {remedy_id}: a rope was chosen and not given"


def _again() -> ScalarSelect[int]:
    # What credit had paid of the remedy's order and is credit again.
    return (
        select(func.coalesce(func.sum(CreditUse.amount_fen), 0))
        .where(CreditUse.order_id == Remedy.adoption_id, CreditUse.state == CreditUseState.RETURNED)
        .scalar_subquery()
    )
