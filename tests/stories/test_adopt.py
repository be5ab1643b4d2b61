"""From the sea to "my rope", as a stranger on a phone does it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.stories import acts

pytestmark = pytest.mark.story


def test_by_the_map_in_four_taps(phone: Page) -> None:
    phone.goto("/")
    acts.assert_fits(phone)
    phone.get_by_role("link", name=re.compile("^D6 余")).first.click()
    acts.assert_fits(phone)
    phone.get_by_role("link", name=re.compile("D6-04")).click()
    acts.assert_fits(phone)
    phone.get_by_role("button", name="认养 001 号绳").locator("visible=true").click()
    acts.sign_in(phone, "13800005678")
    expect(phone.get_by_text("D6-04-001").first).to_be_visible()
    acts.assert_fits(phone)
    acts.fill_review(phone)
    acts.assert_fits(phone)
    acts.pay(phone)
    expect(phone.get_by_text("D6-04-001 是您的了")).to_be_visible()
    acts.assert_fits(phone)
    phone.get_by_label("给它起个名字").fill("小满号")
    phone.get_by_role("button", name="记下名字").click()
    expect(phone.get_by_role("heading", name="“小满号”")).to_be_visible()
    phone.get_by_role("link", name="看收据").click()
    expect(phone.get_by_text("¥198.00").first).to_be_visible()
    acts.assert_fits(phone)
    phone.goto("/my/ropes")
    expect(phone.get_by_role("link", name="“小满号”")).to_be_visible()
    acts.assert_fits(phone)
    acts.assert_books_are_right()


def test_any_rope_signed_out_and_signing_in_on_the_way(phone: Page) -> None:
    phone.goto("/")
    phone.get_by_role("button", name="认养任意一串").click()
    expect(phone).to_have_url(re.compile("/sign-in"))
    held = phone.get_by_text(re.compile(r"[A-D]\d-\d\d-\d{3}")).first.text_content()
    assert held is not None
    acts.sign_in(phone, "13800005679")
    expect(phone).to_have_url(re.compile(r"/orders/\w+/review"))
    acts.fill_review(phone)
    acts.pay(phone)
    expect(phone.get_by_text("是您的了").first).to_be_visible()
    acts.assert_books_are_right()


def test_a_rope_is_given_back_before_the_cut_off(phone: Page) -> None:
    phone.goto("/plots/D6-04")
    phone.get_by_role("button", name="认养 001 号绳").locator("visible=true").click()
    acts.sign_in(phone, "13800005678")
    acts.fill_review(phone)
    acts.pay(phone)
    phone.get_by_role("link", name=re.compile("取消认养并退款")).click()
    acts.assert_fits(phone)
    phone.get_by_role("button", name=re.compile("取消")).click()
    expect(phone.get_by_text("正在原路退回").first).to_be_visible()
    acts.let_the_clock_work()
    phone.reload()
    expect(phone.get_by_text("已原路退回").first).to_be_visible()
    acts.assert_books_are_right()


def test_everything_without_javascript(open_phone: acts.OpenPhone) -> None:
    phone = open_phone(java_script_enabled=False)
    phone.goto("/")
    phone.get_by_role("link", name=re.compile("^D6 余")).first.click()
    phone.get_by_role("link", name=re.compile("D6-04")).click()
    phone.get_by_role("button", name="认养 001 号绳").locator("visible=true").click()
    acts.sign_in(phone, "13800005678")
    acts.fill_review(phone)
    acts.pay(phone)
    expect(phone.get_by_text("D6-04-001 是您的了")).to_be_visible()


def test_in_english(open_phone: acts.OpenPhone) -> None:
    phone = open_phone(locale="en-GB")
    phone.goto("/")
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    phone.get_by_role("link", name=re.compile("^D6")).first.click()
    phone.get_by_role("link", name=re.compile("D6-04")).click()
    expect(phone.get_by_role("button", name=re.compile("001")).locator("visible=true")).to_be_visible()
    acts.assert_fits(phone)
