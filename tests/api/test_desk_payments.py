"""What a program of the workshop reads of money, and what it does where money waits for a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from cofu_adopt.core import clock
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.payments.dispute_models import SettlementRow
from cofu_adopt.payments.gateway import UnknownOutcome
from cofu_adopt.payments.models import GatewayEvent, SandboxCheckout
from cofu_adopt.payments.sandbox_gateway import SandboxGateway
from cofu_adopt.schedule import do_due_work
from tests.api.shop import REVIEW, Program, Shop
from tests.api.test_paging import walk

WHY = "后台已退，11 月 24 日"


def at_the_till(shop: Shop, adopter: Program) -> tuple[str, str]:
    """An order whose payment page is open: its code, and the page's reference."""
    code: str = adopter.hold(shop.offer_id)["code"]
    assert adopter.put(f"/orders/{code}/review", REVIEW).status_code == 200
    url: str = adopter.post(f"/orders/{code}/payments").json["url"]  # type: ignore[index]
    return code, url.rpartition("/")[2]


def in_review(shop: Shop) -> tuple[Program, str, int]:
    """Whose payment it is, the order's code and the payment, for which the gateway took another amount."""
    me = shop.adopter()
    code, ref = at_the_till(shop, me)
    with unit_of_work():
        db.session.execute(update(SandboxCheckout).where(SandboxCheckout.ref == ref).values(amount_fen=19700))
    shop.pay_at(f"/sandbox/checkout/{ref}")
    (payment,) = shop.operator().read(f"/desk/payments?q={code}")["items"]
    assert payment["state"] == "review"
    return me, code, payment["id"]


def test_payments_are_found_filtered_and_walked(shop: Shop) -> None:
    me, desk = shop.adopter(), shop.operator()
    paid = shop.paid(me)
    opened, ref = at_the_till(shop, me)
    today = clock.today()
    found = {
        "": [opened, paid],
        "?state=succeeded": [paid],
        "?state=open&provider=sandbox": [opened],
        "?provider=stripe": [],
        f"?q={opened.lower()}": [opened],
        f"?q={ref}": [opened],
        "?q=cs_unknown": [],
        f"?from_on={today}&to_on={today}": [opened, paid],
        f"?to_on={today - timedelta(days=1)}": [],
    }
    read = {query: [row["order_code"] for row in desk.read(f"/desk/payments{query}")["items"]] for query in found}
    assert read == found
    assert walk(desk, "/desk/payments", limit=1, key="order_code") == [opened, paid]
    assert walk(desk, "/desk/payments?provider=sandbox", limit=1, key="order_code") == [opened, paid]
    for query, field in (("state=sunk", "state"), ("from_on=today", "from_on"), (f"q={'x' * 121}", "q")):
        wrong: Any = desk.get(f"/desk/payments?{query}")
        assert (wrong.status_code, list(wrong.json["errors"])) == (422, [field])


def test_a_payment_tells_its_story(shop: Shop) -> None:
    me, auditor = shop.adopter(), shop.person(Role.AUDITOR)
    code = shop.paid(me)
    assert me.post(f"/orders/{code}/cancellation", {"refund_fen": 19800}).status_code == 200
    (row,) = auditor.read(f"/desk/payments?q={code}")["items"]
    payment = auditor.read(f"/desk/payments/{row['id']}")
    assert {name: payment[name] for name in row} == row
    assert [(one["amount_fen"], one["reason"]) for one in payment["refunds"]] == [(19800, "cancelled")]
    titles = [step["title"] for step in payment["steps"]]
    assert titles.index("开始付款") < titles.index("钱到账")
    for step in payment["steps"]:
        assert sum(posting["amount_fen"] for posting in step["postings"]) == 0
    assert any(step["postings"] for step in payment["steps"])
    assert auditor.get("/desk/payments/999").status_code == 404
    assert me.get(f"/desk/payments/{row['id']}").status_code == 404


