"""Every way in which the sandbox lets a payment end."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cofu_adopt.core.clock import FrozenClock
from tests.stories import acts

pytestmark = pytest.mark.story
MINE = "D6-04-001 是您的了"


@pytest.fixture
def at_the_till(phone: Page) -> Page:
    """A phone on the sandbox's page."""
    phone.goto("/sign-in")
    acts.sign_in(phone, "13800005678")
    phone.goto("/plots/D6-04")
    phone.get_by_role("button", name="认养 001 号绳").locator("visible=true").click()
    acts.fill_review(phone)
    return phone


@pytest.mark.parametrize("outcome", ["pay", "thrice", "lost"])
def test_paid(at_the_till: Page, outcome: str) -> None:
    acts.pay(at_the_till, outcome)
    expect(at_the_till.get_by_text(MINE)).to_be_visible()
    acts.assert_books_are_right()


def test_paid_and_confirmed_later(at_the_till: Page, still: FrozenClock) -> None:
    acts.pay(at_the_till, "later")
    expect(at_the_till.get_by_role("heading", name="还没收到支付结果，先别重付")).to_be_visible()
    still.advance(seconds=30)
    acts.let_the_clock_work()
    at_the_till.reload()
    expect(at_the_till.get_by_text(MINE)).to_be_visible()
    acts.assert_books_are_right()


def test_declined_then_paid(at_the_till: Page) -> None:
    acts.pay(at_the_till, "decline")
    expect(at_the_till.get_by_text("可以换个方式再试一次")).to_be_visible()
    acts.pay(at_the_till)
    expect(at_the_till.get_by_text(MINE)).to_be_visible()


def test_the_page_expires_and_the_rope_is_still_held(at_the_till: Page) -> None:
    acts.pay(at_the_till, "expire")
    at_the_till.get_by_role("button", name=re.compile("去付款")).click()
    acts.pay(at_the_till)
    expect(at_the_till.get_by_text(MINE)).to_be_visible()
    acts.assert_books_are_right()


def test_paid_and_never_returned(at_the_till: Page) -> None:
    acts.pay(at_the_till, "no_return")
    at_the_till.goto("/my/ropes")
    expect(at_the_till.get_by_text("已认养")).to_be_visible()
    acts.assert_books_are_right()
