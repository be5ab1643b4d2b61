"""The whole of the diary: a household posts from the open sea, and its adopter, a visitor and the workshop see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from cofu_adopt.core import clock
from cofu_adopt.identity.load_demo import DEMO_PASSWORD
from tests.stories import acts
from tests.stories.test_boat import MINE, arrive, come_aboard, lines, notes, photo, write

__all__ = ["photo"]
# What is tried here beyond the pages lies on the phone, which is the same with both databases.
pytestmark = [pytest.mark.story, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
ADOPTER, PLOT, ROPE = "13800005678", "A1-01", "A1-01-001"
MEASURED = "59.5"
"""Shorter than what is sold, so that nobody is told that it is large enough."""
FIRST, SECOND = "绳都在，水清", "量过了，长了一截"
ALL_LOADED = "images => images.every(image => image.complete && image.naturalWidth > 0)"


def test_from_the_boat_to_the_adopters_phone(open_phone: acts.OpenPhone, sea: Flask, photo: Path) -> None:
    hers, boat = open_phone(), open_phone()
    adopt(hers)
    before = last_point(hers)
    said = messages(hers)

    desk = open_phone(viewport={"width": 1280, "height": 800}, is_mobile=False, has_touch=False)
    acts.sign_in_staff(desk, "operator", DEMO_PASSWORD)
    desk.goto("/desk/growth/silent")
    desk.get_by_role("button", name=f"提醒 {PLOT} 的养殖户").click()
    expect(desk.get_by_role("status")).to_contain_text("提醒了 1 桁")

    come_aboard(boat, MINE)
    boat.context.set_offline(offline=True)
    write(boat, photos=[photo], note=FIRST)
    write(boat, photos=[photo, photo], note=SECOND, length=MEASURED)
    expect(lines(boat, "在手机上")).to_have_count(2)
    boat.close()
    again = boat.context.new_page()
    again.goto("/household")
    expect(lines(again, "在手机上")).to_have_count(2)
    boat.context.set_offline(offline=False)
    arrive(again, 2)
    assert notes() == [FIRST, SECOND]
    expect(again.locator("#plots article").filter(has_text=PLOT)).to_contain_text("今天发过")

    for _again in range(2):
        acts.let_the_clock_work()
        assert messages(hers) == [f"{ROPE}：有新的记录", f"{ROPE}：第一张照片到了", *said]
    after = last_point(hers)
    assert after != before
    assert after[0] == MEASURED
    expect(hers.locator("#days .tl__said")).to_have_text([SECOND, FIRST])
    assert_photos_come(hers, 2)
    acts.assert_accessible(hers)

    visitor = open_phone()
    visitor.goto(f"/plots/{PLOT}")
    expect(visitor.locator(".tl__said")).to_have_text([SECOND, FIRST])
    assert_photos_come(visitor, 3)
    acts.assert_accessible(visitor)

    desk.goto("/desk/growth/silent")
    expect(desk.locator(f"#p-{PLOT}")).to_contain_text("有消息了")
    desk.goto("/desk/growth/updates")
    newest = desk.locator("tbody tr").first
    expect(newest).to_contain_text(clock.moment_words(clock.now()))
    expect(newest).to_contain_text(PLOT)
    expect(newest).to_contain_text(SECOND)
    acts.assert_books_are_right()


def adopt(page: Page) -> None:
    """Adopt the plot's first rope and pay it."""
    page.goto(f"/plots/{PLOT}")
    page.get_by_role("button", name="认养 001 号绳").locator("visible=true").click()
    acts.sign_in(page, ADOPTER)
    acts.fill_review(page)
    acts.pay(page)
    expect(page.get_by_text(f"{ROPE} 是您的了")).to_be_visible()


def last_point(page: Page) -> tuple[str | None, str | None]:
    """The newest length on the chart of her rope, and how far to the right it stands."""
    page.goto("/my/ropes")
    page.locator("article h2 a").click()
    shown = page.locator(".nowt").locator("visible=true")
    return shown.text_content(), shown.get_attribute("x")


def messages(page: Page) -> list[str]:
    """What she was told, newest first."""
    page.goto("/me/messages")
    return page.locator("main article h2").all_inner_texts()


def assert_photos_come(page: Page, count: int) -> None:
    """All photos of the page are served, once they come into view."""
    photos = page.locator("img[src^='/media/']")
    expect(photos).to_have_count(count)
    for one in photos.all():
        one.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert photos.evaluate_all(ALL_LOADED)
