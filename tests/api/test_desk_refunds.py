"""Programs of the workshop give money back: on the terms of a preview, decided by another person, tried again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from cofu_adopt.core import clock
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.verify import run_checks
from cofu_adopt.payments.models import Payment
from cofu_adopt.payments.refund_account import give_account
from cofu_adopt.schedule import do_due_work
from tests.api.shop import Program, Shop
from tests.api.test_paging import walk
from tests.payments.desk import ACCOUNT, refunds_end

WHY = "台风毁了这一桁"
KEY = "once-and-only"


def ask(me: Program, code: str, amount_fen: int | None, **other: Any) -> Any:
    """Ask on the terms of the preview."""
    here = f"/desk/orders/{code}/refund"
    terms = me.read(here + ("" if amount_fen is None else f"?amount_fen={amount_fen}"))["terms"]
    why = None if amount_fen is None else "goodwill"
    return me.post(here, {"amount_fen": amount_fen, "why": why, "reason": WHY, "terms": terms} | other)


def work() -> None:
    """Do what is due, and what becomes due by it."""
    for _ in "12":
        do_due_work()
    assert not any(run_checks().values())


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def test_a_part_goes_back_on_the_terms_of_its_preview(shop: Shop) -> None:
    me, desk = shop.adopter(), shop.operator()
    code = shop.paid(me)
    here = f"/desk/orders/{code}/refund"
    preview = desk.read(f"{here}?amount_fen=2050")
    assert (preview["possible"], preview["left_fen"], preview["amount_fen"]) == (True, 19800, 2050)
    assert (preview["way"], preview["ends_order"], preview["needs_another"]) == ("wallet", False, False)
    too_much = desk.read(f"{here}?amount_fen=19801")
    assert (too_much["possible"], too_much["refusal"], too_much["terms"]) == (False, "refund_too_large", None)
    body = {"amount_fen": 2050, "why": "goodwill", "reason": WHY, "terms": preview["terms"]}
    for fault in ({"amount_fen": 0}, {"why": None}, {"why": "second_payment"}, {"reason": " x "}, {"terms": None}):
        bad: Any = desk.post(here, body | fault)
        assert (bad.status_code, list(bad.json["errors"])) == (422, list(fault)), fault
    assert refused(desk.post(here, body | {"amount_fen": 2051})) == (409, "refund_preview_outdated")
    assert refused(desk.post(here, body | {"amount_fen": 19801})) == (409, "refund_too_large")
    assert refused(desk.post(here, body | {"amount_fen": 19800})) == (409, "whole_means_over")
    assert refused(desk.post("/desk/orders/NONE/refund", body)) == (404, "not_found")
    assert refused(shop.person(Role.FINANCE_CHECKER).post(here, body)) == (404, "not_found")
    made: Any = [desk.post(here, body, Idempotency_Key=KEY) for _ in "12"]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json == made[1].json
    assert (made[0].json["state"], made[0].json["total_fen"], made[0].json["note"]) == ("approved", 2050, WHY)
    work()
    (refund,) = desk.read(f"/desk/refunds?order={code}")["items"]
    assert (refund["state"], refund["amount_fen"], refund["order_code"]) == ("succeeded", 2050, code)
    request = desk.read(f"/desk/refund-requests/{made[0].json['id']}")
    assert [(line["order_code"], line["refund_id"]) for line in request["lines"]["items"]] == [(code, refund["id"])]
    detail = desk.read(f"/desk/refunds/{refund['id']}")
    assert (detail["request_id"], detail["transfers"], detail["accounts"]) == (request["id"], [], [])
    assert me.get(f"/desk/refunds/{refund['id']}").status_code == 404


def test_all_goes_back_and_the_order_ends(shop: Shop) -> None:
    me, desk = shop.adopter(), shop.person(Role.FINANCE_MAKER)
    code = shop.paid(me)
    assert ask(desk, code, None).json["ends_order"] is True
    work()
    assert me.read(f"/orders/{code}")["state"] == "refunded"
    over = desk.read(f"/desk/orders/{code}/refund")
    assert (over["possible"], over["refusal"], over["way"]) == (False, "not_refundable", "none")
    assert refused(ask(desk, code, None, terms="x")) == (409, "not_refundable")
    held = me.hold(shop.offer_id)["code"]
    assert desk.read(f"/desk/orders/{held}/refund")["refusal"] == "not_refundable"


def alone_up_to(shop: Shop, fen: int) -> None:
    """How much one person may decide."""
    settings = shop.app.extensions["settings"]
    shop.app.extensions["settings"] = replace(settings, refund_approval_fen=fen)


def test_two_people_stay_two(shop: Shop) -> None:
    alone_up_to(shop, 5000)
    both = shop.person(Role.FINANCE_MAKER, Role.FINANCE_CHECKER)
    checker, code = shop.person(Role.FINANCE_CHECKER), shop.paid(shop.adopter())
    assert both.read(f"/desk/orders/{code}/refund?amount_fen=6000")["needs_another"] is True
    made = ask(both, code, 6000).json
    assert (made["state"], made["decided_by_id"], made["approval_fen"]) == ("waiting", None, 5000)
    here = f"/desk/refund-requests/{made['id']}"
    assert refused(both.post(f"{here}/approve")) == (409, "another_person_needed")
    for other in (shop.operator(), shop.person(Role.FINANCE_MAKER), shop.person(Role.AUDITOR)):
        assert refused(other.post(f"{here}/approve")) == (404, "not_found")
    assert refused(checker.post("/desk/refund-requests/999/approve")) == (404, "not_found")
    reader = shop.person(Role.FINANCE_CHECKER, scopes=frozenset({Scope.DESK_READ}))
    assert refused(reader.post(f"{here}/approve")) == (403, "scope_missing")
    done: Any = [checker.post(f"{here}/approve", Idempotency_Key=KEY) for _ in "12"]
    assert [answer.json["state"] for answer in done] == ["approved", "approved"]
    assert done[1].headers["Idempotency-Replayed"] == "true"
    assert done[0].json["decided_by_id"] == checker.person_id
    work()
    assert [one["amount_fen"] for one in both.read("/desk/refunds")["items"]] == [6000]
    assert refused(checker.post(f"{here}/decline", {"reason": WHY})) == (409, "refund_request_decided")


def test_a_request_is_declined_or_taken_back(shop: Shop) -> None:
    alone_up_to(shop, 0)
    me, other, checker = shop.operator(), shop.operator(), shop.person(Role.FINANCE_CHECKER)
    ids = [ask(me, shop.paid(shop.adopter()), 100).json["id"] for _ in range(3)]
    assert walk(me, "/desk/refund-requests", limit=1, key="id") == ids[::-1]
    assert walk(checker, "/desk/refund-requests?state=waiting", limit=2, key="id") == ids
    first, second, _third = (f"/desk/refund-requests/{one}/decline" for one in ids)
    silent: Any = checker.post(first, {"reason": "x"})
    assert (silent.status_code, list(silent.json["errors"])) == (422, ["reason"])
    assert refused(other.post(first, {"reason": WHY})) == (404, "not_found")
    said: Any = checker.post(first, {"reason": WHY})
    assert (said.json["state"], said.json["decline_reason"]) == ("declined", WHY)
    assert refused(checker.post(first, {"reason": WHY})) == (409, "refund_request_decided")
    assert me.post(second, {"reason": WHY}).json["decided_by_id"] == me.person_id  # type: ignore[index]
    assert walk(checker, "/desk/refund-requests?state=declined", limit=1, key="id") == ids[1::-1]
    foreign = me.read("/desk/refund-requests?limit=1")["next_cursor"]
    assert me.get(f"/desk/refund-requests?state=declined&cursor={foreign}").status_code == 422
    work()
    assert me.read("/desk/refunds")["items"] == []


def test_a_failed_refund_is_tried_again(shop: Shop) -> None:
    maker, operator, code = shop.person(Role.FINANCE_MAKER), shop.operator(), shop.paid(shop.adopter())
    refunds_end("failed")
    assert ask(operator, code, 100).status_code == 201
    work()
    (failed,) = operator.read("/desk/refunds?tab=failed")["items"]
    here = f"/desk/refunds/{failed['id']}/retry"
    assert refused(operator.post(here)) == (404, "not_found")
    assert refused(maker.post("/desk/refunds/999/retry")) == (404, "not_found")
    refunds_end("succeeded")
    made: Any = [maker.post(here, Idempotency_Key=KEY) for _ in "12"]
    assert [answer.status_code for answer in made] == [201, 201]
    new = made[0].json
    assert (new["replaces_id"], new["amount_fen"], made[1].json["id"]) == (failed["id"], 100, new["id"])
    assert refused(maker.post(here)) == (409, "refund_moved")
    assert maker.read(f"/desk/refunds/{failed['id']}")["replaced_by_id"] == new["id"]
    work()
    assert walk(maker, "/desk/refunds", limit=1, key="state") == ["succeeded", "replaced"]
    assert walk(maker, "/desk/refunds?tab=failed", limit=1, key="state") == []
    assert maker.read("/desk/refunds?order=NONE")["items"] == []
    assert maker.get("/desk/refunds?tab=x").status_code == 422


def owed_by_hand(shop: Shop, owner: Program) -> str:
    """The address of a refund past the wallet's window."""
    code, desk = shop.paid(owner), shop.operator()
    with unit_of_work():
        db.session.execute(update(Payment).values(refundable_until=Payment.opened_at))
    assert desk.read(f"/desk/orders/{code}/refund?amount_fen=100")["way"] == "by_hand"
    ask(desk, code, 100)
    work()
    (refund,) = desk.read("/desk/refunds?tab=by_hand")["items"]
    return f"/desk/refunds/{refund['id']}"


