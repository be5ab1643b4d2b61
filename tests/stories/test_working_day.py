"""An operator's working day: a messy file is mended, an offer published, an order found, cancelled, and looked up."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.farm.load_demo import DIRECTORY
from cofu_adopt.identity.load_demo import DEMO_PASSWORD, load_demo_people
from tests.stories import acts

pytestmark = [pytest.mark.story, pytest.mark.empty]
DESKTOP = {"viewport": {"width": 1280, "height": 800}, "is_mobile": False, "has_touch": False}


@pytest.fixture
def sea(app: Flask) -> Flask:
    """No season yet: only the workshop's people."""
    with unit_of_work():
        load_demo_people()
    return app


def messy(folder: Path) -> Path:
    """The households as a clerk in a hurry leaves them: a title, a stray blank, and a card with a wrong digit."""
    book = openpyxl.load_workbook(DIRECTORY / "households.xlsx")
    sheet = book.active
    assert sheet is not None
    cell = sheet.cell(row=2, column=9)
    cell.value = f"{str(cell.value)[:-1]}{(int(str(cell.value)[-1]) + 1) % 10}"
    sheet.insert_rows(1)
    sheet.cell(row=1, column=1).value = "养殖户名册（2026）"
    book.save(folder / "households.xlsx")
    return folder / "households.xlsx"


def hand_in(desk: Page, households: Path) -> None:
    desk.goto("/desk/import")
    desk.get_by_label("养殖户名册").set_input_files(households)
    desk.get_by_label("桁地台账").set_input_files(DIRECTORY / "plots.xlsx")
    desk.get_by_label("测量记录").set_input_files(DIRECTORY / "measurements.csv")
    desk.get_by_role("button", name="看预览").click()


def test_a_working_day(open_phone: acts.OpenPhone, tmp_path: Path) -> None:
    desk = open_phone(**DESKTOP)
    acts.sign_in_staff(desk, "operator", DEMO_PASSWORD)

    hand_in(desk, messy(tmp_path))
    expect(desk.get_by_text("有 1 处要改，不能写入。")).to_be_visible()
    expect(desk.get_by_text("第 3 行").first).to_be_visible()
    acts.assert_fits(desk)
    hand_in(desk, DIRECTORY / "households.xlsx")
    for _kind in range(9):
        if not desk.get_by_text(re.compile(r"还有 \d+ 条要确认")).count():
            break
        rows = desk.locator("table tr", has=desk.get_by_text("要确认"))
        rows.filter(has=desk.locator("td.num", has_text=re.compile("^0$"))).get_by_role("link").first.click()
        expect(desk.get_by_text("记下了。")).to_have_count(0)
        desk.get_by_role("button", name=re.compile("这一类全部接受")).click()
        expect(desk.get_by_text("记下了。")).to_be_visible()
    desk.get_by_role("button", name="写入", exact=True).click()
    expect(desk.get_by_role("heading", name="写入好了")).to_be_visible()

    acts.publish_an_offer(desk)

    phone = open_phone()
    phone.goto("/plots/D6-04")
    phone.get_by_role("button", name="认养 001 号绳").locator("visible=true").click()
    acts.sign_in(phone, "13800005678")
    acts.fill_review(phone)
    acts.pay(phone)
    expect(phone.get_by_text("D6-04-001 是您的了")).to_be_visible()

    desk.goto("/desk/orders")
    desk.keyboard.press("/")
    desk.keyboard.type("5678")
    desk.keyboard.press("Enter")
    desk.get_by_role("row", name=re.compile("D6-04-001")).get_by_role("link").first.click()
    acts.assert_fits(desk)
    desk.get_by_role("link", name=re.compile("取消")).click()
    desk.get_by_label("原因").fill("认养人来电，想换一桁")
    desk.get_by_role("button", name="取消，退 ¥198.00").click()
    acts.let_the_clock_work()
    phone.reload()
    expect(phone.get_by_text("已原路退回").first).to_be_visible()

    desk.goto("/desk/audit")
    expect(desk.get_by_text("认养人来电，想换一桁").first).to_be_visible()
    acts.assert_books_are_right()
