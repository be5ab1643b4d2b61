"""Pay a refund by hand: one person proposes, another approves, then it is paid, with the bank's line as evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from cofu_adopt.core import audit, bus, clock, due
from cofu_adopt.core.db import db, map_constraint
from cofu_adopt.core.errors import NotFound
from cofu_adopt.events import RefundAgreed, RefundPaidByHand, RefundReturned
from cofu_adopt.payments import fee
from cofu_adopt.payments.errors import AccountMissing, AnotherPersonNeeded, ReferenceUsed, RefundMoved
from cofu_adopt.payments.house_rules import house
from cofu_adopt.payments.models import Payment, Refund, RefundState
from cofu_adopt.payments.refund import lock_refund
from cofu_adopt.payments.refund_account import ERASE_ACCOUNT, find_account
from cofu_adopt.payments.refund_models import RefundAccount, RefundTransfer, TransferState
from cofu_adopt.payments.refund_rules import OWED_BY_HAND, step

map_constraint("ck_refund_transfer_two_people", AnotherPersonNeeded)
map_constraint("ck_refund_transfer_evidence", AnotherPersonNeeded)
map_constraint("ck_refund_request_two_people", AnotherPersonNeeded)
map_constraint("uq_refund_transfer_one_live", RefundMoved)
map_constraint("uq_refund_transfer_bank_account_bank_reference", ReferenceUsed)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that money left the bank: whose line it is, on which day."""

    bank_account: str
    bank_reference: str
    paid_on: date
    note: str


def propose_transfer(refund_id: int, person_id: int) -> RefundTransfer:
    """Propose to pay the refund to the account that its adopter gave, in the open unit of work.

    Proposing again gives the same proposal. Raises NotFound, RefundMoved, AccountMissing.
    """
    refund, _payment = lock_refund(refund_id)
    if RefundState(refund.state) not in OWED_BY_HAND:
        raise RefundMoved
    proposed = _live(refund_id)
    if proposed is not None:
        return proposed
    account = find_account(refund)
    if account is None:
        raise AccountMissing
    transfer = RefundTransfer(
        refund_id=refund_id,
        account_id=account.id,
        amount_fen=refund.amount_fen,
        state=TransferState.PROPOSED,
        proposed_by_id=person_id,
        proposed_at=clock.now(),
    )
    db.session.add(transfer)
    db.session.flush()
    audit.record(
        "refund.propose", "refund", refund_id, after={"transfer": transfer.id, "number": account.number_masked}
    )
    return transfer


def approve_transfer(transfer_id: int, person_id: int) -> None:
    """Agree to a proposal, in the open unit of work: the money is a payable now. Agreeing twice changes nothing.

    Raises NotFound, AnotherPersonNeeded, RefundMoved.
    """
    transfer, refund, payment = _lock(transfer_id)
    if transfer.state == TransferState.APPROVED:
        return
    if transfer.state != TransferState.PROPOSED:
        raise RefundMoved
    if person_id == transfer.proposed_by_id:
        raise AnotherPersonNeeded
    was_returned = refund.state == RefundState.RETURNED
    transfer.state, transfer.decided_by_id, transfer.decided_at = TransferState.APPROVED, person_id, clock.now()
    refund.state = step(RefundState(refund.state), RefundState.MANUAL_READY)
    db.session.flush()
    audit.record("refund.approve_transfer", "refund", refund.id, after={"transfer": transfer.id, "state": refund.state})
    if not was_returned:
        # After a return it is a payable already.
        bus.publish(
            RefundAgreed(
                refund_id=refund.id,
                payment_id=payment.id,
                order_id=payment.order_id,
                person_id=_account(transfer).person_id,
                amount_fen=refund.amount_fen,
                currency=payment.currency,
            )
        )
        fee.weigh_fee(payment)


def decline_transfer(transfer_id: int, person_id: int, reason: str) -> None:
    """Say no to a proposal, or take one's own back, in the open unit of work. Raises NotFound, RefundMoved."""
    transfer, refund, _payment = _lock(transfer_id)
    if transfer.state != TransferState.PROPOSED:
        raise RefundMoved
    transfer.state, transfer.decline_reason = TransferState.DECLINED, reason
    transfer.decided_by_id, transfer.decided_at = person_id, clock.now()
    audit.record("refund.decline_transfer", "refund", refund.id, after={"transfer": transfer.id, "reason": reason})


