"""What must hold between ropes, orders, payments and the books, as checks of `flask verify`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import String, and_, cast, exists, func, select

from cofu_adopt.adoptions.models import LIVE_STATES, Adoption, AdoptionState
from cofu_adopt.adoptions.release import END_HOLD
from cofu_adopt.core.db import db
from cofu_adopt.core.due import DueRow
from cofu_adopt.core.registry import check
from cofu_adopt.farm.models import Rope
from cofu_adopt.ledger.queries import balance, balances_of
from cofu_adopt.payments.models import Payment, PaymentState, Refund, RefundState
from cofu_adopt.payments.queries import list_reviews
from cofu_adopt.payments.rules import BESIDE_ORDER
from cofu_adopt.payments.transfer_gateway import PROVIDER


@check("adoptions: a rope has at most one live adoption a season, and both name each other")
def ropes_and_adoptions_agree() -> Iterator[str]:
    """Nobody's rope is somebody else's."""
    rows = db.session.execute(
        select(Adoption.plot_id, Adoption.rope_number, Adoption.season, func.count())
        .where(Adoption.state.in_(LIVE_STATES))
        .group_by(Adoption.plot_id, Adoption.rope_number, Adoption.season)
        .having(func.count() > 1)
    )
    for plot_id, number, season, count in rows:
        yield f"plot {plot_id} rope {number} season {season}: {count} live adoptions"
    same_rope = and_(Rope.plot_id == Adoption.plot_id, Rope.number == Adoption.rope_number)
    astray = db.session.scalars(
        select(Adoption.id)
        .join(Rope, same_rope)
        .where(Adoption.state.in_(LIVE_STATES), Rope.live_adoption_id.is_distinct_from(Adoption.id))
    )
    for adoption_id in astray:
        yield f"adoption {adoption_id} is live, but its rope does not say so"
    idle = db.session.execute(
        select(Rope.plot_id, Rope.number)
        .outerjoin(Adoption, and_(Adoption.id == Rope.live_adoption_id, same_rope, Adoption.state.in_(LIVE_STATES)))
        .where(Rope.live_adoption_id.is_not(None), Adoption.id.is_(None))
    )
    for plot_id, number in idle:
        yield f"plot {plot_id} rope {number} is kept for nobody"


@check("adoptions: every hold has its end on the clock's list")
def holds_end() -> Iterator[str]:
    """No hold is forgotten."""
    waiting = exists().where(DueRow.kind == END_HOLD, DueRow.subject == cast(Adoption.id, String))
    for adoption_id in db.session.scalars(select(Adoption.id).where(Adoption.state == AdoptionState.HELD, ~waiting)):
        yield f"adoption {adoption_id} is held for ever"


@check("adoptions: a paid order has its money in the books, an unpaid one has none")
def orders_agree_with_books() -> Iterator[str]:
    """Prepaid:<order> is minus the price while the order is paid, and zero when it is closed or was never paid."""
    books = balances_of("Prepaid")
    rows = db.session.execute(select(Adoption.id, Adoption.state, Adoption.price_fen).order_by(Adoption.id))
    for adoption_id, state, price_fen in rows:
        expected = -price_fen if state in {AdoptionState.PAID, AdoptionState.HARVESTED} else 0
        found = books.pop(str(adoption_id), 0)
        if found != expected:
            yield f"adoption {adoption_id} ({state}): Prepaid stands at {found} fen, not {expected}"
    for rest, found in books.items():
        if found:
            yield f"Prepaid:{rest} stands at {found} fen for no order"


@check("payments: every succeeded payment is in the books, and nothing else is")
def payments_agree_with_books() -> Iterator[str]:
    """Gateway = captured - gone back."""
    # A transfer has no gateway's account: payments/transfer_checks.py holds it against the bank's lines.
    providers = db.session.scalars(select(Payment.provider).where(Payment.provider != PROVIDER).distinct())
    for provider in providers:
        taken = db.session.scalar(
            select(func.coalesce(func.sum(Payment.amount_fen), 0)).where(
                Payment.provider == provider, Payment.state == PaymentState.SUCCEEDED
            )
        )
        given = db.session.scalar(
            select(func.coalesce(func.sum(Refund.amount_fen), 0))
            .join(Payment, Payment.id == Refund.payment_id)
            .where(Payment.provider == provider, Refund.state == RefundState.SUCCEEDED)
        )
        expected, found = (taken or 0) - (given or 0), balance(f"Gateway:{provider}")
        if found != expected:
            yield f"Gateway:{provider} stands at {found} fen, not {expected}"


@check("payments: what is owed back stands in RefundDue until it has gone back")
def refunds_agree_with_books() -> Iterator[str]:
    """RefundDue:<refund> is minus the amount while it is owed."""
    books = balances_of("RefundDue")
    for refund_id, state, amount_fen in db.session.execute(
        select(Refund.id, Refund.state, Refund.amount_fen).order_by(Refund.id)
    ):
        expected = 0 if state == RefundState.SUCCEEDED else -amount_fen
        found = books.pop(str(refund_id), 0)
        if found != expected:
            yield f"refund {refund_id} ({state}): RefundDue stands at {found} fen, not {expected}"
    for rest, found in books.items():
        if found:
            yield f"RefundDue:{rest} stands at {found} fen for no refund"


@check("adoptions: an order says that its money has gone back when it has, and only then")
def refunded_orders_are_refunded() -> Iterator[str]:
    """`refunded` is never said too early, `cancelled` never too long."""
    back = exists().where(
        Payment.order_id == Adoption.id,
        Refund.payment_id == Payment.id,
        Refund.reason.not_in(BESIDE_ORDER),
        Refund.state == RefundState.SUCCEEDED,
    )
    rows = db.session.execute(
        select(Adoption.id, Adoption.state)
        .where(
            (Adoption.state == AdoptionState.REFUNDED) & ~back | (Adoption.state == AdoptionState.CANCELLED) & back,
        )
        .order_by(Adoption.id)
    )
    for adoption_id, state in rows:
        yield f"adoption {adoption_id} is {state}, but its refund stands otherwise"


@check("payments: the money of each payment in review has been looked at by a person")
def none_in_review() -> Iterator[str]:
    """The gateway holds money that is not in the books until `flask payments end-review`."""
    for payment in list_reviews():
        yield f"payment {payment.id} of order {payment.order_id}: {payment.review_reason}"


@check("payments: the refunds of a payment are not more than it")
def refunds_fit() -> Iterator[str]:
    """Nobody gets back more than was paid."""
    rows = db.session.execute(
        select(Payment.id, Payment.amount_fen, func.sum(Refund.amount_fen))
        .join(Refund, Refund.payment_id == Payment.id)
        .where(Refund.state != RefundState.FAILED)
        .group_by(Payment.id, Payment.amount_fen)
        .having(func.sum(Refund.amount_fen) > Payment.amount_fen)
    )
    for payment_id, paid, given in rows:
        yield f"payment {payment_id}: {given} fen of {paid} given back"
