"""The desk on a laptop's screen: no room and no column is out of sight, and what was asked for is where one looks."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.identity.load_demo import DEMO_PASSWORD
from tests.stories import acts

# The pages are the same on both databases.
pytestmark = [pytest.mark.story, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
LAPTOP = {"viewport": {"width": 1280, "height": 800}, "is_mobile": False, "has_touch": False}
ROOMS = (
    "/desk", "/desk/orders", "/desk/holds", "/desk/offers", "/desk/payments", "/desk/audit", "/desk/sea",
    "/desk/sea/D6", "/desk/plots/D6-04", "/desk/households", "/desk/households/GQ001", "/desk/webhooks",
    "/desk/growth/calendar", "/desk/growth/forecast", "/desk/growth/silent", "/staff/tokens",
)  # fmt: skip
TOO_WIDE = """[...document.querySelectorAll(".scroll")]
    .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.getAttribute("aria-label"))"""
RAIL = """(() => { const rail = document.querySelector(".rail");
    return [rail.scrollHeight <= rail.clientHeight, rail.querySelectorAll("[aria-current]").length]; })()"""


def sell_a_rope(phone: Page) -> None:
    phone.goto("/plots/D6-04")
    phone.get_by_role("button", name="认养 001 号绳").locator("visible=true").click()
    acts.sign_in(phone, "13800005678")
    acts.fill_review(phone)
    acts.pay(phone)
    expect(phone.get_by_text("D6-04-001 是您的了")).to_be_visible()


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_every_room_and_every_column_is_seen(open_phone: acts.OpenPhone, still: FrozenClock, language: str) -> None:
    sell_a_rope(open_phone())
    desk = open_phone(**LAPTOP)
    acts.sign_in_staff(desk, "operator", DEMO_PASSWORD)
    desk.goto(f"/desk?lang={language}")
    for address in ROOMS:
        desk.goto(address)
        assert (address, desk.evaluate(RAIL)) == (address, [True, 1])
        assert (address, desk.evaluate(TOO_WIDE)) == (address, [])
        acts.assert_accessible(desk)


def test_what_is_revealed_is_on_the_screen(open_phone: acts.OpenPhone, still: FrozenClock) -> None:
    sell_a_rope(open_phone())
    desk = open_phone(**LAPTOP)
    acts.sign_in_staff(desk, "operator", DEMO_PASSWORD)
    desk.goto("/desk/orders")
    desk.get_by_role("row", name="D6-04-001").get_by_role("link").first.click()
    desk.get_by_label("为什么要看").fill("包裹丢了要查")
    desk.get_by_role("button", name="显示").click()
    expect(desk.locator(".revealed")).to_be_in_viewport()
