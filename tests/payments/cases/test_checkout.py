"""Cases 7 to 9, 12 to 14, 23, 24 and 28: pages and their money, too late, too much, twice, or with no answer."""

from __future__ import annotations

from typing import Any

import pytest

from cofu_adopt.core import clock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.payments.gauges import pages_lacking_wallets
from cofu_adopt.payments.lacking_pages import lacking_wallets, list_lacking_pages
from cofu_adopt.payments.queries import list_reviews
from cofu_adopt.remedies.choose import choose
from tests.payments.cases import acts
from tests.season import HOLD_SECONDS, PRICE_FEN
from tests.stripe_fake import StripeSeason


def test_case_07_paid_too_late_and_the_rope_is_gone_is_booked_and_owed_a_choice(stripe_season: StripeSeason) -> None:
    adoption, ref = acts.late_page(stripe_season)
    other = stripe_season.hold(stripe_season.person(), plot="A1-01", rope=1)
    acts.pay_anyway(stripe_season, ref)
    stripe_season.deliver(times=2)
    assert acts.stands(stripe_season, adoption) == ("owed", "succeeded")
    assert acts.captures() == ["payment:1:captured"]
    assert stripe_season.holder("A1-01", 1) == other.id
    assert acts.messages(stripe_season) == ["remedy_opened"]
    assert acts.page_says(stripe_season, adoption, "钱已收到，一分不少", page="/remedy")
    assert acts.books_agree(stripe_season)
    with unit_of_work():
        choose(adoption.code, adoption.person_id, "money")
    stripe_season.tick(seconds=1)
    stripe_season.deliver()
    assert acts.refunds_of(stripe_season, adoption) == [("paid_too_late", "succeeded", PRICE_FEN)]
    assert stripe_season.state(adoption) == "refunded"
    assert acts.books_agree(stripe_season)


def test_case_08_paid_too_late_and_the_rope_is_free_is_kept(stripe_season: StripeSeason) -> None:
    adoption, ref = acts.late_page(stripe_season)
    acts.pay_anyway(stripe_season, ref)
    stripe_season.deliver()
    assert acts.stands(stripe_season, adoption) == ("paid", "succeeded")
    assert stripe_season.holder("A1-01", 1) == adoption.id
    assert acts.messages(stripe_season) == ["adopted"]
    assert acts.books_agree(stripe_season)


def test_case_09_a_hold_that_ends_while_paying_is_decided_by_the_gateway(stripe_season: StripeSeason) -> None:
    paying, paid = acts.page_of(stripe_season, plot="A1-01", rope=1)
    idle, page = acts.page_of(stripe_season, plot="A1-01", rope=2)
    stripe_season.fake.pay(paid)
    stripe_season.tick(seconds=HOLD_SECONDS)
    assert acts.stands(stripe_season, paying) == ("paid", "succeeded")
    assert stripe_season.holder("A1-01", 1) == paying.id
    assert acts.stands(stripe_season, idle) == ("expired", "closed")
    assert stripe_season.fake.get(page, "checkout.session")["status"] == "expired", "it can no longer be paid"
    assert stripe_season.holder("A1-01", 2) is None
    assert acts.books_agree(stripe_season)


def review_follows(season: StripeSeason, **paid: Any) -> None:
    """Money that is not what was asked for: no fulfilment, an alert, and nothing forgotten."""
    adoption, ref = acts.page_of(season, plot="A1-01", rope=1)
    season.fake.pay(ref, **paid)
    season.deliver()
    season.tick(days=1)
    assert acts.stands(season, adoption) == ("held", "review")
    assert (acts.captures(), season.holder("A1-01", 1)) == ([], adoption.id)
    assert acts.page_says(season, adoption, "还没收到支付结果，先别重付")
    with unit_of_work(writes=False):
        assert len(list_reviews()) == 1


def test_case_12_another_amount_is_reviewed_and_not_booked(stripe_season: StripeSeason) -> None:
    review_follows(stripe_season, amount=PRICE_FEN * 100)


def test_case_13_another_currency_is_reviewed_and_not_booked(stripe_season: StripeSeason) -> None:
    review_follows(stripe_season, currency="hkd")


