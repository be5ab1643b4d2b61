"""What messages say, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from cofu_adopt.notify.texts import TEXTS, note_sms_text, sms_text, text_of

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PARAMS: dict[str, Any] = {
    "rope": "A1-01-007",
    "code": "ABC123",
    "amount_fen": 123450,
    "reason": "cancelled",
    "by_hand": False,
    "ref": "GZ-7K3M-9",
    "missing_fen": 4500,
    "until": "2026-11-26T04:00:00+00:00",
    "to": "622****3331",
    "chosen": True,
    "cause": "late_payment",
    "ropes": 1,
    "household": "Lin",
    "day": "2026-11-24",
    "photos": 1,
    "posts": 1,
    "mm": 60,
    "plot": "A1-01-007",
    "plots": 1,
    "adopters": 3,
    "update_id": 7,
    "by_workshop": 0,
    "id": 1,
    "name": "screen",
}
HREFS = {"credited": "/me/credit", "remedy_opened": "/orders/ABC123/remedy", "post_reminder": "/household"}
HREFS |= {"asked": "/household/questions", "answered": "/my/ropes/ABC123/updates/7", "webhook_off": "/desk/webhooks/1"}
"""Where it leads, if not to the order."""
OF_NO_ROPE = {"asked", "webhook_off"}
CASES = [(template, PARAMS) for template in TEXTS if template != "confirm_email"] + [
    ("refund_due", PARAMS | {"reason": reason}) for reason in ("paid_too_late", "overpaid", "underpaid")
]


@pytest.mark.parametrize(("template", "params"), CASES)
@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_a_text_names_the_rope_and_leads_to_the_order(
    plain_app: Flask, template: str, params: dict[str, Any], language: str
) -> None:
    with force_locale(language):
        text = text_of(template, params)
    words = f"{text.title} {text.body}"
    assert ("A1-01-007" in words) is (template not in OF_NO_ROPE)
    assert text.href == HREFS.get(template, "/orders/ABC123")
    assert bool(CHINESE.search(words)) is (language == "zh_Hans")
    assert "%" not in words
    assert "!" not in words
    assert "！" not in words


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_money_is_said_with_two_decimals(plain_app: Flask, language: str) -> None:
    with force_locale(language):
        assert "¥1,234.50" in text_of("refunded", PARAMS).title


def test_money_that_came_too_late_says_why(plain_app: Flask) -> None:
    assert "被别人认走" in text_of("refund_due", PARAMS | {"reason": "paid_too_late"}).body
    with force_locale("en"):
        body = text_of("refund_due", PARAMS | {"reason": "paid_too_late"}).body
    assert "somebody else had adopted A1-01-007. The money goes back" in body


def test_money_that_cannot_go_back_the_way_it_came_is_transferred(plain_app: Flask) -> None:
    for reason in ("cancelled", "cancelled_by_staff", "paid_too_late"):
        body = text_of("refund_due", PARAMS | {"reason": reason, "by_hand": True}).body
        assert "请告诉我们转到哪个账户" in body
        assert "原路退回，" not in body


def test_who_is_asked_for_an_account_is_led_to_where_it_is_given(plain_app: Flask) -> None:
    asked = PARAMS | {"refund_id": 7}
    for template, params in (
        ("refund_due", asked | {"by_hand": True}), ("refund_account", asked), ("refund_returned", asked),
    ):  # fmt: skip
        assert text_of(template, params).href == "/orders/ABC123/refunds/7/account"


def test_several_ropes_are_counted_and_lead_to_all_of_them(plain_app: Flask) -> None:
    many = PARAMS | {"ropes": 3, "photos": 2}
    text = text_of("update", many)
    assert (text.title, text.href) == ("A1-01-007 等 3 串：有新的记录", "/my/ropes")
    assert text.body == "11 月 24 日，Lin家记了一笔，有 2 张照片。"
    with force_locale("en"):
        text = text_of("update", many)
    assert text.title == "A1-01-007 and others, 3 ropes: a new entry"
    assert text.body == "24 November: Lin's family wrote in the diary, with 2 photos."
    assert "照片" not in text_of("update", PARAMS | {"photos": 0, "household": ""}).body


def test_an_sms_is_the_headline(plain_app: Flask) -> None:
    title = "A1-01-007：采收窗口今天开了"
    assert note_sms_text("harvest_opens", PARAMS) == (title, f"【格子海】{title}。")


def test_a_code_says_how_long_it_lives_and_to_tell_nobody(plain_app: Flask) -> None:
    assert "10 分钟内有效。请不要告诉别人" in sms_text({"minutes": 10}, "012345")
    with force_locale("en"):
        assert sms_text({"minutes": 10}, "012345").startswith("[Grid Sea] Your code is 012345, valid for 10 minutes.")
