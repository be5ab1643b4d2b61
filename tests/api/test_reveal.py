"""Secrets leave whole only one at a time, for a reason, and each time is in the audit log, without the secret."""

from __future__ import annotations

from typing import Any

import pytest

from cofu_adopt.core.access import Role, Scope
from tests.api.shop import ADDRESS, Shop

WHY = "快递打不通，要打过去"


@pytest.mark.parametrize(("field", "value"), [("phone", "19900000001"), ("bank_account", "6299995173266249311")])
def test_a_households_secret(shop: Shop, field: str, value: str) -> None:
    desk = shop.operator()
    here = "/desk/households/GQ001/reveal"
    shown: Any = desk.post(here, {"field": field, "reason": f" {WHY}\u200b "})
    assert (shown.status_code, shown.json) == (200, {"field": field, "value": value})
    assert shown.headers["Cache-Control"] == "no-store"
    (act,) = desk.read("/desk/audit?act=household.reveal")["items"]
    assert act["actor_id"] == desk.person_id
    assert {one["field"]: one["after"] for one in act["differences"]} == {"field": field, "reason": WHY}
    assert value not in desk.get("/desk/audit").text


def test_an_orders_delivery(shop: Shop) -> None:
    me, desk = shop.adopter(), shop.operator()
    here = f"/desk/orders/{shop.paid(me)}/reveal"
    shown: Any = desk.post(here, {"reason": WHY})
    assert (shown.status_code, shown.json) == (200, ADDRESS)
    assert shown.headers["Cache-Control"] == "no-store"
    desk.post(here, {"reason": WHY})
    acts = desk.read("/desk/audit?act=adoption.reveal")["items"]
    assert [act["actor_id"] for act in acts] == [desk.person_id] * 2
    assert ADDRESS["detail"] not in desk.get("/desk/audit").text
    held = me.hold(shop.offer_id)["code"]
    assert desk.post(f"/desk/orders/{held}/reveal", {"reason": WHY}).status_code == 404


def test_no_secret_without_a_reason_or_the_right_to_it(shop: Shop) -> None:
    desk, code = shop.operator(), shop.paid(shop.adopter())
    household, order = "/desk/households/GQ001/reveal", f"/desk/orders/{code}/reveal"
    for path, body in ((household, {"field": "phone"}), (order, {})):
        for reason in ("", "x", "  x   ", "x" * 201):
            answer: Any = desk.post(path, body | {"reason": reason})
            assert (answer.status_code, list(answer.json["errors"])) == (422, ["reason"])
        whole = body | {"reason": WHY}
        assert shop.person(Role.AUDITOR).post(path, whole).status_code == 404
        assert shop.person(Role.OPERATOR, scopes=frozenset({Scope.DESK_READ})).post(path, whole).status_code == 403
    wrong: Any = desk.post(household, {"field": "payee_name", "reason": WHY})
    assert list(wrong.json["errors"]) == ["field"]
    assert desk.post("/desk/households/GQ999/reveal", {"field": "phone", "reason": WHY}).status_code == 404
    assert desk.post("/desk/orders/NONE/reveal", {"reason": WHY}).status_code == 404
    for act in ("household.reveal", "adoption.reveal"):
        assert desk.read(f"/desk/audit?act={act}")["items"] == []
