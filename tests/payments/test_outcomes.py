"""Every way in which the sandbox's page can end, through the real webhook; and what is found without one."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.payments import sandbox_gateway
from cofu_adopt.payments.models import GatewayEvent
from cofu_adopt.payments.sandbox_pages import OUTCOMES, tell_webhook
from tests.season import HOLD_SECONDS, Season


def stored() -> int:
    with unit_of_work(writes=False):
        return db.session.scalar(select(func.count()).select_from(GatewayEvent)) or 0


@pytest.mark.parametrize(
    ("outcome", "order", "payment", "events"),
    [
        ("pay", "paid", "succeeded", 1),
        ("later", "held", "pending", 1),
        ("decline", "held", "open", 0),
        ("expire", "held", "closed", 1),
        ("no_return", "paid", "succeeded", 1),
        ("thrice", "paid", "succeeded", 3),
        ("lost", "held", "open", 0),
    ],
)
def test_each_outcome(season: Season, outcome: str, order: str, payment: str, events: int) -> None:
    assert outcome in OUTCOMES
    adoption = season.hold()
    season.pay(adoption, outcome)
    assert season.state(adoption) == order
    assert [one.state for one in season.payments(adoption)] == [payment]
    assert stored() == events
    assert season.violations() == {}


def test_confirmed_later(season: Season) -> None:
    adoption = season.hold()
    season.pay(adoption, "later", wallet="alipay")
    season.tick(seconds=20)
    assert season.state(adoption) == "paid"
    [payment] = season.payments(adoption)
    assert payment.wallet == "alipay"
    assert payment.refundable_until is not None
    assert (payment.refundable_until - season.clock.at).days == 90


def test_declined_then_paid_on_the_same_page(season: Season) -> None:
    adoption = season.hold()
    ref = season.pay(adoption, "decline")
    season.choose(ref, "pay")
    assert season.state(adoption) == "paid"
    assert len(season.payments(adoption)) == 1


def test_expired_page_then_paid_on_a_new_one(season: Season) -> None:
    adoption = season.hold()
    first = season.pay(adoption, "expire")
    second = season.open_page(adoption)
    assert first != second
    season.choose(second, "pay")
    assert season.state(adoption) == "paid"
    assert [one.state for one in season.payments(adoption)] == ["closed", "succeeded"]
    assert season.violations() == {}


def test_going_to_pay_again_leads_to_the_same_page(season: Season) -> None:
    adoption = season.hold()
    season.review(adoption)
    assert season.open_page(adoption) == season.open_page(adoption)
    assert len(season.payments(adoption)) == 1


def test_a_page_can_be_paid_as_long_as_the_rope_is_held(season: Season) -> None:
    adoption = season.hold()
    season.clock.advance(seconds=600)
    first = season.pay(adoption, "later")
    decide(first, "expired")
    kept = season.read(adoption)
    second = season.open_page(adoption)
    assert [one.expires_at for one in season.payments(adoption)] == [adoption.held_until, kept.held_until]
    assert kept.held_until > adoption.held_until
    season.tick(seconds=HOLD_SECONDS)
    season.choose(second, "pay")
    assert season.state(adoption) == "paid"


def decide(ref: str, state: str) -> None:
    """The gateway decides about a pending payment."""
    with unit_of_work():
        assert sandbox_gateway.move(ref, ("pending",), state)
    tell_webhook("checkout.session.async_payment_failed", "checkout.session", ref)


def test_a_double_click_on_pay_opens_one_page(season: Season) -> None:
    adoption = season.hold()
    season.review(adoption)
    found = season.at_once([lambda: season.open_page(adoption)] * 6, threads=6)
    assert len(set(found)) == 1
    assert isinstance(found[0], str)
    assert len(season.payments(adoption)) == 1


def test_a_lost_notification_is_found_when_the_payer_comes_back(season: Season) -> None:
    adoption = season.hold()
    season.pay(adoption, "lost")
    season.signed_in().get(f"/orders/{adoption.code}/return")
    assert season.state(adoption) == "paid"
    assert season.violations() == {}


def test_a_lost_notification_is_found_at_the_latest_when_the_hold_ends(season: Season) -> None:
    adoption = season.hold(plot="A1-01", rope=1)
    season.pay(adoption, "lost")
    season.tick(seconds=HOLD_SECONDS)
    assert season.state(adoption) == "paid"
    assert season.holder("A1-01", 1) == adoption.id
    assert season.violations() == {}


def test_a_pending_payment_whose_confirmation_is_lost_is_found_by_the_clock(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    adoption = season.hold()
    season.pay(adoption, "later")
    monkeypatch.setattr("cofu_adopt.payments.sandbox_pages.tell_webhook", lambda *_: 500)
    season.tick(seconds=20)
    assert season.state(adoption) == "held"
    season.tick(seconds=60)
    assert season.state(adoption) == "paid"


def test_a_page_whose_time_is_over_takes_no_money(season: Season) -> None:
    adoption = season.hold()
    season.review(adoption)
    ref = season.open_page(adoption)
    season.clock.advance(seconds=HOLD_SECONDS)
    season.choose(ref, "pay")
    season.tick(seconds=1)
    assert season.state(adoption) == "expired"


@pytest.mark.parametrize("data", [{"outcome": "steal"}, {"outcome": "pay", "wallet": "cowrie"}, {}])
def test_an_outcome_that_is_not_offered_is_not_found(season: Season, data: dict[str, str]) -> None:
    adoption = season.hold()
    season.review(adoption)
    ref = season.open_page(adoption)
    assert season.browser().post(f"/sandbox/checkout/{ref}", data=data).status_code == 404
    assert season.browser().post("/sandbox/checkout/cs_test_0", data={"outcome": "pay"}).status_code == 404
    assert season.state(adoption) == "held"
