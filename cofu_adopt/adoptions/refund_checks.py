"""What must hold of refunds: their states, their postings, their orders, and who decided; checks of `flask verify`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import exists, func, select

from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.core.db import db
from cofu_adopt.core.registry import check
from cofu_adopt.ledger.queries import balances_of
from cofu_adopt.payments.credit_models import CreditUse, CreditUseState
from cofu_adopt.payments.models import Payment, Refund, RefundState
from cofu_adopt.payments.refund_models import RefundAccount, RefundLine, RefundRequest, RefundTransfer, TransferState
from cofu_adopt.payments.refund_rules import ENDED, IN_PAYABLE, IN_REFUND_DUE
from cofu_adopt.payments.rules import BESIDE_ORDER

OF_STATE = {
    RefundState.MANUAL_READY: TransferState.APPROVED,
    RefundState.PAID: TransferState.PAID,
    RefundState.RETURNED: TransferState.RETURNED,
}
"""How the newest payment by hand that was not declined stands, by the refund's state."""


@check("payments: what is owed back stands in RefundDue until it has gone back")
def refunds_agree_with_books() -> Iterator[str]:
    """RefundDue:<refund> is minus the amount while it is owed and not yet to be paid by hand."""
    books = balances_of("RefundDue")
    for refund_id, state, amount_fen in db.session.execute(
        select(Refund.id, Refund.state, Refund.amount_fen).order_by(Refund.id)
    ):
        expected = -amount_fen if state in IN_REFUND_DUE else 0
        found = books.pop(str(refund_id), 0)
        if found != expected:
            yield f"refund {refund_id} ({state}): RefundDue stands at {found} fen, not {expected}"
    for rest, found in books.items():
        if found:
            yield f"RefundDue:{rest} stands at {found} fen for no refund"


@check("payments: what two people agreed to pay by hand stands in Payable until the bank has paid it")
def payables_agree_with_books() -> Iterator[str]:
    """Payable:adopter:<person> is minus the sum of her refunds that are agreed or came back."""
    newest = (
        select(func.max(RefundAccount.id))
        .where(RefundAccount.refund_id == Refund.id)
        .correlate(Refund)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(RefundAccount.person_id, func.sum(Refund.amount_fen))
        .join(Refund, (Refund.id == RefundAccount.refund_id) & (RefundAccount.id == newest))
        .where(Refund.state.in_(IN_PAYABLE))
        .group_by(RefundAccount.person_id)
    )
    expected = {f"adopter:{person_id}": -int(total) for person_id, total in rows}
    found = {key: total for key, total in balances_of("Payable").items() if key.startswith("adopter:")}
    for key in sorted(expected.keys() | found.keys()):
        if found.get(key, 0) != expected.get(key, 0):
            yield f"Payable:{key} stands at {found.get(key, 0)} fen, not {expected.get(key, 0)}"


@check("payments: the bank has paid what was paid by hand and not returned")
def bank_agrees_with_transfers() -> Iterator[str]:
    """No payment by hand without its entry, and no such entry without its payment."""
    rows = db.session.execute(
        select(RefundTransfer.bank_account, func.sum(RefundTransfer.amount_fen))
        .where(RefundTransfer.state == TransferState.PAID)
        .group_by(RefundTransfer.bank_account)
    )
    expected = {str(account): -int(total) for account, total in rows}
    books = balances_of("Bank", source="refund_transfer")
    for account in sorted(expected.keys() | books.keys()):
        if books.get(account, 0) != expected.get(account, 0):
            yield f"Bank:{account} stands at {books.get(account, 0)} fen, not {expected.get(account, 0)}"


@check("payments: a refund by hand is as far as its payment by hand")
def transfers_agree_with_refunds() -> Iterator[str]:
    """Agreed, paid or returned on both sides, for the same amount."""
    newest = (
        select(func.max(RefundTransfer.id))
        .where(
            RefundTransfer.refund_id == Refund.id,
            RefundTransfer.state.not_in((TransferState.PROPOSED, TransferState.DECLINED)),
        )
        .correlate(Refund)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Refund.id, Refund.state, Refund.amount_fen, RefundTransfer.state, RefundTransfer.amount_fen)
        .outerjoin(RefundTransfer, RefundTransfer.id == newest)
        .where((RefundTransfer.id.is_not(None)) | Refund.state.in_(OF_STATE))
        .order_by(Refund.id)
    )
    for refund_id, state, amount_fen, transfer_state, transfer_fen in rows:
        if OF_STATE.get(state) != transfer_state or amount_fen != transfer_fen:
            yield f"refund {refund_id} ({state}, {amount_fen} fen): its payment is {transfer_state}, {transfer_fen} fen"


