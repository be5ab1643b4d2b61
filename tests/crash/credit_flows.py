"""Flows of credit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.payments.refund_credit import preview_refund
from tests.crash.forms import REVIEW
from tests.credit import turn_into_credit

if TYPE_CHECKING:
    from tests.crash.flow import Flow


def pay_partly_with_credit(flow: Flow) -> None:
    """An older order's money becomes credit, pays a part of the next, and goes back as money when that is given up."""
    old = flow.post("/adopt", offer_id=str(flow.offer_id), request_key="the-older-page").headers["Location"]
    flow.code = old.split("/")[2]
    flow.pay("pay")
    with unit_of_work(writes=False):
        order = db.session.scalars(select(Adoption).where(Adoption.code == flow.code)).one()
    if order.state == AdoptionState.PAID:
        turn_into_credit(order, 5000)
    flow.hold()
    url = flow.post(f"/orders/{flow.code}/review", **REVIEW, use_credit="1").headers["Location"]
    if "/sandbox/checkout/" in url:
        flow.post(url, outcome="pay", wallet="wechat_pay")
    flow.get(f"/orders/{flow.code}/return")
    flow.cancel()
    with unit_of_work(writes=False):
        agreed = preview_refund(order.person_id).fingerprint
    flow.post("/me/credit/refund", agreed=agreed)