def test_case_14_a_second_page_is_opened_when_the_first_is_closed_and_a_second_payment_goes_back(
    stripe_season: StripeSeason,
) -> None:
    adoption, first = acts.page_of(stripe_season)
    assert stripe_season.open_page(adoption) == first
    stripe_season.choose(first, "expire")
    second = stripe_season.open_page(adoption)
    assert second != first
    assert [one["status"] for one in stripe_season.fake.all_of("checkout.session")] == ["expired", "open"]
    stripe_season.choose(second, "pay")
    acts.pay_anyway(stripe_season, first)
    stripe_season.deliver(times=2)
    stripe_season.tick(seconds=1)
    assert acts.stands(stripe_season, adoption) == ("paid", "succeeded", "succeeded")
    assert acts.refunds_of(stripe_season, adoption) == [("second_payment", "succeeded", PRICE_FEN)]
    [refund] = stripe_season.fake.all_of("refund")
    assert refund["payment_intent"] == stripe_season.fake.get(first, "checkout.session")["payment_intent"]
    assert acts.books_agree(stripe_season)


def test_case_23_a_429_is_waited_for_under_the_same_key(
    stripe_season: StripeSeason, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "pause", lambda _seconds: None)
    adoption = stripe_season.hold()
    stripe_season.review(adoption)
    stripe_season.fake.break_next("429", acts.SESSIONS, times=2)
    answer = stripe_season.signed_in().post(f"/orders/{adoption.code}/pay")
    assert str(answer.location).startswith("https://checkout.stripe.com/c/pay/cs_test_")
    assert "https://checkout.stripe.com" in answer.headers["Content-Security-Policy"]
    assert len(stripe_season.fake.sent(acts.SESSIONS)) == 3
    assert len({call.key for call in stripe_season.fake.sent(acts.SESSIONS)}) == 1


@pytest.mark.parametrize(("kind", "after"), [("timeout", True), ("closed", False), ("500", False)])
def test_case_24_an_order_is_charged_once_though_no_answer_came(
    stripe_season: StripeSeason, kind: Any, *, after: bool
) -> None:
    adoption = stripe_season.hold()
    stripe_season.review(adoption)
    stripe_season.fake.break_next(kind, acts.SESSIONS, after=after)
    answer = stripe_season.signed_in().post(f"/orders/{adoption.code}/pay", follow_redirects=True)
    assert "支付那边没有回应" in answer.text
    assert "不会付两次" in answer.text
    again = stripe_season.signed_in().post(f"/orders/{adoption.code}/pay", follow_redirects=False)
    if kind == "500" and not after:
        # Stripe says a stored 500 again for a day: nothing can be paid under this key until the hold is over.
        assert again.location == f"/orders/{adoption.code}"
        stripe_season.tick(seconds=HOLD_SECONDS * 4)
        assert stripe_season.state(adoption) == "expired"
    else:
        stripe_season.choose(str(again.location).rpartition("/")[2], "pay")
        assert acts.stands(stripe_season, adoption) == ("paid", "succeeded")
    assert {call.key for call in stripe_season.fake.sent(acts.SESSIONS)} == {stripe_season.payments(adoption)[0].key}
    assert len(stripe_season.fake.all_of("payment_intent")) <= 1
    assert acts.books_agree(stripe_season)


def test_case_28_a_page_without_a_wallet_is_open_and_an_alert(stripe_season: StripeSeason) -> None:
    acts.page_of(stripe_season)
    stripe_season.fake.wallets = ("card",)
    adoption = stripe_season.hold()
    stripe_season.pay(adoption, "pay", "card")
    assert acts.stands(stripe_season, adoption) == ("paid", "succeeded")
    with unit_of_work(writes=False):
        lacking = [(page.order_id, page.wallets) for page in list_lacking_pages()]
        assert lacking == [(adoption.id, ("alipay", "wechat_pay"))]
        assert pages_lacking_wallets() == 1
        [matter] = lacking_wallets(5)
        assert matter.words == "少了：alipay、wechat_pay"
    stripe_season.clock.advance(days=1)
    with unit_of_work(writes=False):
        assert list_lacking_pages() == []
        assert lacking_wallets(5) == []
