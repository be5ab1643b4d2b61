"""A rope is held while its adopter makes up her mind, and no longer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cofu_adopt.core.clock import FrozenClock
from tests.stories import acts

pytestmark = pytest.mark.story


def hold(page: Page, rope: str = "001") -> None:
    """Tap the rope's button on the plot's page."""
    page.goto(f"/plots/D6-04?rope={int(rope)}")
    page.get_by_role("button", name=f"认养 {rope} 号绳").locator("visible=true").click()


def test_it_survives_reload_second_tab_and_a_double_tap(phone: Page) -> None:
    phone.goto("/sign-in")
    acts.sign_in(phone, "13800005678")
    phone.goto("/plots/D6-04?rope=7")
    phone.get_by_role("button", name="认养 007 号绳").locator("visible=true").dblclick()
    expect(phone.get_by_text("D6-04-007").first).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("D6-04-007").first).to_be_visible()
    second = phone.context.new_page()
    second.goto("/my/ropes")
    expect(second.get_by_role("link", name=re.compile("D6-04-007"))).to_have_count(1)
    acts.assert_books_are_right()


def test_it_runs_out_and_the_rope_is_free_again(phone: Page, open_phone: acts.OpenPhone, still: FrozenClock) -> None:
    phone.goto("/sign-in")
    acts.sign_in(phone, "13800005678")
    hold(phone)
    expect(phone.get_by_role("timer")).to_be_visible()
    other = open_phone()
    other.goto("/plots/D6-04")
    expect(other.get_by_label("001 号绳，可认养")).to_have_count(0)
    still.advance(minutes=16)
    phone.reload()
    expect(phone.get_by_role("heading", name=re.compile("分钟到了"))).to_be_visible()
    acts.assert_fits(phone)
    acts.let_the_clock_work()
    other.reload()
    expect(other.get_by_label("001 号绳，可认养")).to_have_count(1)
    acts.assert_books_are_right()


def test_two_people_want_the_same_rope(open_phone: acts.OpenPhone) -> None:
    first, second = open_phone(), open_phone()
    for page in (first, second):
        page.goto("/plots/D6-04?rope=5")
    first.get_by_role("button", name="认养 005 号绳").locator("visible=true").click()
    expect(first).to_have_url(re.compile("/sign-in"))
    second.get_by_role("button", name="认养 005 号绳").locator("visible=true").click()
    expect(second.get_by_role("heading", name="这一串刚被认走")).to_be_visible()
    acts.assert_fits(second)
    second.get_by_role("button", name=re.compile(r"认养 00[46] 号绳")).click()
    expect(second).to_have_url(re.compile("/sign-in"))
    acts.assert_books_are_right()
