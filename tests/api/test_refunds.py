"""A program reads where a refund stands, and says where to pay one by hand."""

from __future__ import annotations

import re

from sqlalchemy import select, update

from cofu_adopt.adoptions.schemas import ACCOUNT_EXAMPLE
from cofu_adopt.core import outbox
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.identity.models import Person
from cofu_adopt.notify.dev_inbox import list_kept
from cofu_adopt.notify.senders import SENDERS
from cofu_adopt.payments.models import Payment
from tests.api.shop import Shop


def test_state_expected_day_and_account(shop: Shop) -> None:
    adopter = shop.adopter()
    code = shop.paid(adopter)
    with unit_of_work():
        db.session.execute(update(Payment).values(refundable_until=Payment.opened_at))
        phone = db.session.scalars(select(Person.phone).where(Person.id == adopter.person_id)).one()
    assert adopter.post(f"/orders/{code}/cancellation", {"refund_fen": 19800}).status_code == 200
    [refund] = adopter.read(f"/orders/{code}/refunds")["items"]
    assert (refund["state"], refund["progress"], refund["expected_on"]) == ("manual_due", "account_needed", None)
    where = f"/orders/{code}/refunds/{refund['id']}/account"
    wrong = adopter.put(where, ACCOUNT_EXAMPLE)
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["sms_code"])  # type: ignore[index]
    shop.visitor().post("/sign-in/codes", {"phone": phone})
    outbox.deliver(SENDERS)
    with unit_of_work(writes=False):
        found = re.search(r"\d{6}", list_kept()[0].text)
    assert found is not None
    given = adopter.put(where, ACCOUNT_EXAMPLE | {"sms_code": found[0]})
    assert given.status_code == 200, given.text
    assert given.json["progress"] == "to_be_paid"  # type: ignore[index]
    assert given.json["account_masked"] == "622****3331"  # type: ignore[index]
    assert given.json["expected_on"] is not None  # type: ignore[index]
