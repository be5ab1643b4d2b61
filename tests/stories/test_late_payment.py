"""The money comes when the rope is somebody else's: another rope, or the money."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cofu_adopt.adoptions.hold import hold_rope
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.identity.people import find_or_make_by_phone
from cofu_adopt.offers.queries import list_offers_on_sale
from cofu_adopt.payments import sandbox_gateway, sandbox_pages
from tests.stories import acts

pytestmark = pytest.mark.story


@pytest.fixture
def paid_too_late(phone: Page, still: FrozenClock) -> Page:
    """A phone on the order's page, after the payment came too late."""
    phone.goto("/sign-in")
    acts.sign_in(phone, "13800005678")
    phone.goto("/plots/D6-04")
    phone.get_by_role("button", name="认养 001 号绳").locator("visible=true").click()
    order = phone.url.rpartition("/review")[0]
    acts.fill_review(phone)
    ref = phone.url.rpartition("/")[2]
    still.advance(minutes=20)
    acts.let_the_clock_work()
    with unit_of_work():
        hold_rope(
            person_id=find_or_make_by_phone("13911112222").id,
            offer_id=list_offers_on_sale(still.at)[0].id,
            request_key="somebody-else",
            plot_code="D6-04",
            rope_number=1,
        )
    with unit_of_work():
        sandbox_gateway.move(ref, ("expired",), "paid", wallet="wechat_pay")
    sandbox_pages.tell_webhook("checkout.session.completed", "checkout.session", ref)
    phone.goto(order)
    return phone


def test_another_rope(paid_too_late: Page) -> None:
    page = paid_too_late
    expect(page.get_by_role("heading", name="D6-04-001 没能留住")).to_be_visible()
    page.get_by_role("link", name="去选").click()
    expect(page.get_by_text("钱已收到，一分不少")).to_be_visible()
    expect(page.get_by_text(re.compile("还有 23 小时|还有 24 小时"))).to_be_visible()
    acts.assert_accessible(page)
    page.get_by_role("button", name="换成这一串").click()
    expect(page.get_by_text("D6-04-002 是您的了")).to_be_visible()
    acts.assert_books_are_right()


def test_the_money(paid_too_late: Page) -> None:
    page = paid_too_late
    page.goto("/my/ropes")
    page.get_by_role("link", name="D6-04-001 号绳").click()
    page.get_by_role("button", name="退款 ¥198.00").click()
    expect(page.get_by_text("正在原路退回")).to_be_visible()
    acts.let_the_clock_work()
    page.reload()
    expect(page.get_by_text("已原路退回")).to_be_visible()
    acts.assert_books_are_right()