@check("payments: a replaced refund and the one that took its place are of one payment and amount")
def replacements_hold() -> Iterator[str]:
    """Never two alive for one debt, never none."""
    new = select(Refund).where(Refund.replaces_id.is_not(None)).subquery()
    rows = db.session.execute(
        select(Refund.id, Refund.state, new.c.id)
        .outerjoin(new, new.c.replaces_id == Refund.id)
        .where(
            (Refund.state == RefundState.REPLACED) & new.c.id.is_(None)
            | new.c.id.is_not(None)
            & (
                (Refund.state != RefundState.REPLACED)
                | (new.c.amount_fen != Refund.amount_fen)
                | (new.c.payment_id != Refund.payment_id)
            )
        )
    )
    for refund_id, state, new_id in rows:
        yield f"refund {refund_id} ({state}): replaced by {new_id}"


@check("payments: a request's lines add up, and each is one refund of its amount or left out")
def requests_hold() -> Iterator[str]:
    """What was agreed is what is done."""
    rows = db.session.execute(
        select(RefundRequest.id, RefundRequest.total_fen, func.sum(RefundLine.amount_fen))
        .outerjoin(RefundLine, RefundLine.request_id == RefundRequest.id)
        .group_by(RefundRequest.id, RefundRequest.total_fen)
        .having(func.coalesce(func.sum(RefundLine.amount_fen), 0) != RefundRequest.total_fen)
    )
    for request_id, total_fen, found in rows:
        yield f"refund request {request_id}: {found} fen in lines, not {total_fen}"
    astray = db.session.scalars(
        select(RefundLine.id)
        .outerjoin(Refund, Refund.id == RefundLine.refund_id)
        .where(
            RefundLine.refund_id.is_not(None)
            & ((Refund.amount_fen != RefundLine.amount_fen) | (Refund.payment_id != RefundLine.payment_id))
            | RefundLine.done_at.is_not(None) & RefundLine.refund_id.is_(None) & RefundLine.left_out.is_(None)
        )
    )
    for line_id in astray:
        yield f"refund line {line_id} is not what was agreed"


@check("adoptions: an order says that its money has gone back when all of it has, and only then")
def refunded_orders_are_refunded() -> Iterator[str]:
    """`refunded` is never said too early, `cancelled` never too long."""
    own = (
        Payment.order_id == Adoption.id,
        Refund.payment_id == Payment.id,
        Refund.reason.not_in(BESIDE_ORDER),
        Refund.state != RefundState.REPLACED,
    )
    # What credit had paid alone is credit again at once.
    back = exists().where(*own, Refund.state.in_(ENDED)) | exists().where(
        CreditUse.order_id == Adoption.id,
        CreditUse.state == CreditUseState.RETURNED,
        CreditUse.amount_fen == Adoption.price_fen,
    )
    owed = exists().where(*own, Refund.state.not_in(ENDED))
    over = Adoption.state.in_((AdoptionState.CANCELLED, AdoptionState.LOST))
    rows = db.session.execute(
        select(Adoption.id, Adoption.state)
        .where((Adoption.state == AdoptionState.REFUNDED) & (~back | owed) | over & back & ~owed)
        .order_by(Adoption.id)
    )
    for adoption_id, state in rows:
        yield f"adoption {adoption_id} is {state}, but its refunds stand otherwise"


@check("payments: the refunds of a payment are not more than it")
def refunds_fit() -> Iterator[str]:
    """Nobody gets back more than was paid."""
    rows = db.session.execute(
        select(Payment.id, Payment.amount_fen, func.sum(Refund.amount_fen))
        .join(Refund, Refund.payment_id == Payment.id)
        .where(Refund.state.not_in((RefundState.REPLACED, RefundState.BY_DISPUTE)))
        .group_by(Payment.id, Payment.amount_fen)
        .having(func.sum(Refund.amount_fen) > Payment.amount_fen)
    )
    for payment_id, paid, given in rows:
        yield f"payment {payment_id}: {given} fen of {paid} given back"
