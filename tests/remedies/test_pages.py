"""The adopter's page, the notices that lead to it, and whose it is."""

from __future__ import annotations

from tests.remedies.late import choose_as_adopter, pay_too_late, remedy_of
from tests.season import Season


def test_the_page_says_what_happened_and_until_when(season: Season) -> None:
    adoption = pay_too_late(season)
    season.clock.advance(hours=2, seconds=1)
    page = season.signed_in().get(f"/orders/{adoption.code}/remedy").text
    for words in ("A1-01-001 没能留住", "钱已收到，一分不少", "¥198.00", "11 月 25 日 12:15 前", "还有 21 小时"):
        assert words in page
    assert "现在空着的是 A1-01-001" in page or "现在空着的是 A1-01-002" in page


def test_the_order_and_my_ropes_lead_there(season: Season) -> None:
    adoption = pay_too_late(season)
    browser = season.signed_in()
    for path in (f"/orders/{adoption.code}", "/my/ropes"):
        page = browser.get(path).text
        assert f"/orders/{adoption.code}/remedy" in page
        assert "11 月 25 日 12:15 前" in page
        assert "待选择" in page


def test_choosing_leads_to_the_order(season: Season) -> None:
    adoption = pay_too_late(season)
    browser, where = season.signed_in(), f"/orders/{adoption.code}/remedy"
    for _double_click in range(2):
        answer = browser.post(where, data={"outcome": "rope"})
        assert answer.headers["Location"] == f"/orders/{adoption.code}"
    assert season.state(adoption) == "paid"
    assert browser.get(where).headers["Location"] == f"/orders/{adoption.code}"
    other_tab = browser.post(where, data={"outcome": "money"}, follow_redirects=True)
    assert "已经选过了" in other_tab.text
    assert season.state(adoption) == "paid"


def test_a_rope_that_went_between_page_and_click_is_said_and_the_rest_offered(season: Season) -> None:
    adoption = pay_too_late(season)
    for _ in range(11):
        season.hold(season.person())
    browser = season.signed_in()
    answer = browser.post(f"/orders/{adoption.code}/remedy", data={"outcome": "rope"})
    assert answer.status_code == 409
    assert "刚刚没有空着的绳了" in answer.text
    assert "现在一串空着的都没有" in answer.text
    assert "退款 ¥198.00" in answer.text
    assert remedy_of(adoption).state == "open"


def test_too_late_and_not_offered_are_said(season: Season) -> None:
    adoption = pay_too_late(season)
    browser, where = season.signed_in(), f"/orders/{adoption.code}/remedy"
    assert browser.post(where, data={"outcome": "gold"}).status_code == 422
    season.clock.advance(hours=24)
    answer = browser.post(where, data={"outcome": "rope"})
    assert (answer.status_code, "选的时间过了" in answer.text) == (409, True)
    assert "<button" not in answer.text.partition("<main")[2].partition("</main>")[0]


def test_it_is_nobody_elses(season: Season) -> None:
    adoption = pay_too_late(season)
    other = season.signed_in(season.person())
    assert other.get(f"/orders/{adoption.code}/remedy").status_code == 404
    assert other.post(f"/orders/{adoption.code}/remedy", data={"outcome": "money"}).status_code == 404
    assert season.state(adoption) == "owed"


def test_the_forms_of_a_hold_lead_back_to_the_order(season: Season) -> None:
    adoption = pay_too_late(season)
    for form in ("pay", "cancel"):
        answer = season.signed_in().post(f"/orders/{adoption.code}/{form}")
        assert answer.headers["Location"] == f"/orders/{adoption.code}"
    choose_as_adopter(adoption, "money")
    assert "正在原路退回" in season.signed_in().get(f"/orders/{adoption.code}").text
