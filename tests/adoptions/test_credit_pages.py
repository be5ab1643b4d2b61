"""What the adopter reads of her credit: at the review, on the order, on the receipt, and on its own page."""

from __future__ import annotations

import re

import pytest

from tests.credit import give_credit, left
from tests.season import ADDRESS, PRICE_FEN, Browser, Season

REVIEW = ADDRESS | {"fresh_goods": "1"}


@pytest.fixture
def her(season: Season) -> Browser:
    return season.signed_in()


def words(page: str) -> str:
    """The page's words, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_without_credit_nothing_is_offered(season: Season, her: Browser) -> None:
    adoption = season.hold()
    assert "余额" not in her.get(f"/orders/{adoption.code}/review").text
    assert "还没有余额" in her.get("/me/credit").text


def test_a_part_is_ticked_set_aside_paid_and_told(season: Season, her: Browser) -> None:
    give_credit(season, 5000)
    adoption = season.hold()
    here = f"/orders/{adoption.code}"
    page = her.get(f"{here}/review").text
    assert "用余额抵 ¥50.00（余额 ¥50.00）" in page
    assert 'name="use_credit" value="1">' in page, "the person ticks it herself"
    assert her.post(f"{here}/review", data=REVIEW | {"recipient": "", "use_credit": "1"}).status_code == 422
    assert left(season) == 5000
    sent = her.post(f"{here}/review", data=REVIEW | {"use_credit": "1"})
    assert 'name="use_credit" value="1" checked>' in her.get(f"{here}/review").text
    assert "去付款 ¥148.00 另外 ¥50.00 用余额抵" in words(her.get(here).text)
    assert "另有 ¥50.00 正留着付一单" in her.get("/me/credit").text
    again = her.post(f"{here}/pay")
    assert again.location == sent.location
    season.choose(str(sent.location).rpartition("/")[2], "pay")
    for path in (here, f"{here}/receipt"):
        assert "余额付了 ¥50.00 另付 ¥148.00" in words(her.get(path).text)
    assert "¥148.00 原路退回" in her.get(f"{here}/cancel").text
    her.post(f"{here}/cancel")
    assert "¥148.00 在路上 正在原路退回" in words(her.get(here).text)
    assert "余额付的 ¥50.00 已退回余额" in her.get(here).text


def test_all_of_it_needs_no_page_to_pay_on(season: Season, her: Browser) -> None:
    give_credit(season, PRICE_FEN)
    adoption = season.hold()
    here = f"/orders/{adoption.code}"
    assert "用余额付清" in her.get(f"{here}/review").text
    assert her.post(f"{here}/review", data=REVIEW | {"use_credit": "1"}).location == f"{here}/return"
    assert season.state(adoption) == "paid"
    assert her.post(f"{here}/review", data=REVIEW | {"use_credit": "1"}).location == here


def test_taken_back_on_her_page_and_a_second_click_says_so(season: Season, her: Browser) -> None:
    give_credit(season, 5000)
    [agreed] = re.findall(r'name="agreed" value="([^"]+)"', her.get("/me/credit").text)
    assert her.post("/me/credit/refund", data={"agreed": agreed}).location == "/me/credit"
    again = her.post("/me/credit/refund", data={"agreed": agreed})
    assert again.status_code == 409
    assert "余额刚刚变了" in again.text
    assert "正在原路退回" in her.get("/me/credit").text
    other = season.signed_in(season.person())
    assert "¥50.00" not in other.get("/me/credit").text
