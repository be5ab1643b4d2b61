"""The adopter's pages before axe, in light and dark, as a phone shows them."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import expect

from cofu_adopt.core.clock import FrozenClock
from tests.stories import acts

pytestmark = pytest.mark.story


# The pages are the same on both databases.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_from_the_sea_to_my_rope(
    open_phone: acts.OpenPhone, still: FrozenClock, scheme: Literal["light", "dark"]
) -> None:
    phone = open_phone(color_scheme=scheme)
    for address in ("/", "/sea/D6", "/plots/D6-04", "/sign-in", "/my/nothing"):
        phone.goto(address)
        acts.assert_accessible(phone)
    phone.goto("/plots/D6-04")
    phone.get_by_role("button", name="认养 001 号绳").locator("visible=true").click()
    acts.sign_in(phone, "13800005678")
    acts.assert_accessible(phone)
    phone.get_by_role("button", name="去付款").click()
    expect(phone.get_by_role("alert").first).to_be_visible()
    acts.assert_accessible(phone)
    acts.fill_review(phone)
    acts.assert_accessible(phone)
    acts.pay(phone, "later")
    acts.assert_accessible(phone)
    still.advance(seconds=30)
    acts.let_the_clock_work()
    phone.reload()
    expect(phone.get_by_text("D6-04-001 是您的了")).to_be_visible()
    acts.assert_accessible(phone)
    phone.get_by_role("link", name="看它在海里的日子").click()
    acts.assert_accessible(phone)
    phone.get_by_role("button", name="打开分享").click()
    phone.get_by_role("link", name="看别人看到的样子").click()
    acts.assert_accessible(phone)
    phone.go_back()
    phone.get_by_role("link", name="订单、起名和收据").click()
    phone.get_by_role("link", name="看收据").click()
    acts.assert_accessible(phone)
    phone.go_back()
    phone.get_by_role("link", name=re.compile("取消认养并退款")).click()
    acts.assert_accessible(phone)
    for address in ("/my/ropes", "/me", "/me/messages", "/me/messages/settings", "/me/addresses/new"):
        phone.goto(address)
        acts.assert_accessible(phone)
