"""What people do in the stories, by the words that they read on the screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from cofu_adopt.core import clock, outbox
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.verify import run_checks
from cofu_adopt.notify.dev_inbox import list_kept
from cofu_adopt.notify.senders import SENDERS
from cofu_adopt.schedule import deliver_codes, deliver_letters, deliver_notes, do_due_work

OpenPhone = Callable[..., Page]
"""Opens a phone of somebody (conftest.py)."""
OFFER = {
    "code": "GQ-9", "season": "2027", "title": "认养一串，收一箱", "title_en": "One rope, one parcel", "price": "198",
    "parcels": "1", "promised_kg": "2.5", "limit_per_person": "5", "plots": "ALL", "parcel_cost": "38",
    "gateway_fee": "2.2", "service_fee": "8", "fund": "5", "host": "3", "household_floor": "40", "holdback": "10",
    "holdback_days": "7",
}  # fmt: skip
OFFER_DAYS = {"sale_from_on": 0, "sale_to_on": 90, "harvest_from_on": 240, "harvest_to_on": 300, "cancel_until_on": 30}
ADDRESS = "林小满 13800005678 浙江省舟山市嵊泗县枸杞乡干斜村 12 号"


def sign_in(page: Page, phone: str) -> None:
    """Type the number, read the code where the development SMS go, type it."""
    page.get_by_label("手机号").fill(phone)
    page.get_by_role("button", name="发验证码").click()
    page.get_by_label("验证码").fill(newest_code(phone))
    page.get_by_role("button", name="登录").click()


def newest_code(phone: str) -> str:
    """The newest code that was sent to the phone."""
    outbox.deliver(SENDERS)
    with unit_of_work(writes=False):
        texts = [message.text for message in list_kept() if message.recipient == phone]
    found = re.search(r"\d{6}", texts[0])
    assert found is not None
    return found[0]


def sign_in_staff(page: Page, username: str, password: str) -> None:
    """The workshop's way in."""
    page.goto("/staff/sign-in")
    page.locator("#f-username").fill(username)
    page.locator("#f-password").fill(password)
    page.get_by_role("button", name="登录").click()


def publish_an_offer(page: Page) -> None:
    """Fill in an offer over the whole sea, look at its split, and publish it."""
    page.goto("/desk/offers/new")
    today = clock.today()
    days = {name: (today + timedelta(days=after)).isoformat() for name, after in OFFER_DAYS.items()}
    for name, words in (OFFER | days).items():
        page.locator(f"#f-{name}").fill(words)
    page.get_by_role("button", name="存成草稿").click()
    expect(page.get_by_text("各项加起来正好是价钱")).to_be_visible()
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_role("button", name="停售")).to_be_visible()


def fill_review(page: Page, *, till: str = "沙盒付款页") -> None:
    """Paste an address, let it be taken apart, confirm the fresh goods, and go to pay on the page headed `till`."""
    page.get_by_label("粘贴整段地址").fill(ADDRESS)
    page.get_by_role("button", name="拆开填进下面").click()
    expect(page.get_by_label("收件人")).to_have_value("林小满")
    expect(page.get_by_label("区 / 县")).to_have_value("嵊泗县")
    page.get_by_label("我知道这是鲜活易腐商品").check()
    page.get_by_role("button", name="去付款").click()
    expect(page.get_by_role("heading", name=till)).to_be_visible()


def pay(page: Page, outcome: str = "pay") -> None:
    """Choose how the sandbox lets the payment end: a key of sandbox_pages.OUTCOMES."""
    page.locator(f"button[name=outcome][value={outcome}]").click()


def let_the_clock_work() -> None:
    """What the clock does when it ticks."""
    do_due_work()
    deliver_codes()
    deliver_letters()
    deliver_notes()


def assert_books_are_right() -> None:
    """`flask verify` finds nothing."""
    assert {name: found for name, found in run_checks().items() if found} == {}


def assert_fits(page: Page) -> None:
    """Nothing scrolls sideways."""
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def assert_accessible(page: Page) -> None:
    """Nothing is found by axe, and nothing scrolls sideways."""
    assert_fits(page)
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