def give(where: str, owner: Program) -> None:
    """The adopter says where she wants the money."""
    with unit_of_work():
        give_account(int(where.rpartition("/")[2]), owner.person_id, ACCOUNT)


def test_by_hand_by_two_people_to_its_end_and_back(shop: Shop) -> None:
    owner = shop.adopter()
    maker, checker = shop.person(Role.FINANCE_MAKER), shop.person(Role.FINANCE_CHECKER)
    both = shop.person(Role.FINANCE_MAKER, Role.FINANCE_CHECKER)
    where = owed_by_hand(shop, owner)
    assert refused(maker.post(f"{where}/transfers")) == (409, "refund_account_missing")
    assert refused(maker.post(f"{where}/account", {"reason": WHY})) == (404, "not_found")
    give(where, owner)
    assert maker.read(where)["account"]["number_masked"] == "622****3331"
    assert refused(shop.operator().post(f"{where}/account", {"reason": WHY})) == (404, "not_found")
    assert maker.post(f"{where}/account", {"reason": "x"}).status_code == 422
    whole: Any = maker.post(f"{where}/account", {"reason": "去银行转账"})
    assert (whole.json["number"], whole.headers["Cache-Control"]) == (ACCOUNT.number, "no-store")
    (act,) = shop.person(Role.AUDITOR).read("/desk/audit?act=refund.reveal")["items"]
    assert {"field": "reason", "before": None, "after": "去银行转账"} in act["differences"]
    assert ACCOUNT.number not in str(act)
    assert refused(checker.post(f"{where}/transfers")) == (404, "not_found")
    proposed: Any = both.post(f"{where}/transfers")
    assert (proposed.status_code, proposed.json["is_proposed"]) == (201, True)
    (transfer,) = maker.post(f"{where}/transfers").json["transfers"]  # type: ignore[index]
    here = f"/desk/refund-transfers/{transfer['id']}"
    assert refused(both.post(f"{here}/approve")) == (409, "another_person_needed")
    assert refused(maker.post(f"{here}/approve")) == (404, "not_found")
    assert refused(checker.post("/desk/refund-transfers/999/approve")) == (404, "not_found")
    done: Any = [checker.post(f"{here}/approve", Idempotency_Key=KEY) for _ in "12"]
    assert [answer.json["state"] for answer in done] == ["manual_ready", "manual_ready"]
    assert refused(checker.post(f"{here}/decline", {"reason": WHY})) == (409, "refund_moved")
    pay_and_return(maker, checker, here)
    work()
    assert maker.read(where)["account"] is None
    assert refused(maker.post(f"{where}/transfers")) == (409, "refund_account_missing")
    give(where, owner)
    again: Any = maker.post(f"{where}/transfers")
    assert [one["state"] for one in again.json["transfers"]] == ["returned", "proposed"]
    assert [one["number_masked"] for one in again.json["accounts"]] == ["622****3331"] * 2


