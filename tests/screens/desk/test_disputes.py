"""The desk's disputes and payouts, tried as an operator would: through the sandbox's desk and the real webhook."""

from __future__ import annotations

import re

from cofu_adopt.core.access import Role
from cofu_adopt.core.verify import run_checks
from tests.screens.desk.sale import Browser, Sale


def form_of(page: str, action: str) -> str:
    found = re.search(rf'action="({action})"', page)
    assert found is not None, action
    return found[1]


def test_a_dispute_from_the_sandbox_to_its_end(sale: Sale, operator: Browser) -> None:
    order = sale.paid(wallet="card")
    assert "没有拒付" in operator.get("/desk/disputes").text
    page = operator.get("/desk/sandbox").text
    checkout = re.findall(r'<option value="(cs_test_\w+)"', page)[0]
    assert operator.post("/desk/sandbox/disputes", {"checkout": checkout}).status_code == 302
    assert operator.post("/desk/sandbox/disputes", {"checkout": checkout}).status_code == 404
    assert operator.rows("/desk/disputes") == ["1"]
    shown = operator.get("/desk/disputes/1").text
    for words in (
        order.code,
        "等我们答复",
        "12 月 1 日 12:00",
        "¥198.00",
        "说没收到货",
        "林****",
        "记账 dispute:1:opened",
    ):
        assert words in shown
    for secret in ("林小满", "13700009999", "彰武路"):
        assert secret not in shown
    refused = operator.post(
        f"/desk/orders/{order.code}/cancel", {"reason": "地址送不到", "agreed": "paid:19800:wallet"}
    )
    assert refused.status_code == 409
    assert "钱由银行扣着" in refused.text
    assert "地址送不到</textarea>" in refused.text
    assert operator.post("/desk/disputes/1/answer", {"note": "字" * 2001}).status_code == 422
    assert operator.post("/desk/disputes/1/answer", {"note": "绳在海里"}).status_code == 302
    again = operator.post("/desk/disputes/1/answer", {"note": "再来一次"})
    assert again.status_code == 409
    assert "不能再改" in again.text
    sale.tick(seconds=1)
    assert "银行在看" in operator.get("/desk/disputes/1").text
    (act,) = sale.acts("dispute.answer")
    assert (act.actor_id, act.after) == (operator.person_id, {"note": "绳在海里", "texts": 5})
    end = form_of(operator.get("/desk/sandbox").text, r"/desk/sandbox/disputes/dp_test_\w+")
    assert operator.post(end, {"end": "lost"}).status_code == 302
    assert operator.post(end, {"end": "won"}).status_code == 404
    shown = operator.get("/desk/disputes/1").text
    for words in ("输了", "记账 dispute:1:lost", "记账 dispute:1:covered", "已取消"):
        assert words in shown
    assert "银行判给付款人" in operator.get(f"/desk/orders/{order.code}").text
    assert {name: found for name, found in run_checks().items() if found} == {}


def test_a_payout_with_its_lines(sale: Sale, operator: Browser) -> None:
    assert "还没有打过款" in operator.get("/desk/payouts").text
    assert operator.post("/desk/sandbox/payouts", {}).status_code == 302
    order = sale.paid()
    operator.post("/desk/sandbox/payouts", {})
    sale.tick(seconds=1)
    assert operator.rows("/desk/payouts") == ["1"]
    page = operator.get("/desk/payouts/1").text
    for words in (order.code, "¥193.64", "¥4.36", "对得上", "1 笔明细"):
        assert words in page
    assert operator.get("/desk/payouts/2").status_code == 404


def test_who_may(sale: Sale) -> None:
    readers = {Role.OPERATOR, Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.AUDITOR}
    for role in Role:
        browser = sale.browser(role)
        for path in ("/desk/disputes", "/desk/payouts"):
            assert browser.get(path).status_code == (200 if role in readers else 404), (role, path)
