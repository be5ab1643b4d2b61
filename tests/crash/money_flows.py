"""Flows of disputes and payouts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.payments import sandbox_book
from cofu_adopt.payments.answer_dispute import decide_answer
from cofu_adopt.payments.dispute_models import Dispute, SandboxDispute, SandboxPayout
from cofu_adopt.payments.errors import DisputeNotOpen
from cofu_adopt.payments.models import Payment, SandboxCheckout
from cofu_adopt.payments.sandbox_pages import tell_webhook

if TYPE_CHECKING:
    from tests.crash.flow import Flow


def dispute_answered_and_won(flow: Flow) -> None:
    """A card payment is disputed; staff answer, and the bank decides for us."""
    ref = _disputed(flow)
    answer(flow, "绳在海里")
    flow.tick(seconds=1)
    # A bank takes days: whoever died while holding the answer has lost it to another worker by then.
    flow.tick(hours=1)
    _bank_decides(ref, "won_fee_back")


def dispute_answer_refused(flow: Flow) -> None:
    """The gateway does not take our answer, as it comes too late; the bank decides for the payer."""
    ref = _disputed(flow)
    with unit_of_work():
        db.session.execute(update(SandboxDispute).values(answer_until=clock.now()))
    answer(flow, "晚了")
    flow.tick(seconds=1)
    _bank_decides(ref, "lost")


def dispute_nobody_tells(flow: Flow) -> None:
    """Neither of the payment nor of its dispute is anything told; the clock asks after it a day later."""
    flow.hold()
    flow.pay("lost", comes_back=False, wallet="card")
    ref = _disputed(flow, told=False)
    flow.get(f"/orders/{flow.code}/return")
    tell_webhook("charge.dispute.created", "dispute", ref)
    _bank_decides(ref, "lost", told=False)
    flow.tick(days=1)


def dispute_comes_before_the_payment(flow: Flow) -> None:
    """The first word of the payment is that it is disputed; the second, that it is nobody's."""
    flow.hold()
    flow.pay("lost", comes_back=False, wallet="card")
    ref = _disputed(flow)
    tell_webhook("charge.dispute.created", "dispute", "dp_nobodys")
    _bank_decides(ref, "won")


def dispute_found_later(flow: Flow) -> None:
    """A dispute is nobody's when it is told; an hour later we know its payment."""
    flow.hold()
    flow.pay("pay", wallet="card")
    _know_of_payment(known=False)
    ref = _disputed(flow)
    _know_of_payment(known=True)
    flow.tick(hours=1)
    _bank_decides(ref, "won")


def paid_out(flow: Flow) -> None:
    """Paid, and the gateway sends it to the bank."""
    flow.hold()
    flow.pay("pay")
    with unit_of_work():
        ref = db.session.scalar(select(SandboxPayout.ref)) or sandbox_book.pay_out() or ""
    tell_webhook("payout.paid", "payout", ref)


def answer(flow: Flow, note: str) -> None:
    """Staff decide what the bank is told, unless they have."""
    with unit_of_work(writes=False):
        dispute_id = db.session.scalars(select(Dispute.id)).one()
    try:
        with unit_of_work("dispute.decide_answer"):
            decide_answer(dispute_id, note)
    except DisputeNotOpen:
        return


def _disputed(flow: Flow, *, told: bool = True) -> str:
    if not flow.code:
        flow.hold()
        flow.pay("pay", wallet="card")
    with unit_of_work():
        checkout = db.session.scalars(select(SandboxCheckout.ref)).one()
        ref = db.session.scalar(select(SandboxDispute.ref)) or sandbox_book.open_dispute(checkout)
    if told:
        tell_webhook("charge.dispute.created", "dispute", ref)
    return ref


def _know_of_payment(*, known: bool) -> None:
    with unit_of_work():
        db.session.execute(update(Payment).values(livemode=not known))


def _bank_decides(ref: str, end: str, *, told: bool = True) -> None:
    with unit_of_work():
        sandbox_book.end_dispute(ref, end)
    if told:
        tell_webhook("charge.dispute.closed", "dispute", ref)