def pay_and_return(maker: Program, checker: Program, here: str) -> None:
    """The bank pays, and sends the money back."""
    today = clock.today()
    tomorrow = (today + timedelta(days=1)).isoformat()
    line = {"bank_account": "main", "bank_reference": "ICBC-1", "paid_on": today.isoformat()}
    faults = ({"bank_account": "x"}, {"bank_reference": " "}, {"paid_on": tomorrow}, {"paid_on": "x"}, {"note": 1})
    for fault in faults:
        bad: Any = maker.post(f"{here}/paid", line | fault)
        assert (bad.status_code, list(bad.json["errors"])) == (422, list(fault)), fault
    assert refused(checker.post(f"{here}/paid", line)) == (404, "not_found")
    paid: Any = [maker.post(f"{here}/paid", line, Idempotency_Key=KEY) for _ in "12"]
    assert [answer.json["state"] for answer in paid] == ["paid", "paid"]
    assert paid[1].json["transfers"][0]["bank_reference"] == "ICBC-1"
    work()
    late: Any = checker.post(f"{here}/returned", {"reason": "账户名不符", "returned_on": tomorrow})
    assert (late.status_code, list(late.json["errors"])) == (422, ["returned_on"])
    back: Any = checker.post(f"{here}/returned", {"reason": "账户名不符", "returned_on": today.isoformat()})
    assert (back.json["state"], back.json["transfers"][0]["return_reason"]) == ("returned", "账户名不符")


