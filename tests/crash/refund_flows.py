"""Refunds by two people, as flows that may die on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core import clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.payments.models import Payment, Refund, RefundReason
from cofu_adopt.payments.refund_models import RefundTransfer
from cofu_adopt.payments.refund_request import Wanted, approve_request, ask_refund
from cofu_adopt.payments.refund_transfer import approve_transfer, propose_transfer

if TYPE_CHECKING:
    from tests.crash.flow import Flow

ACCOUNT = {"kind": "bank_card", "holder": "王小海", "number": "6222021001112223331", "bank": "工商银行"}


def refund_by_two(flow: Flow) -> None:
    """A part is given back to two orders by two people; of a third the money has gone meanwhile: it is left out."""
    codes = [flow.another() for _ in range(2)]
    codes.append(flow.another())
    maker, checker = flow.staff(Role.FINANCE_MAKER), flow.staff(Role.FINANCE_CHECKER)
    lines = []
    with unit_of_work(writes=False):
        for code in codes:
            order_id = db.session.scalars(select(Adoption.id).where(Adoption.code == code)).one()
            payment_id = db.session.scalars(select(Payment.id).where(Payment.order_id == order_id)).one()
            lines.append(Wanted(order_id, payment_id, 15000))
    with unit_of_work():
        made = ask_refund(
            lines, key="the-form", reason=RefundReason.GOODWILL, note="台风", ends_order=False, person_id=maker
        )
    flow.code = codes[-1]
    flow.cancel()
    with unit_of_work():
        approve_request(made.id, checker)


def refund_by_hand(flow: Flow) -> None:
    """The wallet's window is over: the adopter gives an account, two people agree, it is paid and forgotten."""
    flow.hold()
    flow.pay("pay")
    with unit_of_work():
        db.session.execute(update(Payment).values(refundable_until=Payment.opened_at))
    flow.cancel()
    maker, checker = flow.staff(Role.FINANCE_MAKER), flow.staff(Role.FINANCE_CHECKER)
    with unit_of_work(writes=False):
        refund = db.session.scalars(select(Refund)).one()
        transfer = db.session.scalar(select(RefundTransfer))
    flow.fresh()
    if transfer is None:
        flow.post(f"/orders/{flow.code}/refunds/{refund.id}/account", **ACCOUNT)
        with unit_of_work():
            transfer = propose_transfer(refund.id, maker)
    if transfer.state in {"proposed", "approved"}:
        with unit_of_work():
            approve_transfer(transfer.id, checker)
        evidence = {"bank_account": "main", "bank_reference": "ICBC-1", "paid_on": clock.today().isoformat()}
        flow.staff_browser(maker).post(f"/desk/refunds/transfers/{transfer.id}/paid", data=evidence)
    flow.tick(days=91)