def test_the_gateway_is_asked_once_for_each_key(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    me, desk = shop.adopter(), shop.person(Role.FINANCE_MAKER)
    code, _ref = at_the_till(shop, me)
    (payment,) = desk.read(f"/desk/payments?q={code}")["items"]
    here = f"/desk/payments/{payment['id']}/ask"
    asked: Any = [desk.post(here, Idempotency_Key="once-and-only") for _ in "12"]
    assert [(one.json["answer"], one.json["payment"]["state"]) for one in asked] == [("same", "open")] * 2
    assert asked[1].headers["Idempotency-Replayed"] == "true"
    assert len(desk.read("/desk/audit?act=payment.ask")["items"]) == 1

    def fail(*_: object) -> None:
        raise UnknownOutcome

    monkeypatch.setattr(SandboxGateway, "fetch", fail)
    assert desk.post(here).json["answer"] == "silent"  # type: ignore[index]
    assert shop.person(Role.AUDITOR).post(here).status_code == 404
    assert desk.post("/desk/payments/999/ask").status_code == 404


def test_a_review_is_ended_for_a_reason(shop: Shop) -> None:
    me, code, payment_id = in_review(shop)
    desk = shop.operator()
    here = f"/desk/payments/{payment_id}"
    assert desk.read(here)["review_reason"] == "19700 fen, not 19800"
    (kind,) = desk.read("/desk/exceptions")["items"]
    assert (kind["name"], kind["more"], kind["amount_fen"]) == ("payment_review", False, 19800)
    assert [(one["order_code"], one["path"]) for one in kind["matters"]] == [(code, here)]
    assert desk.get("/desk/exceptions", Accept_Language="en").json["items"][0]["title"] != kind["title"]  # type: ignore[index]
    for reason in ("", "  x   "):
        silent: Any = desk.post(f"{here}/end-review", {"reason": reason})
        assert (silent.status_code, list(silent.json["errors"])) == (422, ["reason"])
    for other in (me, shop.person(Role.AUDITOR)):
        assert other.post(f"{here}/end-review", {"reason": WHY}).status_code == 404
    reader = shop.person(Role.OPERATOR, scopes=frozenset({Scope.DESK_READ}))
    assert reader.post(f"{here}/end-review", {"reason": WHY}).status_code == 403
    done: Any = [desk.post(f"{here}/end-review", {"reason": WHY}, Idempotency_Key="once-and-only") for _ in "12"]
    assert [answer.json["state"] for answer in done] == ["closed", "closed"]
    assert desk.post(f"{here}/end-review", {"reason": WHY}).status_code == 404, "once"
    (act,) = desk.read("/desk/audit?act=payment.end_review")["items"]
    assert {"field": "note", "before": None, "after": WHY} in act["differences"]
    assert desk.read("/desk/exceptions")["items"] == []
    assert me.post(f"/orders/{code}/payments").status_code == 201, "it may be paid again"


def test_payouts_are_read_with_their_lines(shop: Shop) -> None:
    me, desk = shop.adopter(), shop.person(Role.FINANCE_CHECKER)
    for _ in "12":
        codes = [shop.paid(me), shop.paid(me)]
        shop.gateway_pays_out()
    rows = desk.read("/desk/payouts")["items"]
    assert walk(desk, "/desk/payouts", limit=1, key="id") == [row["id"] for row in rows]
    newest = rows[0]
    here = f"/desk/payouts/{newest['id']}"
    assert desk.read(here) == newest
    assert (newest["state"], newest["line_count"], newest["gross_fen"]) == ("sent", 2, 39600)
    assert newest["lines_fen"] == newest["amount_fen"] == newest["gross_fen"] - newest["fee_fen"]
    lines = desk.read(f"{here}/lines")["items"]
    assert {line["order_code"] for line in lines} == set(codes)
    assert walk(desk, f"{here}/lines", limit=1, key="id") == [line["id"] for line in lines]
    assert [(line["misfit"], line["expected_fen"]) for line in lines] == [(None, 19800)] * 2
    assert desk.read("/desk/payouts/misfits") == {"lines": [], "payouts": []}
    with unit_of_work():
        line = db.session.scalars(select(SettlementRow).where(SettlementRow.id == lines[0]["id"])).one()
        line.gross_fen, line.net_fen = line.gross_fen + 1, line.net_fen + 1
    wrong = desk.read("/desk/payouts/misfits")
    assert [(one["order_code"], one["misfit"]) for one in wrong["lines"]] == [(lines[0]["order_code"], "amount")]
    assert [one["id"] for one in wrong["payouts"]] == [newest["id"]]
    for path in ("/desk/payouts/999", "/desk/payouts/999/lines"):
        assert desk.get(path).status_code == 404
    assert me.get(here).status_code == 404


def test_what_gateways_told_is_read_and_done_again(shop: Shop) -> None:
    me, desk = shop.adopter(), shop.operator()
    code = shop.paid(me)
    (payment,) = desk.read(f"/desk/payments?q={code}")["items"]
    assert desk.read("/desk/inbox")["items"] == [], "nothing waits"
    (told,) = desk.read(f"/desk/inbox?q={payment['gateway_ref']}")["items"]
    assert (told["outcome"], told["payment_id"]) == ("applied", payment["id"])
    with unit_of_work():
        event = db.session.get_one(GatewayEvent, told["id"])
        event.payload = {"id": "evt_1", "data": {"object": {"amount_total": 19800, "receipt_email": "lin@example.com"}}}
    here = f"/desk/inbox/{told['id']}"
    assert desk.read(here)["payload"] == {
        "id": "evt_1", "data": {"object": {"amount_total": 19800, "receipt_email": "•••"}},
    }  # fmt: skip
    again: Any = [desk.post(f"{here}/replay", Idempotency_Key="once-and-only") for _ in "12"]
    assert [(one.status_code, one.json["outcome"]) for one in again] == [(202, None)] * 2
    assert [one["id"] for one in desk.read("/desk/inbox")["items"]] == [told["id"]]
    do_due_work()
    assert desk.read(here)["outcome"] == "nothing_changed"
    assert len(desk.read("/desk/audit?act=inbox.replay")["items"]) == 1
    assert walk(desk, "/desk/inbox?show=all", limit=1, key="id") == [told["id"]]
    assert desk.read("/desk/inbox?show=ignored")["items"] == []
    wrong: Any = desk.get("/desk/inbox?show=lost")
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["show"])
    assert shop.person(Role.AUDITOR).post(f"{here}/replay").status_code == 404
    assert desk.post("/desk/inbox/999/replay").status_code == 404
    assert me.get(here).status_code == 404
