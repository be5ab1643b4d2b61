"""A request sent twice has one effect and one answer."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from cofu_adopt.adoptions import api
from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.adoptions.pay import start_payment
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.idempotency import KEEP, IdempotencyKey, forget_old_keys
from cofu_adopt.identity.models import ApiToken
from cofu_adopt.payments.models import Payment, Refund
from tests.api.shop import REVIEW, Program, Shop

KEY = "the-same-key-1"


def count(model: Any) -> int:
    with unit_of_work(writes=False):
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def hold(me: Program, shop: Shop, key: str = KEY, **wanted: Any) -> TestResponse:
    return me.post("/holds", {"offer_id": shop.offer_id, **wanted}, Idempotency_Key=key)


def test_the_same_key_and_body_give_the_same_answer(shop: Shop) -> None:
    me = shop.adopter()
    first, second = hold(me, shop), hold(me, shop)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert second.headers["Idempotency-Replayed"] == "true"
    assert count(Adoption) == 1


def test_the_order_of_the_fields_does_not_matter(shop: Shop) -> None:
    me = shop.adopter()
    first = me.post("/holds", {"offer_id": shop.offer_id, "plot": "A1-01"}, Idempotency_Key=KEY)
    second = me.post("/holds", {"plot": "A1-01", "offer_id": shop.offer_id}, Idempotency_Key=KEY)
    assert first.data == second.data


def test_the_same_key_with_another_body_is_refused(shop: Shop) -> None:
    me = shop.adopter()
    assert hold(me, shop).status_code == 201
    other = hold(me, shop, plot="A1-02")
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")  # type: ignore[index]
    elsewhere = me.post("/tokens", {"name": "x", "scopes": ["me"], "expires_in_days": 1}, Idempotency_Key=KEY)
    assert elsewhere.json["code"] == "idempotency_key_reused"  # type: ignore[index]
    assert count(Adoption) == 1


def test_a_key_belongs_to_one_person(shop: Shop) -> None:
    mine, hers = hold(shop.adopter(), shop), hold(shop.adopter(), shop)
    assert (mine.status_code, hers.status_code) == (201, 201)
    assert mine.json["code"] != hers.json["code"]  # type: ignore[index]


def test_a_refusal_is_decided_anew(shop: Shop) -> None:
    me, other = shop.adopter(), shop.adopter()
    theirs = other.hold(shop.offer_id, plot="A1-01", rope=1)
    assert hold(me, shop, plot="A1-01", rope=1).json["code"] == "rope_taken"  # type: ignore[index]
    other.post(f"/orders/{theirs['code']}/cancellation", {"refund_fen": 0})
    assert hold(me, shop, plot="A1-01", rope=1).status_code == 201


@pytest.mark.parametrize("key", ["", "short", "with space in it", "x" * 65, "umlaut-ä-umlaut"])
def test_a_key_is_needed_and_must_be_one(shop: Shop, key: str) -> None:
    answer = hold(shop.adopter(), shop, key=key)
    assert (answer.status_code, answer.json["code"]) == (400, "idempotency_key_needed")  # type: ignore[index]
    assert count(IdempotencyKey) == 0


def test_ten_at_once_have_one_effect(shop: Shop) -> None:
    me = shop.adopter()
    gate = threading.Barrier(10)

    def one(_number: int) -> TestResponse:
        gate.wait()
        return hold(me, shop)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(one, range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert count(Adoption) == 1


def test_paying_twice_opens_one_payment(shop: Shop) -> None:
    me = shop.adopter()
    here = f"/orders/{me.hold(shop.offer_id)['code']}"
    refused = me.post(f"{here}/payments", Idempotency_Key=KEY)
    assert (refused.status_code, refused.json["code"]) == (409, "review_incomplete")  # type: ignore[index]
    me.put(f"{here}/review", REVIEW)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: me.post(f"{here}/payments", Idempotency_Key=KEY), range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["url"] for answer in answers}) == 1  # type: ignore[index]
    assert count(Payment) == 1


def test_another_body_does_not_get_in_while_the_first_is_being_done(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = shop.adopter()
    here = f"/orders/{me.hold(shop.offer_id)['code']}"
    me.put(f"{here}/review", REVIEW)
    meanwhile: list[Any] = []

    def slow(*args: Any, **options: Any) -> str:
        if not meanwhile:
            meanwhile.append(None)
            meanwhile[:] = [
                me.post(f"{here}/payments", body, Idempotency_Key=KEY) for body in ({"way": "transfer"}, {})
            ]
        return start_payment(*args, **options)

    monkeypatch.setattr(api, "start_payment", slow)
    answer = me.post(f"{here}/payments", {}, Idempotency_Key=KEY)
    assert meanwhile[0].json["code"] == "idempotency_key_reused"
    assert answer.data == meanwhile[1].data
    assert count(Payment) == 1


def test_a_refused_payment_leaves_its_key_free(shop: Shop) -> None:
    me = shop.adopter()
    here = f"/orders/{me.hold(shop.offer_id)['code']}"
    assert me.post(f"{here}/payments", {}, Idempotency_Key=KEY).status_code == 409
    assert count(IdempotencyKey) == 1, "that of the hold"
    me.put(f"{here}/review", REVIEW)
    assert me.post(f"{here}/payments", {"way": "transfer"}, Idempotency_Key=KEY).status_code == 201


def test_what_broke_off_goes_on_with_the_same_body_only(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    me = shop.adopter()
    here = f"/orders/{me.hold(shop.offer_id)['code']}"
    me.put(f"{here}/review", REVIEW)
    with monkeypatch.context() as patch:
        patch.setattr(api, "start_payment", lambda *_args, **_options: 1 / 0)
        assert me.post(f"{here}/payments", {}, Idempotency_Key=KEY).status_code == 500
    other = me.post(f"{here}/payments", {"way": "transfer"}, Idempotency_Key=KEY)
    assert other.json["code"] == "idempotency_key_reused"  # type: ignore[index]
    answers = [me.post(f"{here}/payments", {}, Idempotency_Key=KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].data == answers[1].data


def test_cancelling_twice_refunds_once(shop: Shop) -> None:
    me = shop.adopter()
    here = f"/orders/{shop.paid(me)}/cancellation"
    first = me.post(here, {"refund_fen": 19800}, Idempotency_Key=KEY)
    assert first.data == me.post(here, {"refund_fen": 19800}, Idempotency_Key=KEY).data
    assert me.post(here, {"refund_fen": 19800}).json["state"] == "cancelled"  # type: ignore[index]
    assert count(Refund) == 1


def test_a_token_made_twice_is_one(shop: Shop) -> None:
    me = shop.adopter()
    before = count(ApiToken)
    wanted = {"name": "x", "scopes": ["me"], "expires_in_days": 1}
    answers = [me.post("/tokens", wanted, Idempotency_Key=KEY).data for _ in range(2)]
    assert answers[0] == answers[1]
    assert count(ApiToken) == before + 1


def test_old_keys_are_forgotten_and_young_ones_kept(shop: Shop) -> None:
    with clock.frozen() as frozen:
        me = shop.adopter()
        hold(me, shop)
        frozen.at += KEEP
        assert forget_old_keys() == 0
        assert hold(me, shop).headers["Idempotency-Replayed"] == "true"
        frozen.advance(seconds=1)
        assert forget_old_keys() == 1
        assert count(IdempotencyKey) == 0
