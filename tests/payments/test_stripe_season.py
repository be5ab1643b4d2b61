"""Stripe from the rope to the books, through the real webhook, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.ledger.models import JournalEntry
from cofu_adopt.payments.errors import GatewayTrouble
from cofu_adopt.payments.gauges import pages_lacking_wallets
from cofu_adopt.payments.lacking_pages import lacking_wallets, list_lacking_pages
from cofu_adopt.payments.models import GatewayEvent
from cofu_adopt.payments.queries import list_reviews
from tests.season import HOLD_SECONDS, NOON
from tests.stripe_fake import StripeSeason

SESSIONS = "/v1/checkout/sessions"


def entries() -> list[str]:
    with unit_of_work(writes=False):
        without_fees = select(JournalEntry.source).where(~JournalEntry.source.contains(":fee"))
        return list(db.session.scalars(without_fees.order_by(JournalEntry.id)))


def stored() -> int:
    with unit_of_work(writes=False):
        return db.session.scalar(select(func.count()).select_from(GatewayEvent)) or 0


def states(season: StripeSeason, adoption: Adoption) -> tuple[str, list[str]]:
    return season.state(adoption), [str(one.state) for one in season.payments(adoption)]


def test_paid_cancelled_and_given_back(stripe_season: StripeSeason) -> None:
    adoption = stripe_season.hold()
    ref = stripe_season.pay(adoption, "thrice", "alipay")
    [payment] = stripe_season.payments(adoption)
    assert states(stripe_season, adoption) == ("paid", ["succeeded"])
    assert (payment.provider, payment.livemode, payment.wallet) == ("stripe", False, "alipay")
    assert payment.payment_ref == stripe_season.fake.get(ref, "checkout.session")["payment_intent"]
    stripe_season.cancel(adoption)
    stripe_season.tick(seconds=1)
    stripe_season.deliver(times=2, thin=True)
    assert stripe_season.state(adoption) == "refunded"
    assert [one["amount"] for one in stripe_season.fake.all_of("refund")] == [19800]
    assert entries() == ["payment:1:captured", "refund:1:due", "refund:1:succeeded"]
    assert stripe_season.violations() == {}


def test_the_stored_expiry_is_the_one_that_is_sent_and_the_holds_end_closes_the_page(
    stripe_season: StripeSeason,
) -> None:
    adoption = stripe_season.hold(plot="A1-01", rope=1)
    stripe_season.review(adoption)
    ref = stripe_season.open_page(adoption)
    [payment] = stripe_season.payments(adoption)
    assert payment.expires_at == NOON + timedelta(minutes=41)
    assert stripe_season.fake.get(ref, "checkout.session")["expires_at"] == payment.expires_at.timestamp()
    stripe_season.tick(seconds=HOLD_SECONDS)
    assert stripe_season.fake.get(ref, "checkout.session")["status"] == "expired"
    stripe_season.deliver()
    assert states(stripe_season, adoption) == ("expired", ["closed"])
    assert stripe_season.holder("A1-01", 1) is None


def test_who_pays_as_the_hold_ends_keeps_the_rope(stripe_season: StripeSeason) -> None:
    # Case 9: the gateway decides.
    adoption = stripe_season.hold(plot="A1-01", rope=1)
    stripe_season.pay(adoption, "lost", "alipay")
    stripe_season.tick(seconds=HOLD_SECONDS)
    assert states(stripe_season, adoption) == ("paid", ["succeeded"])
    assert stripe_season.holder("A1-01", 1) == adoption.id
    assert stripe_season.violations() == {}


def test_a_second_page_is_only_opened_when_the_first_is_closed(stripe_season: StripeSeason) -> None:
    # Case 14: at no moment are two sessions of one order open.
    adoption = stripe_season.hold()
    stripe_season.review(adoption)
    first = stripe_season.open_page(adoption)
    assert stripe_season.open_page(adoption) == first
    stripe_season.choose(first, "expire")
    second = stripe_season.open_page(adoption)
    assert second != first
    assert [one["status"] for one in stripe_season.fake.all_of("checkout.session")] == ["expired", "open"]


@pytest.mark.parametrize("paid", [{"amount": 19799}, {"currency": "hkd"}])
def test_another_amount_or_currency_is_reviewed_and_not_booked(
    stripe_season: StripeSeason, paid: dict[str, Any]
) -> None:
    # Cases 12 and 13.
    adoption = stripe_season.hold()
    stripe_season.review(adoption)
    stripe_season.fake.pay(stripe_season.open_page(adoption), **paid)
    stripe_season.deliver()
    assert states(stripe_season, adoption) == ("held", ["review"])
    assert entries() == []
    with unit_of_work(writes=False):
        assert len(list_reviews()) == 1


@pytest.mark.parametrize("kind", ["timeout", "500"])
def test_an_order_is_charged_once_though_the_answer_was_lost(stripe_season: StripeSeason, kind: Any) -> None:
    # Case 24.
    adoption = stripe_season.hold()
    stripe_season.review(adoption)
    stripe_season.fake.break_next(kind, SESSIONS, after=True)
    with pytest.raises(GatewayTrouble):
        stripe_season.open_page(adoption)
    stripe_season.choose(stripe_season.open_page(adoption), "pay")
    assert states(stripe_season, adoption) == ("paid", ["succeeded"])
    assert {call.key for call in stripe_season.fake.sent(SESSIONS)} == {stripe_season.payments(adoption)[0].key}
    assert len(stripe_season.fake.all_of("payment_intent")) == 1


def test_a_429_is_waited_for_and_the_person_sees_nothing_of_it(
    stripe_season: StripeSeason, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Case 23.
    monkeypatch.setattr(clock, "pause", lambda _seconds: None)
    adoption = stripe_season.hold()
    stripe_season.review(adoption)
    stripe_season.fake.break_next("429", SESSIONS, times=2)
    answer = stripe_season.signed_in().post(f"/orders/{adoption.code}/pay")
    assert str(answer.location).startswith("https://checkout.stripe.com/c/pay/cs_test_")
    assert "https://checkout.stripe.com" in answer.headers["Content-Security-Policy"]
    assert len({call.key for call in stripe_season.fake.sent(SESSIONS)}) == 1


def test_a_key_that_stripe_refuses_loses_no_order(stripe_season: StripeSeason) -> None:
    adoption = stripe_season.hold(plot="A1-01", rope=1)
    stripe_season.review(adoption)
    stripe_season.fake.break_next("401", ".*", times=2)
    for _ in range(2):
        with pytest.raises(GatewayTrouble):
            stripe_season.open_page(adoption)
    assert states(stripe_season, adoption) == ("held", ["opening"])
    stripe_season.choose(stripe_season.open_page(adoption), "pay")
    assert states(stripe_season, adoption) == ("paid", ["succeeded"])


def test_forged_stale_foreign_and_live_events_are_refused_and_not_stored(stripe_season: StripeSeason) -> None:
    # Case 20.
    adoption = stripe_season.hold()
    stripe_season.pay(adoption, "lost")
    event = stripe_season.fake.events[-1]
    for thin in (False, True):
        assert stripe_season.send(event, thin=thin, secret="whsec_of_another") == 400
        assert stripe_season.send(event, thin=thin, seconds_ago=301) == 400
        assert stripe_season.send(event | {"livemode": True}, thin=thin) == 400
        body, headers = stripe_season.fake.signed(event, thin=thin)
        assert stripe_season.post(body.replace(b"completed", b"expired"), headers) == 400
    assert stored() == 0
    assert stripe_season.state(adoption) == "held"
    assert stripe_season.send(event, thin=True) == 200
    assert states(stripe_season, adoption) == ("paid", ["succeeded"])


@pytest.mark.parametrize("minutes", [-10, 10])
def test_with_a_clock_ten_minutes_off_nothing_is_lost(stripe_season: StripeSeason, minutes: int) -> None:
    # Case 22: too far ahead, our clock refuses each notification as stale; the payer's return finds the money.
    stripe_season.fake.now = lambda: clock.now() - timedelta(minutes=minutes)
    adoption = stripe_season.hold()
    stripe_season.pay(adoption, "lost")
    told = stripe_season.send(stripe_season.fake.events[-1])
    assert told == (400 if minutes > 0 else 200)
    stripe_season.signed_in().get(f"/orders/{adoption.code}/return")
    assert states(stripe_season, adoption) == ("paid", ["succeeded"])
    assert len(entries()) == 1
    assert stripe_season.violations() == {}


def test_a_page_without_a_wallet_is_open_and_an_alert(stripe_season: StripeSeason) -> None:
    # Case 28.
    whole = stripe_season.hold()
    stripe_season.review(whole)
    stripe_season.open_page(whole)
    stripe_season.fake.wallets = ("card",)
    adoption = stripe_season.hold()
    ref = stripe_season.pay(adoption, "pay", "card")
    assert ref
    assert states(stripe_season, adoption) == ("paid", ["succeeded"])
    with unit_of_work(writes=False):
        [page] = list_lacking_pages()
        assert (page.order_id, page.wallets) == (adoption.id, ("alipay", "wechat_pay"))
        assert pages_lacking_wallets() == 1
        [matter] = lacking_wallets(5)
        assert matter.words == "少了：alipay、wechat_pay"
    stripe_season.clock.advance(days=1)
    with unit_of_work(writes=False):
        assert list_lacking_pages() == []
        assert lacking_wallets(5) == []


def test_money_that_fails_after_the_page_frees_the_rope_for_a_new_try(stripe_season: StripeSeason) -> None:
    adoption = stripe_season.hold()
    ref = stripe_season.pay(adoption, "later", "alipay")
    assert states(stripe_season, adoption) == ("held", ["pending"])
    stripe_season.fake.fail(ref)
    stripe_season.deliver()
    assert states(stripe_season, adoption) == ("held", ["closed"])
    stripe_season.choose(stripe_season.open_page(adoption), "pay")
    assert states(stripe_season, adoption) == ("paid", ["closed", "succeeded"])
    assert stripe_season.violations() == {}
