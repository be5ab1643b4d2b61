"""Cases 1 to 6, 10, 11, 20 to 22, 25 and 26: what the gateway tells, how often, how late, and whether it is true."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from cofu_adopt import wiring
from cofu_adopt.core import clock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.events import AdoptionPaid
from cofu_adopt.payments import apply, catch_up, rules
from cofu_adopt.payments.errors import GatewayTrouble
from cofu_adopt.payments.gateway import gateway
from cofu_adopt.payments.models import PaymentState
from tests.payments.cases import acts
from tests.season import HOLD_SECONDS, PRICE_FEN
from tests.stripe_fake import StripeSeason, fake_gateway

COMPLETED = "checkout.session.completed"
MEETING_SECONDS = 0.5
"""How long one of two waits for the other, which cannot come while the first holds the lock."""


def paid_in_silence(season: StripeSeason) -> Any:
    """An order whose payer has paid while no notification came; and the event that was lost."""
    adoption = season.hold(plot="A1-01", rope=1)
    season.pay(adoption, "lost")
    return adoption, acts.about(season, COMPLETED)


def test_case_01_the_same_event_twice_has_one_effect_and_200_both_times(stripe_season: StripeSeason) -> None:
    adoption, event = paid_in_silence(stripe_season)
    assert [stripe_season.send(event) for _ in range(2)] == [200, 200]
    assert acts.outcomes() == ["applied"]
    assert acts.stands(stripe_season, adoption) == ("paid", "succeeded")
    assert acts.captures() == ["payment:1:captured"]
    assert acts.books_agree(stripe_season)


def test_case_02_two_events_for_one_fact_have_one_effect(stripe_season: StripeSeason) -> None:
    adoption, event = paid_in_silence(stripe_season)
    assert [stripe_season.send(event, thin=thin) for thin in (False, True)] == [200, 200]
    assert acts.outcomes() == ["applied", "nothing_changed"]
    assert acts.captures() == ["payment:1:captured"]
    assert acts.messages(stripe_season) == ["adopted"]
    assert acts.stands(stripe_season, adoption) == ("paid", "succeeded")


def test_case_03_two_webhooks_and_the_return_at_once_have_one_effect(
    stripe_season: StripeSeason, monkeypatch: pytest.MonkeyPatch
) -> None:
    adoption, event = paid_in_silence(stripe_season)
    payer, together, next_state = stripe_season.signed_in(), Barrier(3), rules.next_state
    steps: list[PaymentState | None] = []

    def decided(*words: Any) -> PaymentState | None:
        with suppress(BrokenBarrierError):
            together.wait(timeout=MEETING_SECONDS)
        steps.append(next_state(*words))
        return steps[-1]

    monkeypatch.setattr(rules, "next_state", decided)
    works: list[Callable[[], int]] = [
        lambda: stripe_season.send(event),
        lambda: stripe_season.send(event, thin=True),
        lambda: payer.get(f"/orders/{adoption.code}/return").status_code,
    ]
    assert stripe_season.at_once(works, threads=3) == [200, 200, 302]
    assert steps.count(PaymentState.SUCCEEDED) == 1
    assert acts.captures() == ["payment:1:captured"]
    assert acts.stands(stripe_season, adoption) == ("paid", "succeeded")
    assert acts.books_agree(stripe_season)


def test_case_04_a_webhook_before_our_own_commit_is_found_by_its_reference(stripe_season: StripeSeason) -> None:
    adoption = stripe_season.hold()
    stripe_season.review(adoption)
    stripe_season.fake.break_next("timeout", acts.SESSIONS, after=True)
    with pytest.raises(GatewayTrouble):
        stripe_season.open_page(adoption)
    [session] = stripe_season.fake.all_of("checkout.session")
    assert [one.gateway_ref for one in stripe_season.payments(adoption)] == [None]
    stripe_season.choose(session["id"], "pay")
    assert acts.stands(stripe_season, adoption) == ("paid", "succeeded")
    assert stripe_season.payments(adoption)[0].gateway_ref == session["id"]


def test_case_05_the_payer_never_returns_and_the_webhook_alone_fulfils(stripe_season: StripeSeason) -> None:
    adoption = stripe_season.hold()
    stripe_season.pay(adoption, "no_return")
    assert acts.stands(stripe_season, adoption) == ("paid", "succeeded")
    assert acts.messages(stripe_season) == ["adopted"]


def test_case_06_the_webhook_is_lost_and_the_catch_up_finds_it(stripe_season: StripeSeason) -> None:
    adoption, _event = paid_in_silence(stripe_season)
    assert catch_up.catch_up().events == 1
    stripe_season.tick(seconds=1)
    assert acts.stands(stripe_season, adoption) == ("paid", "succeeded")
    assert catch_up.catch_up().events == 0
    assert acts.books_agree(stripe_season)


def test_case_10_an_expired_event_or_an_old_word_after_paid_is_no_step_back(stripe_season: StripeSeason) -> None:
    adoption, ref = acts.late_page(stripe_season)
    old = gateway("stripe").fetch(ref)
    acts.pay_anyway(stripe_season, ref)
    stripe_season.deliver()
    assert stripe_season.send(acts.about(stripe_season, "checkout.session.expired"), thin=True) == 200
    with unit_of_work():
        assert apply.apply_checkout(old), "an answer that was long on its way"
    assert acts.stands(stripe_season, adoption) == ("paid", "succeeded")
    assert stripe_season.holder("A1-01", 1) == adoption.id


def test_case_11_completed_but_unpaid_waits_however_long(stripe_season: StripeSeason) -> None:
    adoption = stripe_season.hold(plot="A1-01", rope=1)
    ref = stripe_season.pay(adoption, "later")
    assert acts.stands(stripe_season, adoption) == ("held", "pending")
    assert acts.page_says(stripe_season, adoption, "先别重付")
    stripe_season.tick(days=1)
    assert acts.stands(stripe_season, adoption) == ("held", "pending")
    assert (stripe_season.holder("A1-01", 1), acts.captures()) == (adoption.id, [])
    stripe_season.fake.confirm(ref)
    stripe_season.deliver()
    assert acts.stands(stripe_season, adoption) == ("paid", "succeeded")
    assert acts.books_agree(stripe_season)


@pytest.mark.parametrize("thin", [False, True])
def test_case_20_forged_stale_foreign_tampered_and_live_are_400_and_not_stored(
    stripe_season: StripeSeason, *, thin: bool
) -> None:
    adoption, event = paid_in_silence(stripe_season)
    assert stripe_season.send(event, thin=thin, secret="whsec_of_another") == 400
    assert stripe_season.send(event, thin=thin, seconds_ago=301) == 400
    assert stripe_season.send(event | {"livemode": True}, thin=thin) == 400
    body, headers = stripe_season.fake.signed(event, thin=thin)
    assert stripe_season.post(body.replace(b"completed", b"expired"), headers) == 400
    assert stripe_season.post(body, {}) == 400
    assert acts.outcomes() == []
    stripe_season.app.extensions["gateways"]["stripe"] = fake_gateway(stripe_season.fake, livemode=True)
    assert stripe_season.post(body, headers) == 400, "a test event on a live key"
    assert (acts.outcomes(), stripe_season.state(adoption)) == ([], "held")
    stripe_season.app.extensions["gateways"]["stripe"] = fake_gateway(stripe_season.fake)
    assert stripe_season.post(body, headers) == 200
    assert stripe_season.state(adoption) == "paid"


def test_case_21_a_replay_inside_the_tolerance_changes_nothing(stripe_season: StripeSeason) -> None:
    adoption, event = paid_in_silence(stripe_season)
    delivery = stripe_season.fake.signed(event)
    assert stripe_season.post(*delivery) == 200
    stripe_season.clock.advance(seconds=300)
    assert stripe_season.post(*delivery) == 200
    assert (acts.outcomes(), acts.captures()) == (["applied"], ["payment:1:captured"])
    stripe_season.clock.advance(seconds=1)
    assert stripe_season.post(*delivery) == 400
    assert acts.stands(stripe_season, adoption) == ("paid", "succeeded")


@pytest.mark.parametrize("minutes", [-10, 10])
def test_case_22_with_a_clock_ten_minutes_off_nothing_is_lost(stripe_season: StripeSeason, minutes: int) -> None:
    # Too far ahead, our clock refuses each notification as stale; the payer's return finds the money.
    stripe_season.fake.now = lambda: clock.now() - timedelta(minutes=minutes)
    adoption, event = paid_in_silence(stripe_season)
    assert stripe_season.send(event) == (400 if minutes > 0 else 200)
    stripe_season.signed_in().get(f"/orders/{adoption.code}/return")
    assert acts.stands(stripe_season, adoption) == ("paid", "succeeded")
    assert acts.captures() == ["payment:1:captured"]
    stripe_season.cancel(adoption)
    stripe_season.tick(seconds=1)
    assert [one["amount"] for one in stripe_season.fake.all_of("refund")] == [PRICE_FEN]
    assert acts.books_agree(stripe_season)


def test_case_25_a_handler_that_crashes_half_way_is_replayed_from_the_inbox(stripe_season: StripeSeason) -> None:
    adoption, event = paid_in_silence(stripe_season)
    bus = stripe_season.app.extensions["bus"]
    # The crash comes last: all that the handlers before it did is undone.
    stripe_season.app.extensions["bus"] = {**bus, AdoptionPaid: (*wiring.TABLE[AdoptionPaid], lambda _event: 1 / 0)}
    assert stripe_season.send(event) == 200
    assert acts.stands(stripe_season, adoption) == ("held", "open")
    assert (acts.outcomes(), acts.captures()) == ([None], [])
    stripe_season.app.extensions["bus"] = bus
    stripe_season.tick(minutes=1)
    assert acts.stands(stripe_season, adoption) == ("paid", "succeeded")
    assert acts.outcomes() == ["applied"]
    assert acts.books_agree(stripe_season)


def test_case_26_what_is_not_ours_is_200_ignored_and_counted(stripe_season: StripeSeason) -> None:
    adoption, _ref = acts.page_of(stripe_season)
    fake = stripe_season.fake
    of_another_shop = fake.add(
        "cs", "checkout.session", status="open", payment_status="unpaid", amount_total=PRICE_FEN, currency="cny",
        client_reference_id="another-shop", metadata={}, payment_method_types=["card"], payment_intent=None, url=None,
        expires_at=fake.seconds() + HOLD_SECONDS, _intent_metadata={},
    )["id"]  # fmt: skip
    paid = fake.pay(of_another_shop, "card")
    fake.refund(paid["payment_intent"], 100, {})
    fake.dispute(of_another_shop)
    stripe_season.deliver()
    assert set(acts.outcomes()) == {"ignored"}
    assert acts.stands(stripe_season, adoption) == ("held", "open")
    assert (acts.captures(), acts.disputes(), stripe_season.violations()) == ([], [], {})
