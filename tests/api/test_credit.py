"""Credit through the API alone: paid with, given back, and taken back as money, once a key."""

from __future__ import annotations

from typing import Any

from cofu_adopt.adoptions.queries import find_own
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.verify import run_checks
from cofu_adopt.schedule import do_due_work
from tests.api.shop import REVIEW, Program, Shop
from tests.credit import turn_into_credit


def give(shop: Shop, me: Program, amount_fen: int) -> str:
    code = shop.paid(me)
    with unit_of_work(writes=False):
        order = find_own(code, me.person_id)
    turn_into_credit(order, amount_fen)
    return code


def test_pay_with_credit_and_take_the_rest_back(shop: Shop) -> None:
    me = shop.adopter()
    source = give(shop, me, 5000)
    credit = me.read("/me/credit")
    assert (credit["balance_fen"], credit["grants"][0]["order_code"]) == (5000, source)
    code = me.hold(shop.offer_id)["code"]
    assert me.put(f"/orders/{code}/review", REVIEW).status_code == 200
    opened: Any = me.post(f"/orders/{code}/payments", {"use_credit": True}).json
    assert opened["credit_fen"] == 5000
    assert me.read("/me/credit")["reserved_fen"] == 5000
    shop.pay_at(opened["url"])
    assert me.read(f"/orders/{code}/receipt")["credit_fen"] == 5000
    assert me.read(f"/orders/{code}/cancellation")["credit_fen"] == 5000
    assert me.post(f"/orders/{code}/cancellation", {"refund_fen": 14800}).status_code == 200
    credit = me.read("/me/credit")
    assert ([use["state"] for use in credit["uses"]], credit["balance_fen"]) == (["returned"], 5000)

    terms = {name: credit["refund"][name] for name in ("amount_fen", "by_hand_fen")}
    assert me.post("/me/credit/refund", terms | {"amount_fen": 4999}).json["code"] == "credit_changed"  # type: ignore[index]
    first = me.post("/me/credit/refund", terms, Idempotency_Key="take-it-back")
    again = me.post("/me/credit/refund", terms, Idempotency_Key="take-it-back")
    assert first.status_code == 200
    assert again.json == first.json
    do_due_work()
    assert [(one["amount_fen"], one["state"]) for one in me.read("/me/credit")["refunds"]] == [(5000, "succeeded")]
    assert {name: found for name, found in run_checks().items() if found} == {}


def test_credit_that_pays_all_pays_at_once_and_is_nobody_elses(shop: Shop) -> None:
    me, other = shop.adopter(), shop.adopter()
    give(shop, me, 19800)
    code = me.hold(shop.offer_id)["code"]
    me.put(f"/orders/{code}/review", REVIEW)
    assert other.read("/me/credit")["balance_fen"] == 0
    assert other.post("/me/credit/refund", {"amount_fen": 19800, "by_hand_fen": 0}).status_code == 409
    opened: Any = me.post(f"/orders/{code}/payments", {"use_credit": True}).json
    assert opened["order"]["state"] == "paid"
    assert opened["url"] == f"http://localhost/orders/{code}/return"
