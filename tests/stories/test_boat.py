"""A household posts from the boat: no signal, a stale sign-in, two tabs. Each post arrives once."""

from __future__ import annotations

import os
import struct
import threading
import zlib
from pathlib import Path

import pytest
from flask import Flask, Response
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.growth.models import GrowthUpdate
from tests.boat.shore import Shore, open_shore
from tests.stories import acts
from tests.stories.conftest import MILLISECONDS

# What is tried here lies on the phone, which is the same with both databases.
pytestmark = [pytest.mark.story, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
FULL = pytest.mark.skipif(not os.environ.get("COFU_TEST_FULL"), reason="A browser without Web Locks: make test-full")
LIKELY = "60"
"""A length that nobody doubts after the season's last measurement."""
MINE, OTHER = "19900000001", "19900000008"
READINGS: dict[tuple[str, str, str], dict[str, object]] = {
    ("", "", ""): {},
    ("71 72.5,69", "", ""): {"value": {"lengths_mm": [71, 72.5, 69]}},
    ("７１．５ 毫米、６９", "", "９５%"): {"value": {"lengths_mm": [71.5, 69], "survival": 0.95}},
    ("71", "30", ""): {"value": {"mean_shell_length_mm": 71, "sample_count": 30}},
    ("71", "", ""): {"fault": ["sample_count", "count_needed"]},
    ("大概 71", "", ""): {"fault": ["lengths", "not_numbers"]},
    ("", "30", ""): {"fault": ["lengths", "not_numbers"]},
    ("71", "30", "多"): {"fault": ["survival", "not_a_number"]},
}
"""Lengths, count and survival as typed, and what is understood."""
NO_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', {get: () => undefined});"
SHORT_PAUSES = """const wait = setTimeout;
window.setTimeout = (work, ms, ...more) => wait(work, ms > 3000 && ms < 60000 ? ms / 100 : ms, ...more);"""
TWO_TAPS = """() => {
  const button = document.querySelector("button[form=post]");
  const again = async () => { button.click(); await fetch("/household/hello"); };
  addEventListener("beforeunload", () => setTimeout(again), { once: true });
  button.click();
}"""
"""The second one while the page leaves; then it asks for a small thing."""
SLOW_READS = """const slow = new Promise((resolve) => (window.readOn = resolve));
File.prototype.arrayBuffer = async function () { await slow; return Blob.prototype.arrayBuffer.call(this); };"""
NO_ROOM = "IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError') }"


@pytest.fixture
def app(own_app: Flask) -> Flask:
    return own_app


@pytest.fixture
def shore(app: Flask) -> Shore:
    return open_shore(app)


@pytest.fixture
def sea(app: Flask, shore: Shore, still: FrozenClock) -> Flask:
    return app


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture of noise: 1.1 MB, so that it is sent in some pieces."""
    path, side = tmp_path_factory.mktemp("photos") / "rope.png", 600
    rows = b"".join(b"\0" + os.urandom(3 * side) for _row in range(side))

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path


def come_aboard(page: Page, phone: str = MINE) -> None:
    """Sign in, and wait until the pages are kept on the phone."""
    page.goto("/household")
    acts.sign_in(page, phone)
    expect(page.locator("html[data-kept]")).to_be_attached()


def write(page: Page, *, photos: list[Path], note: str = "", length: str = "") -> None:
    """Post for the first plot; it ends on the home page."""
    page.goto("/household/post")
    expect(page.locator("form[data-ready]")).to_be_attached()
    page.locator(".plotpick label").first.click()
    page.locator("input[type=file][multiple]").set_input_files(photos)
    expect(page.locator(".shot")).to_have_count(len(photos))
    if length:
        page.get_by_text("顺手量一量").click()
        page.get_by_label("壳长，毫米").fill(length)
        page.get_by_label("量了几只").fill("30")
    if note:
        page.get_by_text("再说几句").click()
        page.get_by_label("写给认养的人").fill(note)
    page.get_by_role("button", name="发出去").click()
    expect(page.get_by_role("heading", name="我的 2 条桁")).to_be_visible()


def lines(page: Page, state: str) -> Locator:
    return page.locator(f"#queue .chip:has-text('{state}')")


def arrive(page: Page, count: int) -> None:
    """All is sent, by itself."""
    expect(lines(page, "已发出")).to_have_count(count, timeout=MILLISECONDS)


def notes() -> list[str]:
    """The notes of all posts that have arrived, in order."""
    with unit_of_work(writes=False):
        return list(db.session.scalars(select(GrowthUpdate.note).order_by(GrowthUpdate.id)))


def test_two_posts_from_the_open_sea(phone: Page, shore: Shore, photo: Path) -> None:
    come_aboard(phone)
    boat = phone.context
    boat.set_offline(offline=True)
    write(phone, photos=[photo, photo], note="水清")
    write(phone, photos=[photo], note="第二篇", length=LIKELY)
    expect(lines(phone, "在手机上")).to_have_count(2)
    expect(phone.get_by_text("手机里有 2 篇，等信号")).to_be_visible()
    phone.close()
    again = boat.new_page()
    again.goto("/household/post")
    expect(again.get_by_role("heading", name="拍一篇日记")).to_be_visible()
    again.goto("/household")
    expect(lines(again, "在手机上")).to_have_count(2)
    assert notes() == []
    boat.set_offline(offline=False)
    arrive(again, 2)
    expect(again.locator("#plots .chip:has-text('今天发过')")).to_have_count(1)
    assert notes() == ["水清", "第二篇"]
    assert [len(post["photo_uuids"]) for post in shore.posts] == [2, 1]
    again.reload()
    arrive(again, 2)
    assert len(shore.posts) == 2


def test_a_second_tap_while_the_page_leaves_keeps_no_second_post(phone: Page, shore: Shore) -> None:
    come_aboard(phone)
    phone.goto("/household/post")
    expect(phone.locator("html[data-kept]")).to_be_attached()
    phone.locator(".plotpick label").first.click()
    phone.get_by_text("再说几句").click()
    phone.get_by_label("写给认养的人").fill("一次")
    tapped = threading.Event()

    def hold(path: str) -> None:
        if path == "/household":
            tapped.wait(MILLISECONDS / 1000)
        elif path == "/household/hello":
            tapped.set()

    shore.hold = hold
    phone.evaluate(TWO_TAPS)
    expect(phone.get_by_role("heading", name="我的 2 条桁")).to_be_visible()
    expect(phone.locator("#queue .chip")).to_have_count(1)
    arrive(phone, 1)
    assert notes() == ["一次"]


def test_photos_that_are_still_being_read_are_waited_for(phone: Page, shore: Shore, photo: Path) -> None:
    come_aboard(phone)
    phone.context.add_init_script(SLOW_READS)
    phone.goto("/household/post")
    expect(phone.locator("form[data-ready]")).to_be_attached()
    phone.locator(".plotpick label").first.click()
    adder = phone.locator("input[type=file][multiple]")
    adder.set_input_files([photo, photo])
    adder.set_input_files([photo])
    phone.get_by_text("再说几句").click()
    phone.get_by_label("写给认养的人").fill("三张")
    phone.get_by_role("button", name="发出去").click()
    phone.evaluate("readOn()")
    arrive(phone, 1)
    assert (notes(), [len(post["photo_uuids"]) for post in shore.posts]) == (["三张"], [3])


def test_an_upload_goes_on_where_it_stopped_and_a_lost_answer_posts_nothing_twice(
    phone: Page, shore: Shore, photo: Path
) -> None:
    come_aboard(phone)
    phone.context.add_init_script(SHORT_PAUSES)
    # Begun, first piece, second; begun, third; begun, fourth, posted. After each loss the pieces are smaller.
    losses = iter([False, False, True, False, True, False, False, True])
    shore.lose = lambda _path: next(losses, False)
    write(phone, photos=[photo], note="一次")
    arrive(phone, 1)
    size = photo.stat().st_size
    offsets = [offset for offset, _length, _status in shore.pieces]
    assert offsets == sorted(set(offsets)), "no piece was sent twice"
    assert sum(length for _offset, length, _status in shore.pieces) == size
    assert notes() == ["一次"]


def test_a_stale_sign_in_asks_again_and_keeps_the_queue(
    phone: Page, shore: Shore, photo: Path, still: FrozenClock
) -> None:
    come_aboard(phone)
    phone.context.set_offline(offline=True)
    write(phone, photos=[photo], note="还在")
    phone.context.clear_cookies()
    phone.context.set_offline(offline=False)
    alarm = phone.get_by_role("alert")
    expect(alarm).to_contain_text("1 篇还在手机里")
    assert shore.posts == []
    phone.get_by_role("link", name="重新登录").click()
    still.advance(minutes=2)
    acts.sign_in(phone, MINE)
    arrive(phone, 1)
    assert notes() == ["还在"]


def test_who_else_signs_in_neither_sees_nor_sends_it(
    phone: Page, shore: Shore, photo: Path, still: FrozenClock
) -> None:
    come_aboard(phone)
    phone.context.set_offline(offline=True)
    write(phone, photos=[photo], note="我家的")
    phone.context.clear_cookies()
    phone.context.set_offline(offline=False)
    come_aboard(phone, OTHER)
    expect(phone.locator("#queue")).to_be_hidden()
    phone.goto("/me")
    phone.get_by_role("button", name="退出登录").click()
    expect(phone).to_have_url("/")
    phone.context.set_offline(offline=True)
    phone.goto("/household")
    expect(phone.get_by_text("这部手机上也没有登录过的页")).to_be_visible()
    phone.context.set_offline(offline=False)
    assert shore.posts == []
    still.advance(minutes=2)
    come_aboard(phone)
    arrive(phone, 1)
    assert notes() == ["我家的"]


@pytest.mark.parametrize("script", ["", pytest.param(NO_LOCKS, marks=FULL)], ids=["locks", "lease"])
def test_two_tabs_send_it_once(phone: Page, shore: Shore, photo: Path, script: str) -> None:
    phone.context.add_init_script(script + SHORT_PAUSES)
    come_aboard(phone)
    phone.context.set_offline(offline=True)
    write(phone, photos=[photo], note="甲")
    write(phone, photos=[photo], note="乙")
    tab = phone.context.new_page()
    tab.goto("/household")
    expect(lines(tab, "在手机上")).to_have_count(2)
    phone.context.set_offline(offline=False)
    for page in (phone, tab):
        arrive(page, 2)
    assert notes() == ["甲", "乙"]
    assert len(shore.posts) == 2


def test_a_questioned_reading_is_answered(phone: Page, shore: Shore, photo: Path) -> None:
    come_aboard(phone)
    write(phone, photos=[photo], length="15")
    expect(lines(phone, "要您回答")).to_have_count(1)
    acts.assert_accessible(phone)
    phone.get_by_role("link", name="再量一次").click()
    expect(phone.get_by_label("壳长，毫米")).to_have_value("15")
    expect(phone.locator(".shot")).to_have_count(1)
    phone.get_by_label("壳长，毫米").fill("16")
    phone.get_by_role("button", name="发出去").click()
    phone.get_by_role("button", name="没错").click()
    arrive(phone, 1)
    assert [post["confirmed"] for post in shore.posts] == [False, False, True]
    assert len({post["client_uuid"] for post in shore.posts}) == 1
    assert len(notes()) == 1


def test_what_is_sent_back_says_why_and_goes_only_with_two_taps(phone: Page, shore: Shore, photo: Path) -> None:
    come_aboard(phone)
    fault = '{"code": "invalid", "errors": {"note": "最多 500 个字。"}}'
    shore.refuse = lambda path: (
        Response(fault, 422, content_type="application/problem+json") if path == "/household/updates" else None
    )
    write(phone, photos=[photo], note="长")
    expect(lines(phone, "被退回")).to_have_count(1)
    expect(phone.get_by_text("最多 500 个字。")).to_be_visible()
    phone.get_by_role("button", name="删掉").click()
    phone.get_by_role("button", name="再按一次删掉").click()
    expect(phone.locator("#queue")).to_be_hidden()
    assert notes() == []


def test_a_full_phone_says_so_and_keeps_what_was_typed(phone: Page, photo: Path) -> None:
    come_aboard(phone)
    phone.context.add_init_script(NO_ROOM)
    phone.goto("/household/post")
    phone.locator(".plotpick label").first.click()
    phone.locator("input[type=file][multiple]").set_input_files([photo])
    phone.get_by_text("再说几句").click()
    phone.get_by_label("写给认养的人").fill("别丢")
    phone.get_by_role("button", name="发出去").click()
    expect(phone.get_by_role("alert")).to_contain_text("手机存满了")
    expect(phone.get_by_label("写给认养的人")).to_have_value("别丢")
    acts.assert_accessible(phone)


def test_numbers_typed_with_wet_hands(phone: Page) -> None:
    phone.goto("/household/offline")
    call = "async typed => (await import('/household/app/0/read.js')).reading(...typed)"
    assert {typed: phone.evaluate(call, list(typed)) for typed in READINGS} == READINGS