def record_paid(transfer_id: int, person_id: int, evidence: Evidence) -> None:
    """The bank has been told to pay, and its line is the evidence; in the open unit of work.

    Recording the same again changes nothing. Raises NotFound, RefundMoved, AnotherPersonNeeded, ReferenceUsed.
    """
    transfer, refund, payment = _lock(transfer_id)
    if transfer.state == TransferState.PAID and transfer.bank_reference == evidence.bank_reference:
        return
    if transfer.state != TransferState.APPROVED:
        raise RefundMoved
    if person_id == transfer.decided_by_id:
        raise AnotherPersonNeeded
    transfer.state, transfer.paid_by_id, transfer.recorded_at = TransferState.PAID, person_id, clock.now()
    transfer.bank_account, transfer.bank_reference = evidence.bank_account, evidence.bank_reference
    transfer.paid_on, transfer.note = evidence.paid_on, evidence.note or None
    refund.state, refund.finished_at = step(RefundState(refund.state), RefundState.PAID), clock.now()
    db.session.flush()
    due.declare(ERASE_ACCOUNT, refund.id, clock.now() + timedelta(days=house().refund_account_days))
    audit.record(
        "refund.paid",
        "refund",
        refund.id,
        after={
            "transfer": transfer.id,
            "bank_account": evidence.bank_account,
            "bank_reference": evidence.bank_reference,
            "paid_on": evidence.paid_on.isoformat(),
            "note": evidence.note or None,
        },
    )
    account = _account(transfer)
    bus.publish(
        RefundPaidByHand(
            refund_id=refund.id,
            transfer_id=transfer.id,
            order_id=payment.order_id,
            person_id=account.person_id,
            amount_fen=refund.amount_fen,
            currency=payment.currency,
            bank_account=evidence.bank_account,
            paid_on=evidence.paid_on,
            to=account.number_masked,
        )
    )


def record_returned(transfer_id: int, person_id: int, *, reason: str, returned_on: date) -> None:
    """The bank sent the money back: it is owed again, and the adopter is asked for her account again.

    In the open unit of work. Recording it twice changes nothing. Raises NotFound, RefundMoved.
    """
    transfer, refund, payment = _lock(transfer_id)
    if transfer.state == TransferState.RETURNED:
        return
    if transfer.state != TransferState.PAID:
        raise RefundMoved
    transfer.state, transfer.return_reason = TransferState.RETURNED, reason
    transfer.returned_by_id, transfer.returned_at, transfer.returned_on = person_id, clock.now(), returned_on
    refund.state, refund.finished_at = step(RefundState(refund.state), RefundState.RETURNED), None
    db.session.flush()
    due.withdraw(ERASE_ACCOUNT, refund.id)
    audit.record(
        "refund.returned",
        "refund",
        refund.id,
        after={"transfer": transfer.id, "returned_on": returned_on.isoformat(), "reason": reason},
    )
    bus.publish(
        RefundReturned(
            refund_id=refund.id,
            transfer_id=transfer.id,
            order_id=payment.order_id,
            person_id=_account(transfer).person_id,
            amount_fen=refund.amount_fen,
            currency=payment.currency,
            bank_account=str(transfer.bank_account),
            returned_on=returned_on,
        )
    )


def _lock(transfer_id: int) -> tuple[RefundTransfer, Refund, Payment]:
    refund_id = db.session.scalar(select(RefundTransfer.refund_id).where(RefundTransfer.id == transfer_id))
    if refund_id is None:
        raise NotFound
    refund, payment = lock_refund(refund_id)
    return db.session.get_one(RefundTransfer, transfer_id, populate_existing=True), refund, payment


def _live(refund_id: int) -> RefundTransfer | None:
    return db.session.scalar(
        select(RefundTransfer).where(
            RefundTransfer.refund_id == refund_id, RefundTransfer.state == TransferState.PROPOSED
        )
    )


def _account(transfer: RefundTransfer) -> RefundAccount:
    return db.session.get_one(RefundAccount, transfer.account_id)
