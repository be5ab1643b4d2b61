"""Who sees which room of the desk: readers read, the operator acts, to all others the rooms do not exist."""

from __future__ import annotations

from cofu_adopt.core.access import Role
from tests.screens.desk.sale import Sale

READERS = {Role.OPERATOR, Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.AUDITOR}


def test_each_room_for_each_role(sale: Sale) -> None:
    order = sale.paid()
    reads = [
        "/desk/orders", f"/desk/orders/{order.code}", "/desk/holds", "/desk/households", "/desk/households/GQ001",
        "/desk/sea", "/desk/sea/A1", "/desk/plots/A1-01", "/desk/audit", "/desk/orders/export?format=csv",
        "/desk/households/export?format=xlsx", "/desk/payments", "/desk/inbox", "/desk/exceptions",
    ]  # fmt: skip
    acts = [
        (f"/desk/orders/{order.code}/reveal", {"reason": "包裹丢了要查"}),
        (f"/desk/orders/{order.code}/cancel", {"reason": "地址送不到", "agreed": "nothing"}),
        ("/desk/households/GQ001/reveal", {"field": "phone", "reason": "台风前打电话"}),
    ]
    for role in Role:
        browser = sale.browser(role)
        for path in reads:
            assert browser.get(path).status_code == (200 if role in READERS else 404), (role, path)
        for path, form in acts:
            status = browser.post(path, form).status_code
            assert status == (404 if role is not Role.OPERATOR else 409 if "cancel" in path else 200), (role, path)
        assert browser.post("/desk/orders", {"q": "5678"}).status_code == (302 if role in READERS else 404), role


def test_readers_see_no_button_for_what_they_may_not_do(sale: Sale) -> None:
    order = sale.paid()
    for role in READERS:
        browser = sale.browser(role)
        page = browser.get(f"/desk/orders/{order.code}").text
        assert (f"/desk/orders/{order.code}/cancel" in page) is (role is Role.OPERATOR)
        assert (f"/desk/orders/{order.code}/reveal" in page) is (role is Role.OPERATOR)
        assert ("/reveal" in browser.get("/desk/households/GQ001").text) is (role is Role.OPERATOR)


def test_the_rail_shows_only_rooms_that_open(sale: Sale) -> None:
    page = sale.browser(Role.AUDITOR).get("/desk/audit").text
    rail = page.split('class="rail"')[1].split("</nav>")[0]
    for room in ("orders", "holds", "sea", "households", "audit"):
        assert f'href="/desk/{room}"' in rail
    assert 'aria-current="page"' in rail
    assert "/desk/orders" not in sale.browser(Role.HOST).get("/desk/audit").text


def test_a_visitor_is_shown_the_staff_door(sale: Sale) -> None:
    answer = sale.app.test_client().get("/desk/orders")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/staff/sign-in")
