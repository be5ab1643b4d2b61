"""Staff end an order: what is shown before is exactly what is done, once, with its reason in the log."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.core.access import Role
from cofu_adopt.core.verify import run_checks
from cofu_adopt.payments.models import RefundState
from cofu_adopt.schedule import do_due_work
from tests.screens.desk.sale import Browser, Sale

REASON = "认养人来电，地址送不到"


def agreed(page: str) -> str:
    """What the page's form would agree to."""
    found = re.search(r'name="agreed" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def violations() -> dict[str, list[str]]:
    return {name: found for name, found in run_checks().items() if found}


def test_the_preview_is_what_is_done(sale: Sale, operator: Browser) -> None:
    order = sale.paid(plot="D6-04", rope=7)
    where = f"/desk/orders/{order.code}/cancel"
    page = operator.get(where).text
    for words in ("¥198.00", "全额原路退回（微信支付）", "2027 年 5 月 23 日", "D6-04-007 马上回到海图上"):
        assert words in page
    assert "已过自助取消日" not in page
    answer = operator.post(where, {"reason": REASON, "agreed": agreed(page)})
    assert answer.headers["Location"] == f"/desk/orders/{order.code}"
    assert sale.read(order).state == AdoptionState.CANCELLED
    assert sale.rope_is_free("D6-04", 7)
    (refund,) = sale.refunds(order)
    assert (refund.amount_fen, refund.state, refund.reason) == (19800, RefundState.APPROVED, "cancelled_by_staff")
    do_due_work()
    assert sale.read(order).state == AdoptionState.REFUNDED
    (act,) = sale.acts("adoption.cancel_by_staff")
    assert act.actor_id == operator.person_id
    assert act.before == {"state": "paid", "refund_fen": 0}
    assert act.after == {
        "state": "cancelled", "refund_fen": 19800, "refund_way": "wallet", "after_cutoff": False, "reason": REASON,
    }  # fmt: skip
    assert violations() == {}


def test_a_double_click_cancels_once(sale: Sale, operator: Browser) -> None:
    order = sale.paid()
    form = {"reason": REASON, "agreed": "paid:19800:wallet"}
    for _ in range(2):
        answer = operator.post(f"/desk/orders/{order.code}/cancel", form)
        assert answer.headers["Location"] == f"/desk/orders/{order.code}"
    assert len(sale.refunds(order)) == 1
    assert len(sale.acts("adoption.cancel_by_staff")) == 1
    assert violations() == {}


def test_what_it_says_stands_in_the_work_and_a_second_tab_does_not_claim_to_have_cancelled(
    sale: Sale, operator: Browser
) -> None:
    order = sale.paid()
    where, form = f"/desk/orders/{order.code}", {"reason": REASON, "agreed": "paid:19800:wallet"}
    operator.post(f"{where}/cancel", form)
    assert "已取消，退款在下面能看到。" in operator.get(where).text.split("<main")[1]
    operator.post(f"{where}/cancel", {**form, "reason": "另一个标签页也想取消"})
    second = operator.get(where).text
    assert "这次什么都没有变，写的原因没有记下。" in second
    assert "已取消，退款在下面能看到。" not in second


def test_two_at_the_same_moment_cancel_once(sale: Sale, operator: Browser) -> None:
    order = sale.paid()
    form = {"reason": REASON, "agreed": "paid:19800:wallet"}
    browsers = [operator, *(sale.browser(Role.OPERATOR) for _ in range(3))]
    with ThreadPoolExecutor(max_workers=len(browsers)) as pool:
        answers = list(pool.map(lambda one: one.post(f"/desk/orders/{order.code}/cancel", form), browsers))
    assert {answer.status_code for answer in answers} == {302}
    assert len(sale.refunds(order)) == 1
    assert len(sale.acts("adoption.cancel_by_staff")) == 1
    assert violations() == {}


def test_after_the_adopters_cut_off_staff_may_still_decide(sale: Sale, operator: Browser) -> None:
    order = sale.paid()
    sale.clock.advance(days=61)
    page = operator.get(f"/desk/orders/{order.code}/cancel").text
    assert "已过自助取消日" in page
    operator.post(f"/desk/orders/{order.code}/cancel", {"reason": REASON, "agreed": agreed(page)})
    assert sale.read(order).state == AdoptionState.CANCELLED
    (act,) = sale.acts("adoption.cancel_by_staff")
    assert act.after is not None
    assert act.after["after_cutoff"] is True


def test_past_the_wallets_window_the_money_is_owed_by_hand(sale: Sale, operator: Browser) -> None:
    order = sale.paid(wallet="alipay")
    sale.clock.advance(days=91)
    page = operator.get(f"/desk/orders/{order.code}/cancel").text
    assert "原路退回的期限已过（2027 年 2 月 22 日）" in page
    assert "取消，欠 ¥198.00" in page
    operator.post(f"/desk/orders/{order.code}/cancel", {"reason": REASON, "agreed": agreed(page)})
    (refund,) = sale.refunds(order)
    assert refund.state == RefundState.MANUAL_DUE
    story = operator.get(f"/desk/orders/{order.code}").text
    assert "要另外转账退回" in story
    assert "¥198.00 会另外转给您" in story
    assert violations() == {}


def test_what_changed_since_the_preview_is_not_done(sale: Sale, operator: Browser) -> None:
    order, ref = sale.at_the_till()
    page = operator.get(f"/desk/orders/{order.code}/cancel").text
    assert "有一笔付款还开着" in page
    sale.gateway_says(ref, "paid")
    answer = operator.post(f"/desk/orders/{order.code}/cancel", {"reason": REASON, "agreed": agreed(page)})
    assert answer.status_code == 409
    assert "还没有取消" in answer.text
    assert REASON in answer.text
    assert sale.read(order).state == AdoptionState.PAID
    assert sale.acts("adoption.cancel_by_staff") == []
    # The new preview, agreed to, is done.
    operator.post(f"/desk/orders/{order.code}/cancel", {"reason": REASON, "agreed": agreed(answer.text)})
    assert sale.read(order).state == AdoptionState.CANCELLED
    assert violations() == {}


def test_the_wallets_window_may_close_between_preview_and_agreement(sale: Sale, operator: Browser) -> None:
    order = sale.paid(wallet="alipay")
    sale.clock.advance(days=89, hours=23)
    page = operator.get(f"/desk/orders/{order.code}/cancel").text
    sale.clock.advance(hours=2)
    answer = operator.post(f"/desk/orders/{order.code}/cancel", {"reason": REASON, "agreed": agreed(page)})
    assert answer.status_code == 409
    assert agreed(answer.text) == "paid:19800:by_hand"
    assert sale.refunds(order) == []


def test_a_pending_payment_keeps_its_rope(sale: Sale, operator: Browser) -> None:
    order, ref = sale.at_the_till()
    sale.gateway_says(ref, "pending")
    answer = operator.post(f"/desk/orders/{order.code}/cancel", {"reason": REASON, "agreed": "held:0:none"})
    assert answer.status_code == 409
    assert sale.read(order).state == AdoptionState.HELD


def test_a_hold_is_released_with_a_reason(sale: Sale, operator: Browser) -> None:
    order = sale.hold(plot="D6-04", rope=7)
    late = sale.hold(plot="D6-04", rope=8)
    page = operator.get("/desk/holds").text
    assert "15 分钟" in page
    where = f"/desk/orders/{order.code}/cancel"
    preview = operator.get(where).text
    assert "没有收到钱，不用退" in preview
    refused = operator.post(where, {"reason": "", "agreed": agreed(preview)})
    assert refused.status_code == 422
    assert "请写明原因" in refused.text
    operator.post(where, {"reason": REASON, "agreed": agreed(preview)})
    assert sale.rope_is_free("D6-04", 7)
    assert operator.rows("/desk/holds") == [late.code]
    (act,) = sale.acts("adoption.cancel_by_staff")
    assert act.before == {"state": "held", "refund_fen": 0}
    sale.clock.advance(minutes=20)
    assert "到时，等放开" in operator.get("/desk/holds").text
    assert violations() == {}


def test_a_late_second_payment_does_not_stand_in_the_way(sale: Sale, operator: Browser) -> None:
    order, first = sale.at_the_till()
    sale.gateway_says(first, "expired")
    do_due_work()
    again = sale.pay_again(order)
    sale.gateway_says(again, "paid")
    sale.look(order)
    # The first page turns out to be paid after all: that money goes back, the order stays.
    sale.late_word(first)
    assert sale.read(order).state == AdoptionState.PAID
    page = operator.get(f"/desk/orders/{order.code}/cancel").text
    operator.post(f"/desk/orders/{order.code}/cancel", {"reason": REASON, "agreed": agreed(page)})
    assert [refund.reason for refund in sale.refunds(order)] == ["second_payment", "cancelled_by_staff"]
    do_due_work()
    assert sale.read(order).state == AdoptionState.REFUNDED
    assert violations() == {}


def test_only_the_operator_cancels(sale: Sale) -> None:
    order = sale.paid()
    for role in Role:
        if role is not Role.OPERATOR:
            browser = sale.browser(role)
            form = {"reason": REASON, "agreed": "paid:19800:wallet"}
            assert browser.get(f"/desk/orders/{order.code}/cancel").status_code == 404
            assert browser.post(f"/desk/orders/{order.code}/cancel", form).status_code == 404
    assert sale.read(order).state == AdoptionState.PAID


def test_what_is_over_has_no_cancel_page(sale: Sale, operator: Browser) -> None:
    order = sale.hold()
    sale.tick(minutes=20)
    answer = operator.get(f"/desk/orders/{order.code}/cancel")
    assert answer.headers["Location"] == f"/desk/orders/{order.code}"
    assert operator.get("/desk/orders/2345678ABC/cancel").status_code == 404
