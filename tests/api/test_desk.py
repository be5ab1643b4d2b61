"""What a program of the workshop does with orders, and reads of who did what."""

from __future__ import annotations

from typing import Any

from cofu_adopt.core import clock
from cofu_adopt.core.access import Role
from tests.api.shop import OFFER, Shop
from tests.api.test_paging import walk

WHY = "台风，客人来电取消"


def test_an_order_is_ended_on_the_terms_of_its_preview(shop: Shop) -> None:
    me, desk = shop.adopter(), shop.operator()
    code = shop.paid(me)
    here = f"/desk/orders/{code}/cancellation"
    preview = desk.read(here)
    assert (preview["possible"], preview["refund_fen"], preview["way"]) == (True, 19800, "wallet")
    stale: Any = desk.post(here, {"reason": WHY, "terms": "held:0:none"})
    assert (stale.status_code, stale.json["code"]) == (409, "preview_outdated")
    silent: Any = desk.post(here, {"reason": "  x   ", "terms": preview["terms"]})
    assert (silent.status_code, list(silent.json["errors"])) == (422, ["reason"])
    done: Any = [
        desk.post(here, {"reason": WHY, "terms": preview["terms"]}, Idempotency_Key="once-and-only") for _ in "12"
    ]
    assert [answer.json["state"] for answer in done] == ["cancelled", "cancelled"]
    assert done[1].headers["Idempotency-Replayed"] == "true"
    assert [refund["amount_fen"] for refund in desk.read(f"/desk/orders/{code}")["refunds"]] == [19800]
    assert desk.read(here)["possible"] is False
    assert me.read(f"/orders/{code}")["state"] == "cancelled"


def test_a_hold_is_released(shop: Shop) -> None:
    me, desk = shop.adopter(), shop.operator()
    code = me.hold(shop.offer_id)["code"]
    here = f"/desk/orders/{code}/cancellation"
    terms = desk.read(here)["terms"]
    assert desk.post(here, {"reason": WHY, "terms": terms}).json["state"] == "cancelled"  # type: ignore[index]
    assert me.read("/holds")["items"] == []


def test_orders_are_found_by_offer_square_and_day(shop: Shop) -> None:
    desk, today = shop.operator(), clock.today()
    code = shop.adopter().hold(shop.offer_id, plot="A1-01")["code"]
    for fits in (f"offer_id={shop.offer_id}", "grid=A1", f"from_on={today}&to_on={today}", "state=held&grid=A1"):
        assert [row["code"] for row in desk.read(f"/desk/orders?{fits}")["items"]] == [code], fits
    for other in ("offer_id=999", f"offer_id={2**53 - 1}", "grid=B2", "from_on=2030-01-01", "to_on=2020-01-01"):
        assert desk.read(f"/desk/orders?{other}")["items"] == [], other
    answer: Any = desk.get("/desk/orders?offer_id=x&from_on=today")
    assert (answer.status_code, set(answer.json["errors"])) == (422, {"offer_id", "from_on"})


def test_a_plot_and_a_household_as_staff_see_them(shop: Shop) -> None:
    desk = shop.person(Role.AUDITOR)
    plot = desk.read("/desk/plots/A1-01")
    assert (plot["insurance_number"], plot["longitude"], plot["latitude"]) == (None, 122.731, 30.747)
    (share,) = plot["shares"]
    assert (share["household_code"], share["weight"], share["of"], share["is_valid"]) == ("GQ001", 100, 100, True)
    home = desk.read("/desk/households/GQ001")
    assert (home["phone_masked"], home["bank_account_masked"]) == ("199****0001", "6299****9311")
    assert (home["story"]["consents"], home["family_size"]) == (False, 3)
    assert sorted(one["plot_code"] for one in home["shares"]) == ["A1-01", "A1-02", "B2-01"]
    for path in ("/desk/plots/Z9-99", "/desk/households/XX999"):
        assert desk.get(path).status_code == 404
    assert shop.person(Role.HOUSEHOLD).get("/desk/households/GQ001").status_code == 404


def test_the_numbers_of_today(shop: Shop) -> None:
    shop.paid(shop.adopter())
    shop.adopter().hold(shop.offer_id)
    found = shop.person(Role.HOST).read("/desk/overview")
    assert (found["rope_count"], found["free_count"], found["household_count"]) == (12, 10, 1)
    assert (found["paid_count"], found["paid_fen"], found["late_seconds"]) == (1, 19800, 0)
    assert [(one["state"], one["count"]) for one in found["states"]] == [("held", 1), ("paid", 1)]
    assert shop.adopter().get("/desk/overview").status_code == 404


def test_the_audit_log_is_read_page_by_page(shop: Shop) -> None:
    desk = shop.operator()
    code = shop.adopter().hold(shop.offer_id)["code"]
    here = f"/desk/orders/{code}/cancellation"
    desk.post(here, {"reason": WHY, "terms": desk.read(here)["terms"]})
    whole = [act["act"] for act in desk.read("/desk/audit")["items"]]
    assert whole == ["adoption.cancel_by_staff", "offer.publish", "offer.draft"]
    assert walk(desk, "/desk/audit", limit=1, key="act") == whole
    (act,) = desk.read(f"/desk/audit?actor_id={desk.person_id}&act=adoption.cancel_by_staff")["items"]
    assert (act["actor_id"], act["subject_kind"]) == (desk.person_id, "adoption")
    assert {"field": "state", "before": "held", "after": "cancelled"} in act["differences"]
    assert {"field": "reason", "before": None, "after": WHY} in act["differences"]
    assert len(desk.read("/desk/audit?actor_id=0&subject_kind=offer")["items"]) == 2
    assert desk.read("/desk/audit?on=2019-01-01")["items"] == []
    assert desk.get("/desk/audit?on=today").status_code == 422
    for far in ("0001-01-01", "9999-12-31"):
        for path in ("/desk/audit?on=", "/desk/harvest-calendar?from_on="):
            assert desk.get(path + far).status_code == 422, path + far
        assert desk.post("/desk/offers", OFFER | {"sale_to_on": far}).status_code == 422
    assert desk.get(f"/desk/audit?actor_id={2**63}").status_code == 422
