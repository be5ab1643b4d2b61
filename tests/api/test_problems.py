"""Every error is a problem document with a stable code and a sentence in the caller's language."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from cofu_adopt.core.api import LONGEST_BODY
from cofu_adopt.core.problem import CONTENT_TYPE
from cofu_adopt.farm import queries as farm
from tests.api.shop import Program, Shop


def check(answer: TestResponse, status: int, code: str) -> Any:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == CONTENT_TYPE
    body: Any = answer.json
    assert (body["status"], body["code"], body["type"]) == (status, code, f"/api#{code}")
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert "Traceback" not in answer.text
    return body


def raw(me: Program, data: bytes, content_type: str = "application/json") -> TestResponse:
    headers = {"Authorization": f"Bearer {me.token}", "Idempotency-Key": "a-key-for-this"}
    client = me.app.test_client(use_cookies=False)
    return client.post("/api/v1/holds", data=data, content_type=content_type, headers=headers)


DEEP = b"[" * 60_000
LONG_NUMBER = b'{"offer_id": ' + b"9" * 6_000 + b"}"


@pytest.mark.parametrize("data", [b"{", b"not json", b"\xff\xfe", b'{"offer_id": 1', DEEP, LONG_NUMBER], ids=range(6))
def test_400_for_what_is_not_json(shop: Shop, data: bytes) -> None:
    check(raw(shop.adopter(), data), 400, "not_json")


@pytest.mark.parametrize("data", [DEEP, LONG_NUMBER], ids=["deep", "long number"])
def test_a_body_that_nobody_reads_breaks_nothing(shop: Shop, data: bytes) -> None:
    headers = {"Authorization": f"Bearer {shop.operator().token}", "Idempotency-Key": "a-key-for-this"}
    client = shop.app.test_client(use_cookies=False)
    here = f"/api/v1/desk/offers/{shop.offer_id}/stop"
    answers = [client.post(here, data=data, content_type="application/json", headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].headers["Idempotency-Replayed"] == "true"


def test_422_names_a_parameter_with_a_nul(shop: Shop) -> None:
    for path, name in (("/orders?cursor=%00", "cursor"), ("/orders?limit=%00", "limit")):
        assert list(check(shop.adopter().get(path), 422, "invalid")["errors"]) == [name]
    assert list(check(shop.operator().get("/desk/households?q=%00"), 422, "invalid")["errors"]) == ["q"]
    assert list(check(shop.operator().get("/desk/harvest-calendar?by=%00"), 422, "invalid")["errors"]) == ["by"]
    assert shop.visitor().get("/sea?unknown=%00").status_code == 200


def test_each_fault_is_said_in_chinese(shop: Shop) -> None:
    me, desk = shop.adopter(), shop.operator()
    flag = desk.get("/desk/forecasts/plots?only_short=maybe")
    assert check(flag, 422, "invalid")["errors"] == {"only_short": "类型不对。"}
    push = me.post("/me/push-subscriptions", {"endpoint": "https://push.example/1"})
    assert check(push, 422, "invalid")["errors"] == {"endpoint": "只认得浏览器自己的推送服务。"}


def test_401_404_and_405(shop: Shop) -> None:
    check(shop.visitor().get("/me"), 401, "sign_in_needed")
    check(shop.visitor().get("/nowhere"), 404, "not_found")
    check(shop.visitor().get("/grids/Z9"), 404, "not_found")
    check(shop.visitor().get("/api/v2/sea"), 404, "not_found")
    check(shop.adopter().get("/orders/%00"), 404, "not_found")
    refused = shop.visitor().put("/sea", {})
    check(refused, 405, "method_not_allowed")
    assert "GET" in refused.headers["Allow"]


def test_409_names_what_it_is_about(shop: Shop) -> None:
    shop.adopter().hold(shop.offer_id, plot="A1-01", rope=2)
    answer = shop.adopter().post("/holds", {"offer_id": shop.offer_id, "plot": "A1-01", "rope": 2})
    assert "A1-01-002" in check(answer, 409, "rope_taken")["detail"]


def test_413_for_a_body_that_is_too_long(shop: Shop) -> None:
    check(raw(shop.adopter(), b" " * (LONGEST_BODY + 1)), 413, "request_entity_too_large")


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data", ""])
def test_415_for_what_is_not_sent_as_json(shop: Shop, content_type: str) -> None:
    check(raw(shop.adopter(), b'{"offer_id": 1}', content_type), 415, "wrong_media_type")


@pytest.mark.parametrize(
    ("body", "bad"),
    [
        ({}, "offer_id"),
        ({"offer_id": "1"}, "offer_id"),
        ({"offer_id": True}, "offer_id"),
        ({"offer_id": None}, "offer_id"),
        ({"offer_id": 2**63}, "offer_id"),
        ({"offer_id": 1, "rope": 3}, "plot"),
        ({"offer_id": 1, "plot": "A1-01", "rope": 0}, "rope"),
        ({"offer_id": 1, "plot": "A1\u0000"}, "plot"),
        ({"offer_id": 1, "plot": "\ud800"}, "plot"),
        ({"offer_id": 1, "price_fen": 1}, "price_fen"),
        ([], "body"),
        ("text", "body"),
    ],
)
def test_422_names_each_bad_field(shop: Shop, body: Any, bad: str) -> None:
    answer = check(shop.adopter().post("/holds", body), 422, "invalid")
    assert list(answer["errors"]) == [bad]


def test_422_names_fields_within_fields(shop: Shop) -> None:
    me = shop.adopter()
    code = me.hold(shop.offer_id)["code"]
    body = {"delivery": {"recipient": "x", "phone": "1"}, "fresh_goods_confirmed": True}
    found = check(me.put(f"/orders/{code}/review", body), 422, "invalid")["errors"]
    assert set(found) == {"delivery.province", "delivery.city", "delivery.district", "delivery.detail"}
    body = {"delivery": {"recipient": "x", "phone": "1", "province": "x", "city": "x", "district": "x", "detail": "x"},
            "fresh_goods_confirmed": False}  # fmt: skip
    found = check(me.put(f"/orders/{code}/review", body), 422, "invalid")["errors"]
    assert set(found) == {"delivery.phone", "delivery.province", "fresh_goods_confirmed"}


def test_the_sentence_is_in_the_callers_language(shop: Shop) -> None:
    chinese, english = Program(shop.app, language="zh-CN,en;q=0.5"), Program(shop.app, language="en-GB,zh;q=0.5")
    answers = [caller.get("/me") for caller in (chinese, english)]
    assert [answer.json["detail"] for answer in answers] == ["请先登录。", "Please sign in first."]  # type: ignore[index]
    assert [answer.headers["Content-Language"] for answer in answers] == ["zh-Hans", "en"]
    assert all("Accept-Language" in answer.headers["Vary"] for answer in answers)
    fault = english.post("/sign-in/codes", {"phone": "1" * 31}).json["errors"]["phone"]  # type: ignore[index]
    assert fault == "0 to 30 characters."


def test_429_says_when_to_come_back(shop: Shop) -> None:
    visitor = shop.visitor()
    visitor.post("/sign-in/codes", {"phone": "13800005678"})
    answer = visitor.post("/sign-in/codes", {"phone": "13800005678"})
    check(answer, 429, "too_many_codes")
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_503_when_the_database_is_away(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("SELECT 1", {}, ConnectionError("refused"), connection_invalidated=True)

    monkeypatch.setattr(farm, "list_grids", away)
    answer = shop.visitor().get("/grids")
    check(answer, 503, "busy")
    assert answer.headers["Retry-After"] == "5"


def test_500_says_nothing_of_why(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("a secret reason")

    monkeypatch.setattr(farm, "list_grids", broken)
    answer = shop.visitor().get("/grids")
    check(answer, 500, "our_fault")
    assert "secret" not in answer.text


def test_pages_are_answered_in_pages(shop: Shop) -> None:
    client = shop.app.test_client()
    assert client.get("/nowhere").mimetype == "text/html"
    assert client.get("/api").mimetype == "text/html"
    assert client.get("/api/nowhere").mimetype == CONTENT_TYPE


def test_a_webhook_is_answered_in_json(shop: Shop) -> None:
    assert shop.app.test_client().get("/webhooks/stripe").mimetype == CONTENT_TYPE
