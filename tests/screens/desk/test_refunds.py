"""The desk's refunds: who sees and does what; a part of one order; many orders after a dry run; by hand to its end."""

from __future__ import annotations

import re

from cofu_adopt.core.access import Role
from cofu_adopt.core.verify import run_checks
from cofu_adopt.schedule import do_due_work
from tests.payments import desk
from tests.screens.desk.sale import Browser, Sale

NOTE = "台风毁了这一桁"


def hidden(page: str, name: str) -> str:
    found = re.findall(rf'name="{name}" value="([^"]*)"', page)
    return str(found[0])


def violations() -> dict[str, list[str]]:
    return {name: found for name, found in run_checks().items() if found}


def test_a_part_of_one_order(sale: Sale, operator: Browser) -> None:
    order = sale.paid()
    where = f"/desk/orders/{order.code}/refund"
    page = operator.get(where).text
    assert "¥198.00" in page
    form = {"key": hidden(page, "key"), "what": "part", "amount": "20.50", "why": "goodwill", "reason": NOTE}
    for fault in (
        {"amount": "x"},
        {"amount": "0"},
        {"amount": "1.005"},
        {"amount": "9e999999"},
        {"why": "second_payment"},
        {"reason": "x"},
    ):
        assert operator.post(where, {**form, **fault}).status_code == 422, fault
    too_much = operator.post(where, {**form, "amount": "198.01"})
    assert too_much.status_code == 409
    assert "最多还能退 ¥198.00" in too_much.text.split('id="e-amount">')[1].split("</p>")[0]
    first, again = operator.post(where, form), operator.post(where, form)
    assert first.headers["Location"] == again.headers["Location"]
    do_due_work()
    do_due_work()
    assert [(one.amount_fen, one.state) for one in sale.refunds(order)] == [(2050, "succeeded")]
    assert "第 1 笔" in operator.get("/desk/refunds?tab=all").text
    assert violations() == {}


def test_many_orders_after_a_dry_run(sale: Sale, operator: Browser) -> None:
    first, second = sale.paid(plot="D6-04", rope=7), sale.paid(plot="D6-04", rope=8)
    form = {"what": "all", "place": "D6-04"}
    plan = operator.post("/desk/refunds/many", form).text
    assert "¥396.00" in plan
    form |= {"key": hidden(plan, "key"), "agreed": hidden(plan, "agreed"), "reason": NOTE}
    third = sale.paid(plot="D6-04", rope=9)
    assert operator.post("/desk/refunds/many/ask", form).status_code == 409
    form["agreed"] = hidden(operator.post("/desk/refunds/many", form).text, "agreed")
    made = operator.post("/desk/refunds/many/ask", form).headers["Location"]
    assert operator.post("/desk/refunds/many/ask", form).headers["Location"] == made
    assert sale.refunds(first) == []
    assert operator.post(f"{made}/approve").status_code == 404
    checker = sale.browser(Role.FINANCE_CHECKER)
    assert NOTE in checker.get("/desk/refunds").text
    checker.post(f"{made}/approve")
    do_due_work()
    do_due_work()
    assert [sale.read(order).state for order in (first, second, third)] == ["refunded"] * 3
    assert violations() == {}


def test_more_than_one_may_decide_is_asked_for_instead_of_cancelled(sale: Sale, operator: Browser) -> None:
    order = sale.paid(offer=1)
    page = operator.get(f"/desk/orders/{order.code}/cancel").text
    assert f"/desk/orders/{order.code}/refund?what=all" in page
    refused = operator.post(f"/desk/orders/{order.code}/cancel", {"reason": NOTE, "agreed": "paid:26800:wallet"})
    assert refused.status_code == 409
    assert sale.read(order).state == "paid"


def test_by_hand_by_two_people_and_the_story_has_it_all(sale: Sale) -> None:
    order = sale.paid(wallet="alipay")
    sale.clock.advance(days=91)
    operator, maker, checker = (sale.browser(one) for one in (Role.OPERATOR, Role.FINANCE_MAKER, Role.FINANCE_CHECKER))
    agreed = hidden(operator.get(f"/desk/orders/{order.code}/cancel").text, "agreed")
    operator.post(f"/desk/orders/{order.code}/cancel", {"reason": NOTE, "agreed": agreed})
    [refund] = sale.refunds(order)
    where = f"/desk/refunds/{refund.id}"
    assert "还没有给收款账户" in maker.post(f"{where}/propose").text
    desk.give(refund, order.person_id)
    maker.post(f"{where}/propose")
    assert maker.post("/desk/refunds/transfers/1/approve").status_code == 404
    checker.post("/desk/refunds/transfers/1/approve")
    assert checker.post("/desk/refunds/transfers/1/paid").status_code == 404
    assert maker.post(f"{where}/reveal", {"reason": "x"}).status_code == 422
    shown = maker.post(f"{where}/reveal", {"reason": "去银行转账"})
    assert (desk.ACCOUNT.number in shown.text, shown.headers["Cache-Control"]) == (True, "no-store")
    evidence = {"bank_account": "main", "bank_reference": "ICBC-1", "paid_on": "2027-02-23"}
    faults = ({"bank_account": "x"}, {"bank_reference": ""}, {"paid_on": "2027-02-24"}, {"paid_on": "x"})
    for fault in faults:
        assert maker.post("/desk/refunds/transfers/1/paid", {**evidence, **fault}).status_code == 422, fault
    maker.post("/desk/refunds/transfers/1/paid", evidence)
    page = sale.browser(Role.AUDITOR).get(where).text
    story = [
        "退款记下，欠认养人", "refund:1:due", "会另外转给您", "提出转账", "批准转账", "refund:1:manual",
        "查看收款账户", "记下已转账", "refund_transfer:1:paid", "已转给您",
    ]  # fmt: skip
    assert all(words in page for words in story)
    assert desk.ACCOUNT.number not in page
    assert violations() == {}
