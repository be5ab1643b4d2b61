"""What must hold between the bank's lines, the transfers and the books, as checks of `flask verify`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, func, select

from cofu_adopt.core.db import db
from cofu_adopt.core.registry import check
from cofu_adopt.ledger.entries_of import entries_of
from cofu_adopt.ledger.queries import balance
from cofu_adopt.payments.models import Payment, PaymentState
from cofu_adopt.payments.transfer_gateway import PROVIDER
from cofu_adopt.payments.transfer_models import BankLine, LineMatch, TransferRequest, TransferState
from cofu_adopt.payments.transfer_record import SUSPENSE


@check("transfers: each bank line stands in the books as it was written down, voided or sent back")
def lines_are_in_books() -> Iterator[str]:
    """bankline:<id>:recorded, :voided and :returned, with the line's own amount, and no others."""
    lines = list(db.session.scalars(select(BankLine).order_by(BankLine.id)))
    accounts = {f"Bank:{line.account}" for line in lines}
    booked = {
        entry.source: sum(amount for code, amount in entry.lines if code in accounts)
        for entry in entries_of([SUSPENSE])
        if entry.source.startswith("bankline:")
    }
    for line in lines:
        expected = {"recorded": line.amount_fen}
        if line.voided_at:
            expected["voided"] = -line.amount_fen
        if line.returned_at:
            expected["returned"] = -line.amount_fen
        for step, amount_fen in expected.items():
            found = booked.pop(f"bankline:{line.id}:{step}", 0)
            if found != amount_fen:
                yield f"bank line {line.id} {step}: {found} fen in the books, not {amount_fen}"
    for source, amount_fen in booked.items():
        yield f"{source}: {amount_fen} fen in the books for no line"


@check("transfers: what stands in suspense is what of the bank's lines is no payment and was not sent back")
def suspense_is_explained() -> Iterator[str]:
    """Lines = suspense + payments + sent back."""
    came = db.session.scalar(
        select(func.coalesce(func.sum(BankLine.amount_fen), 0)).where(
            BankLine.voided_at.is_(None), BankLine.returned_at.is_(None)
        )
    )
    paid = db.session.scalar(
        select(func.coalesce(func.sum(Payment.amount_fen), 0)).where(
            Payment.provider == PROVIDER, Payment.state == PaymentState.SUCCEEDED
        )
    )
    expected, found = (paid or 0) - (came or 0), balance(SUSPENSE)
    if found != expected:
        yield f"{SUSPENSE} stands at {found} fen, not {expected}"


@check("transfers: a paid transfer has its money, and nothing of a closed one is kept unbooked")
def transfers_agree_with_lines() -> Iterator[str]:
    """Never paid for less."""
    rows = db.session.execute(
        select(TransferRequest, func.coalesce(func.sum(BankLine.amount_fen), 0))
        .outerjoin(LineMatch, and_(LineMatch.ref == TransferRequest.ref, LineMatch.undone_at.is_(None)))
        .outerjoin(BankLine, BankLine.id == LineMatch.line_id)
        .group_by(TransferRequest.ref)
        .order_by(TransferRequest.ref)
    )
    for request, total in rows:
        if request.state == TransferState.PAID and not total == request.booked_fen >= request.amount_fen:
            yield f"{request.ref} is paid: {total} fen have come, {request.booked_fen} are payments"
        elif request.state == TransferState.OPEN and (request.booked_fen or total >= request.amount_fen):
            yield f"{request.ref} is open: {total} fen have come, {request.booked_fen} are payments"


@check("transfers: no line is counted that was voided or sent back")
def counted_lines_are_there() -> Iterator[str]:
    """One line, one use."""
    gone = BankLine.voided_at.is_not(None) | BankLine.return_asked_at.is_not(None)
    for line_id in db.session.scalars(
        select(BankLine.id).join(LineMatch, LineMatch.line_id == BankLine.id).where(LineMatch.undone_at.is_(None), gone)
    ):
        yield f"bank line {line_id} is counted although it is gone"
