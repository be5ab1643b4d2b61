"""Flows of money that came too late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm.models import Plot
from cofu_adopt.identity.people import find_or_make_by_phone
from cofu_adopt.payments import sandbox_gateway, sandbox_pages
from cofu_adopt.payments.models import Payment
from tests.crash.forms import REVIEW

if TYPE_CHECKING:
    from tests.crash.flow import Flow


def pay_too_late(flow: Flow) -> None:
    """The money comes when the rope is somebody else's: something is owed."""
    flow.hold()
    flow.post(f"/orders/{flow.code}/review", **REVIEW)
    with unit_of_work(writes=False):
        order = db.session.scalars(select(Adoption).where(Adoption.code == flow.code)).one()
    if order.state not in {"held", "expired"}:
        return
    if order.state == "held":
        flow.tick(minutes=16)
        # Again, as a worker that died keeps its claim for a while.
        flow.tick(minutes=3)
    _take_from(flow, order)
    with unit_of_work(writes=False):
        payments = select(Payment).where(Payment.order_id == order.id).order_by(Payment.id)
        ref = next(str(payment.gateway_ref) for payment in db.session.scalars(payments))
    with unit_of_work():
        sandbox_gateway.move(ref, ("expired",), "paid", wallet="wechat_pay")
    sandbox_pages.tell_webhook("checkout.session.completed", "checkout.session", ref)


def _take_from(flow: Flow, order: Adoption) -> None:
    """Somebody else adopts the order's rope and pays, unless it has been done."""
    client = flow.app.test_client()
    with unit_of_work():
        other = find_or_make_by_phone("13900004321").id
        plot_code = db.session.get_one(Plot, order.plot_id).code
    with client.session_transaction() as session:
        session["person_id"], session["epoch"] = other, 1
    taken = client.post(
        "/adopt",
        data={
            "offer_id": str(flow.offer_id), "request_key": "the-other-page", "plot": plot_code,
            "rope": str(order.rope_number),
        },
    )  # fmt: skip
    code = taken.headers["Location"].split("/")[2]
    url = client.post(f"/orders/{code}/review", data=REVIEW).headers["Location"]
    if "/sandbox/checkout/" in url:
        client.post(url, data={"outcome": "pay", "wallet": "alipay"})


def choose_rope(flow: Flow) -> None:
    """Paid too late, and another rope taken."""
    pay_too_late(flow)
    flow.post(f"/orders/{flow.code}/remedy", outcome="rope")


def choose_credit(flow: Flow) -> None:
    """Paid too late, and the money kept as credit."""
    pay_too_late(flow)
    flow.post(f"/orders/{flow.code}/remedy", outcome="credit")


def choose_nothing(flow: Flow) -> None:
    """Paid too late, and nothing chosen in time: the money goes back."""
    pay_too_late(flow)
    flow.tick(hours=25)
