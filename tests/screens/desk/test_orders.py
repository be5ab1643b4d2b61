"""Orders on the desk: found by each key, filtered, paged; what is masked is nowhere in the page."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from cofu_adopt.adoptions.search_orders import Kind, understand
from cofu_adopt.core.errors import Invalid
from tests.screens.desk.sale import ADDRESS, OTHER_PHONE, PARCEL_PHONE, PHONE, Browser, Sale


@pytest.fixture
def two(sale: Sale) -> tuple[str, str]:
    """The codes of Lin's paid rope D6-04-007 and of Wang's held one A1-01-003."""
    lin = sale.paid(plot="D6-04", rope=7)
    wang = sale.reviewed(
        phone=OTHER_PHONE,
        plot="A1-01",
        rope=3,
        offer=1,
        delivery={"recipient": "Wang  Wu", "phone": OTHER_PHONE},
    )
    return lin.code, wang.code


FOUND_BY: dict[str, str | None] = {
    PHONE: "lin", "138 0000 5678": "lin", "+86 138-0000-5678": "lin", "１３８００００５６７８": "lin", "5678": "lin",
    PARCEL_PHONE: "lin", "9999": "lin", "林小满": "lin", " 林 小满 ": "lin", "D6-04-007": "lin", "d6-04-7": "lin",
    "D6-04": "lin", "D6": "lin", OTHER_PHONE: "wang", "2222": "wang", "wang wu": "wang", "ＷＡＮＧ ＷＵ": "wang",
    "A1-01-003": "wang", "A1": "wang", "林小": None, "小满": None, "13800005679": None, "1234": None,
    "D6-04-008": None, "D6-99": None, "ZZ9": None, "A1-02": None,
}  # fmt: skip


def test_an_order_is_found_by_what_staff_have_in_hand(two: tuple[str, str], operator: Browser) -> None:
    codes = {"lin": [two[0]], "wang": [two[1]], None: []}
    for typed, expected in FOUND_BY.items():
        answer = operator.post("/desk/orders", {"q": typed}, follow_redirects=False)
        assert answer.status_code == 302, typed
        assert operator.rows(answer.headers["Location"]) == codes[expected], typed


def test_an_order_code_opens_the_order(two: tuple[str, str], operator: Browser) -> None:
    answer = operator.post("/desk/orders", {"q": f" {two[0].lower()} "})
    assert answer.headers["Location"] == f"/desk/orders/{two[0]}"
    assert operator.rows(f"/desk/orders?q={two[0]}") == [two[0]]


@pytest.mark.parametrize("typed", [PHONE, "138 0000 5678", "林小满"])
def test_a_phone_or_a_name_never_stands_in_an_address(two: tuple[str, str], operator: Browser, typed: str) -> None:
    for answer in (
        operator.post("/desk/orders", {"q": typed}),
        operator.get("/desk/orders", query_string={"q": typed}),
    ):
        assert answer.status_code == 302
        assert typed not in answer.headers["Location"]
        page = operator.get(answer.headers["Location"]).text
        assert two[0] in page
        assert PHONE not in page
        assert "林小满" not in page


def test_another_filter_keeps_the_phone_that_was_looked_for(two: tuple[str, str], operator: Browser) -> None:
    found = operator.post("/desk/orders", {"q": PHONE}).headers["Location"]
    kept = dict(parse_qsl(urlsplit(found).query))
    assert kept["as"] == "138****5678"
    answer = operator.post("/desk/orders", {**kept, "q": "", "state": "cancelled"})
    assert operator.rows(answer.headers["Location"]) == []
    answer = operator.post("/desk/orders", {**kept, "q": "", "state": "paid"})
    assert operator.rows(answer.headers["Location"]) == [two[0]]


def test_a_phone_with_a_digit_missing_says_so(two: tuple[str, str], operator: Browser) -> None:
    answer = operator.post("/desk/orders", {"q": "1380000567"})
    assert answer.status_code == 422
    assert "手机号少了 1 位" in answer.text
    assert 'value="1380000567"' in answer.text


def test_filters_narrow_the_list(sale: Sale, two: tuple[str, str], operator: Browser) -> None:
    lin, wang = two
    sale.clock.advance(days=1)
    late = sale.hold(plot="A1-02", rope=1).code
    assert operator.rows("/desk/orders") == [late, wang, lin]
    assert operator.rows("/desk/orders?state=paid") == [lin]
    assert operator.rows(f"/desk/orders?offer={sale.offer_ids[1]}") == [wang]
    assert operator.rows("/desk/orders?grid=A1") == [late, wang]
    assert operator.rows("/desk/orders?from=2026-11-25") == [late]
    assert operator.rows("/desk/orders?to=2026-11-24") == [wang, lin]
    assert operator.rows("/desk/orders?grid=A1&to=2026-11-24&state=held") == [wang]
    assert operator.rows("/desk/orders?grid=A1&q=D6-04") == []


def test_the_day_is_the_islands(sale: Sale, operator: Browser) -> None:
    sale.clock.advance(hours=11, minutes=59)
    before = sale.hold(rope=None).code
    sale.clock.advance(minutes=2)
    after = sale.hold().code
    assert operator.rows("/desk/orders?from=2026-11-24&to=2026-11-24") == [before]
    assert operator.rows("/desk/orders?from=2026-11-25&to=2026-11-25") == [after]


def test_a_filter_that_is_no_filter_is_left_out_and_said(sale: Sale, operator: Browser) -> None:
    code = sale.hold().code
    for query, words in {
        "state=sunk": "有一个条件看不懂", "offer=x": "有一个条件看不懂",
        "from=yesterday": "日期看不懂", "to=2026-13-01": "日期看不懂",
    }.items():  # fmt: skip
        assert operator.rows(f"/desk/orders?{query}") == [code], query
        page = operator.get(f"/desk/orders?{query}").text
        assert words in page, query
        assert f"format=csv&amp;{query}" not in page, "the export must not ask for it again"


def test_paging_loses_and_doubles_nothing(sale: Sale, operator: Browser) -> None:
    codes = [sale.hold().code for _ in range(55)][::-1]
    first = operator.get("/desk/orders?state=held").text
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "state=held" in older
    # Somebody orders in the meantime: nothing moves from one page to the other.
    sale.hold()
    assert operator.rows("/desk/orders?state=held")[1:] == codes[:49]
    assert operator.rows(older) == codes[50:]
    newer = operator.get(older).text.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
    assert operator.rows(newer) == codes[:50]


def test_what_is_masked_is_nowhere_in_a_page(two: tuple[str, str], operator: Browser) -> None:
    for path in ("/desk/orders", f"/desk/orders/{two[0]}", f"/desk/orders/{two[0]}/cancel", "/desk/holds"):
        page = operator.get(path).text
        for secret in (PHONE, OTHER_PHONE, PARCEL_PHONE, "林小满", "Wang", ADDRESS["detail"], "lin@example.com"):
            assert secret not in page, path
    page = operator.get(f"/desk/orders/{two[0]}").text
    assert "137****9999" in page
    assert "林****" in page


def test_the_delivery_is_shown_once_for_a_reason(sale: Sale, two: tuple[str, str], operator: Browser) -> None:
    where = f"/desk/orders/{two[0]}/reveal"
    refused = operator.post(where, {"reason": " x "})
    assert refused.status_code == 422
    assert PARCEL_PHONE not in refused.text
    assert sale.acts("adoption.reveal") == []
    shown = operator.post(where, {"reason": "认养人问包裹去哪了"})
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "no-store"
    for part in ("林小满", PARCEL_PHONE, ADDRESS["detail"]):
        assert part in shown.text
    assert PARCEL_PHONE not in operator.get(f"/desk/orders/{two[0]}").text
    (act,) = sale.acts("adoption.reveal")
    assert act.actor_id == operator.person_id
    assert act.after == {"field": "delivery", "reason": "认养人问包裹去哪了"}


def test_the_page_tells_the_whole_story(sale: Sale, operator: Browser) -> None:
    order = sale.paid(plot="D6-04", rope=7)
    sale.clock.advance(minutes=5)
    operator.post(f"/desk/orders/{order.code}/cancel", {"reason": "地址送不到", "agreed": "paid:19800:wallet"})
    sale.tick(minutes=1)
    page = operator.get(f"/desk/orders/{order.code}").text
    story = [
        "占住 D6-04-007", "填好地址", "开始付款", "钱到账", "绳归认养人", "记账 payment:1:captured",
        "告诉认养人：D6-04-007 是您的了", "订单结束", "批准退款", "记账 refund:1:due", "工坊取消订单",
        "告诉认养人：退款 ¥198.00 已在路上", "退款到账", "记账 refund:1:succeeded", "已退回",
    ]  # fmt: skip
    places = [page.index(words) for words in story]
    assert places == sorted(places)
    assert "Gateway:sandbox" in page
    assert "邮件待发" in page


def test_digits_are_read_by_their_number(sale: Sale) -> None:
    found = {typed: understand(typed) for typed in ("2345678ABC", "0021", "123", "D12-3")}
    assert {typed: search and search.kind for typed, search in found.items()} == {
        "2345678ABC": Kind.CODE,
        "0021": Kind.LAST4,
        "123": Kind.RECIPIENT,
        "D12-3": Kind.PLACE,
    }
    with pytest.raises(Invalid):
        understand("230000000")


def test_the_list_asks_no_question_for_each_row(sale: Sale, operator: Browser, count_queries: list[str]) -> None:
    sale.paid()
    count_queries.clear()
    operator.get("/desk/orders")
    few = len(count_queries)
    for number in range(12):
        sale.paid(phone=f"1380001{number:04d}", delivery={"phone": f"1380001{number:04d}"})
    count_queries.clear()
    operator.get("/desk/orders")
    assert len(count_queries) == few