def test_a_failed_refund_goes_by_hand_and_a_proposal_is_declined(shop: Shop) -> None:
    owner, maker, checker = shop.adopter(), shop.person(Role.FINANCE_MAKER), shop.person(Role.FINANCE_CHECKER)
    refunds_end("failed")
    ask(maker, shop.paid(owner), 100)
    work()
    (failed,) = maker.read("/desk/refunds?tab=failed")["items"]
    where = f"/desk/refunds/{failed['id']}"
    assert maker.post(f"{where}/by-hand", {"reason": "x"}).status_code == 422
    assert refused(checker.post(f"{where}/by-hand", {"reason": WHY})) == (404, "not_found")
    turned: Any = [maker.post(f"{where}/by-hand", {"reason": WHY}, Idempotency_Key=KEY) for _ in "12"]
    assert [answer.json["state"] for answer in turned] == ["manual_due", "manual_due"]
    assert refused(maker.post(f"{where}/by-hand", {"reason": WHY})) == (409, "refund_moved")
    give(where, owner)
    (transfer,) = maker.post(f"{where}/transfers").json["transfers"]  # type: ignore[index]
    here = f"/desk/refund-transfers/{transfer['id']}/decline"
    assert checker.post(here, {"reason": "x"}).status_code == 422
    assert refused(shop.operator().post(here, {"reason": WHY})) == (404, "not_found")
    said: Any = checker.post(here, {"reason": WHY})
    assert (said.json["is_proposed"], said.json["transfers"][0]["decline_reason"]) == (False, WHY)
    work()
