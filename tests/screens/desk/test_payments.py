"""The desk's payments: found by order and by reference, told in time, asked about, reviewed and exported."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.payments import check
from cofu_adopt.payments.ask import Answer, ask_gateway
from cofu_adopt.payments.gateway import Rejected, UnknownOutcome
from cofu_adopt.payments.models import Payment, PaymentState, SandboxCheckout
from cofu_adopt.payments.sandbox_gateway import SandboxGateway
from tests.screens.desk.sale import Browser, Sale
from tests.screens.desk.test_exports import read_csv


def payment_of(order_id: int) -> Payment:
    with unit_of_work(writes=False):
        return db.session.scalars(select(Payment).where(Payment.order_id == order_id)).one()


def in_review(sale: Sale) -> Payment:
    """A payment for which the gateway took another amount."""
    order, ref = sale.at_the_till()
    with unit_of_work():
        db.session.execute(update(SandboxCheckout).where(SandboxCheckout.ref == ref).values(amount_fen=19700))
    sale.gateway_says(ref, "paid")
    sale.look(order)
    return payment_of(order.id)


def test_payments_are_found_and_filtered(sale: Sale, operator: Browser) -> None:
    paid = payment_of(sale.paid(plot="D6-04", rope=7).id)
    order, ref = sale.at_the_till(plot="A1-01", rope=1)
    opened = payment_of(order.id)
    both = [str(opened.id), str(paid.id)]
    found = {
        "": both,
        "?state=succeeded": both[1:],
        "?state=open&provider=sandbox": both[:1],
        "?provider=stripe": [],
        f"?q={order.code.lower()}": both[:1],
        f"?q={ref}": both[:1],
        f"?q={paid.key}": both[1:],
        "?q=cs_test_": [],
        "?from=2026-11-24&to=2026-11-24": both,
        "?to=2026-11-23": [],
        f"?before={opened.id}": both[1:],
        f"?after={paid.id}": both[:1],
    }
    assert {query: operator.rows(f"/desk/payments{query}") for query in found} == found
    assert "有一个条件看不懂" in operator.get("/desk/payments?state=sunk").text


def test_a_payment_tells_its_story_in_time(sale: Sale, operator: Browser) -> None:
    order = sale.paid()
    page = operator.get(f"/desk/payments/{payment_of(order.id).id}").text
    told = ["开始付款", "钱到账", "记账 payment:"]
    places = [page.index(words) for words in told]
    assert places == sorted(places)
    assert order.code in page
    assert "2027 年 5 月 23 日" in page, "refundable for 180 days"


@pytest.mark.parametrize(
    ("found", "answer", "state"),
    [
        ("paid", Answer.CHANGED, "succeeded"),
        (None, Answer.SAME, "open"),
        (UnknownOutcome, Answer.SILENT, "open"),
        (Rejected, Answer.UNKNOWN, "open"),
    ],
)
def test_the_gateway_is_asked_now(
    sale: Sale, monkeypatch: pytest.MonkeyPatch, found: Any, answer: Answer, state: str
) -> None:
    order, ref = sale.at_the_till()
    if found == "paid":
        sale.gateway_says(ref, "paid")
    elif found:

        def fail(*_: object) -> None:
            raise found

        monkeypatch.setattr(SandboxGateway, "fetch", fail)
    payment = payment_of(order.id)
    assert ask_gateway(payment.id) is answer
    assert payment_of(order.id).state == state
    (act,) = sale.acts("payment.ask")
    assert act.after == {"state": state, "answer": str(answer)}


def test_an_opening_that_was_never_answered_is_sent_again_under_its_key(sale: Sale, operator: Browser) -> None:
    order, ref = sale.at_the_till()
    with unit_of_work():
        db.session.execute(update(Payment).values(state=PaymentState.OPENING, gateway_ref=None, url=None))
    payment_id = payment_of(order.id).id
    assert operator.post(f"/desk/payments/{payment_id}/ask").location == f"/desk/payments/{payment_id}"
    asked = payment_of(order.id)
    assert (asked.state, asked.gateway_ref) == ("open", ref)
    assert "渠道有新说法" in operator.get(f"/desk/payments/{payment_id}").text


def test_a_review_is_ended_for_a_reason_and_the_order_may_be_paid_again(sale: Sale, operator: Browser) -> None:
    payment = in_review(sale)
    path = f"/desk/payments/{payment.id}"
    page = operator.get(path).text
    assert "¥197.00，不是 ¥198.00" in page
    assert "/ask" not in page, "asking brings nothing while a person must look"
    assert operator.post(f"{path}/end-review", {"reason": "x"}).status_code == 422
    assert operator.post(f"{path}/end-review", {"reason": "后台已退，11 月 24 日"}).location == path
    assert payment_of(payment.order_id).state == "closed"
    assert "核对过了" in operator.get(path).text
    assert operator.post(f"{path}/end-review", {"reason": "后台已退"}).status_code == 404, "once"
    (act,) = sale.acts("payment.end_review")
    assert (act.actor_id, act.after) == (operator.person_id, {"state": "closed", "note": "后台已退，11 月 24 日"})
    check.check_order(payment.order_id)
    assert payment_of(payment.order_id).state == "closed", "the gateway's word is not taken twice"


def test_payments_leave_as_filtered_and_logged(sale: Sale, operator: Browser) -> None:
    sale.at_the_till(plot="A1-01", rope=1)
    order = sale.paid()
    rows = read_csv(operator.get("/desk/payments/export?format=csv&state=succeeded").data)
    assert len(rows) == 2
    line = dict(zip(rows[0], rows[1], strict=True))
    assert line["订单号"].removeprefix("'") == order.code
    assert (line["金额（元）"], line["钱包"], line["真钱"]) == ("198.00", "微信支付", "否")
    (act,) = sale.acts("payments.export")
    assert act.after == {"format": "csv", "rows": 1, "state": "succeeded"}
    assert operator.get("/desk/payments/export?format=csv&state=sunk").status_code == 404


def test_readers_read_and_see_no_button(sale: Sale) -> None:
    payment = in_review(sale)
    auditor = sale.browser(Role.AUDITOR)
    page = auditor.get(f"/desk/payments/{payment.id}")
    assert page.status_code == 200
    assert "end-review" not in page.text
    assert auditor.post(f"/desk/payments/{payment.id}/end-review", {"reason": "后台已退"}).status_code == 404
    assert auditor.post(f"/desk/payments/{payment.id}/ask").status_code == 404
    assert sale.browser(Role.ADMINISTRATOR).get("/desk/payments").status_code == 404
