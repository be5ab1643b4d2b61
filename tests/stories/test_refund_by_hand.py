"""A refund past the wallet's window: the adopter gives her account, two people agree, one pays, and she reads it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from cofu_adopt.core import clock
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.identity.load_demo import DEMO_PASSWORD
from cofu_adopt.payments.models import Payment
from tests.stories import acts

pytestmark = pytest.mark.story
DESKTOP = {"viewport": {"width": 1280, "height": 800}, "is_mobile": False, "has_touch": False}
PHONE = "13800005678"
CARD = "6222021001112223331"


def open_refund(desk: Page, username: str, tab: str) -> None:
    acts.sign_in_staff(desk, username, DEMO_PASSWORD)
    desk.goto(f"/desk/refunds?tab={tab}")
    desk.locator("a[data-row]").first.click()


def give_account(phone: Page) -> None:
    """A wrong digit, then the right ones; the sign-in is long ago, so a code proves that it is she."""
    phone.get_by_role("link", name="填收款账户").click()
    phone.get_by_label("收款人姓名").fill("林小满")
    phone.get_by_label("账号").fill("6222 0210 0111 2223 332")
    phone.get_by_label("开户银行").fill("工商银行")
    phone.get_by_role("button", name="发验证码").click()
    phone.get_by_label("短信验证码").fill(acts.newest_code(PHONE))
    phone.get_by_role("button", name="就转到这里").click()
    expect(phone.get_by_text("卡号有一位不对")).to_be_visible()
    acts.assert_fits(phone)
    phone.get_by_label("账号").fill("6222 0210 0111 2223 331")
    phone.get_by_label("短信验证码").fill(acts.newest_code(PHONE))
    phone.get_by_role("button", name="就转到这里").click()
    expect(phone.get_by_text("622****3331").first).to_be_visible()


def test_a_manual_refund_with_two_people(open_phone: acts.OpenPhone, still: FrozenClock) -> None:
    phone = open_phone()
    phone.goto("/sign-in")
    acts.sign_in(phone, PHONE)
    phone.goto("/plots/D6-04")
    phone.get_by_role("button", name="认养 001 号绳").locator("visible=true").click()
    acts.fill_review(phone)
    acts.pay(phone)
    order_url = phone.url
    with unit_of_work():
        db.session.execute(update(Payment).values(refundable_until=clock.now()))
    still.advance(minutes=20)

    phone.get_by_role("link", name=re.compile("取消认养并退款")).click()
    expect(phone.get_by_text("不能原路退回了")).to_be_visible()
    phone.get_by_role("button", name="取消并退款 ¥198.00").click()
    expect(phone.get_by_text("等您给账户")).to_be_visible()
    acts.assert_accessible(phone)
    give_account(phone)

    maker = open_phone(**DESKTOP)
    open_refund(maker, "maker", "by_hand")
    maker.get_by_role("button", name="提出转 ¥198.00").click()
    expect(maker.get_by_text("等另一个人批").first).to_be_visible()
    expect(maker.get_by_role("button", name=re.compile("批准"))).to_have_count(0)

    checker = open_phone(**DESKTOP)
    open_refund(checker, "checker", "by_hand")
    checker.get_by_role("button", name="批准转账 ¥198.00").click()
    expect(checker.get_by_text("不能是批的人")).to_be_visible()

    maker.reload()
    maker.get_by_label("为什么要看").fill("去银行转账")
    maker.get_by_role("button", name="显示").click()
    expect(maker.get_by_text(CARD)).to_be_visible()
    maker.get_by_label("银行流水号").fill("ICBC-20270801-1")
    maker.get_by_role("button", name="已经转了 ¥198.00").click()
    expect(maker.get_by_text("流水号 ICBC-20270801-1").first).to_be_visible()
    expect(maker.get_by_text(CARD)).to_have_count(0)
    acts.assert_accessible(maker)

    phone.goto(order_url)
    expect(phone.get_by_text("已转出")).to_be_visible()
    acts.assert_fits(phone)
    phone.goto("/me/messages")
    expect(phone.get_by_text("¥198.00 已转给您")).to_be_visible()
    acts.assert_books_are_right()
