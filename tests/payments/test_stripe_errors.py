"""What goes wrong on the way to Stripe, in the port's words; cases 23 and 24 at the adapter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from cofu_adopt.core import clock, metrics, patience
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.payments.gateway import CheckoutRequest, Rejected, Retryable, UnknownOutcome
from cofu_adopt.payments.stripe_calls import JOB_SECONDS, PAUSES, WEB_SECONDS, make_calls
from cofu_adopt.payments.stripe_gateway import StripeGateway
from tests.payments.test_stripe_checkout import SESSIONS, request
from tests.stripe_fake import FakeStripe, fake_gateway, served
from tests.stripe_fake.faults import Kind

WORDS: list[tuple[Kind, type[Exception]]] = [
    ("400", Rejected),
    ("401", Retryable),
    ("403", Retryable),
    ("409", Retryable),
    ("429", Retryable),
    ("lock_timeout", Retryable),
    ("500", UnknownOutcome),
    ("503", UnknownOutcome),
    ("timeout", UnknownOutcome),
    ("closed", UnknownOutcome),
    ("garbage", UnknownOutcome),
]


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited; no test waits."""
    found: list[float] = []
    monkeypatch.setattr(clock, "pause", found.append)
    return found


def made(fake: FakeStripe, gateway: StripeGateway) -> tuple[str, str]:
    """A paid session and its refund."""
    ref = gateway.create_checkout(request()).ref
    fake.pay(ref, "card")
    return ref, gateway.refund(key="refund-1", checkout_ref=ref, amount_fen=100).ref


CALLS: dict[str, tuple[str, Callable[[FakeStripe, StripeGateway, str, str], Any]]] = {
    "create_checkout": (
        "POST",
        lambda _f, gateway, _r, _b: gateway.create_checkout(request(key="k2", client_reference="k2")),
    ),
    "fetch": ("GET", lambda _f, gateway, ref, _b: gateway.fetch(ref)),
    "refund": (
        "POST",
        lambda _f, gateway, ref, _b: gateway.refund(key="refund-2", checkout_ref=ref, amount_fen=1),
    ),
    "fetch_refund": ("GET", lambda _f, gateway, _r, back: gateway.fetch_refund(back)),
    "fetch_dispute": ("GET", lambda fake, gateway, ref, _b: gateway.fetch_dispute(fake.dispute(ref)["id"])),
    "send_evidence": (
        "POST",
        lambda fake, gateway, ref, _b: gateway.send_evidence(key="e", ref=fake.dispute(ref)["id"], evidence={}),
    ),
    "events_since": ("GET", lambda _f, gateway, _r, _b: list(gateway.events_since(clock.now()))),
    "payouts_since": ("GET", lambda _f, gateway, _r, _b: list(gateway.payouts_since(clock.now()))),
    "settlement": ("GET", lambda fake, gateway, _r, _b: list(gateway.settlement(fake.pay_out()["id"]))),
}


@pytest.mark.parametrize("call", list(CALLS))
@pytest.mark.parametrize(("kind", "words"), WORDS)
def test_every_call_says_what_is_known(
    fake: FakeStripe, stripe_gateway: StripeGateway, kind: Kind, words: type[Exception], call: str
) -> None:
    ref, back = made(fake, stripe_gateway)
    method, act = CALLS[call]
    fake.break_next(kind, method=method, times=len(PAUSES) + 1)
    with pytest.raises(words) as raised:
        act(fake, stripe_gateway, ref, back)
    assert isinstance(raised.value, words)


def test_after_a_429_all_is_sent_again_with_pauses_under_the_same_key(
    fake: FakeStripe, stripe_gateway: StripeGateway, pauses: list[float]
) -> None:
    fake.break_next("429", times=len(PAUSES))
    stripe_gateway.create_checkout(request())
    sent = fake.sent(SESSIONS)
    assert [call.key for call in sent] == ["checkout-1"] * 3
    assert sent[0].params == sent[1].params == sent[2].params
    assert len(fake.all_of("checkout.session")) == 1
    assert all(bound / 2 <= waited <= bound for waited, bound in zip(pauses, PAUSES, strict=True))


def test_the_pauses_and_one_answer_fit_into_a_visitors_patience() -> None:
    assert sum(PAUSES) + sum(WEB_SECONDS) <= 5
    calls = make_calls("sk_test_1", "https://api.stripe.com")
    timeouts = [client._requestor._get_http_client()._timeout for client in (calls.web, calls.job)]  # type: ignore[attr-defined]
    assert timeouts == [WEB_SECONDS, JOB_SECONDS]
    assert [client._requestor._options.max_network_retries for client in (calls.web, calls.job)] == [0, 0]


def test_a_visitor_gets_the_impatient_client(fake: FakeStripe) -> None:
    calls = make_calls(fake.secret_key, "https://api.stripe.com")
    assert calls.do(lambda client: client is calls.job)
    with patience.limited():
        assert calls.do(lambda client: client is calls.web)
        patience.be_patient()
        assert calls.do(lambda client: client is calls.job)


def test_nothing_else_is_sent_twice_by_itself(fake: FakeStripe, stripe_gateway: StripeGateway) -> None:
    kinds: tuple[Kind, ...] = ("400", "401", "409", "503", "timeout", "closed", "garbage")
    for kind in kinds:
        fake.break_next(kind)
        with pytest.raises((Rejected, Retryable, UnknownOutcome)):
            stripe_gateway.create_checkout(request())
    assert len(fake.sent(SESSIONS)) == len(kinds)


@pytest.mark.parametrize("kind", ["timeout", "closed", "garbage", "503"])
@pytest.mark.parametrize("after", [True, False])
def test_an_unknown_outcome_is_found_out_under_the_same_key(
    fake: FakeStripe, stripe_gateway: StripeGateway, kind: Kind, *, after: bool
) -> None:
    fake.break_next(kind, after=after)
    with pytest.raises(UnknownOutcome):
        stripe_gateway.create_checkout(request())
    checkout = stripe_gateway.create_checkout(request())
    assert [one["id"] for one in fake.all_of("checkout.session")] == [checkout.ref]


def test_a_stored_500_is_not_believed_and_the_session_behind_it_is_found(
    fake: FakeStripe, stripe_gateway: StripeGateway
) -> None:
    fake.break_next("500", after=True)
    with pytest.raises(UnknownOutcome):
        stripe_gateway.create_checkout(request())
    ref = stripe_gateway.create_checkout(request()).ref
    assert [one["id"] for one in fake.all_of("checkout.session")] == [ref]


def test_a_stored_500_with_nothing_behind_it_stays_unknown_until_its_time_is_over(
    fake: FakeStripe, stripe_gateway: StripeGateway, noon: FrozenClock
) -> None:
    asked = request()
    fake.break_next("500")
    for _ in range(3):
        with pytest.raises(UnknownOutcome):
            stripe_gateway.create_checkout(asked)
    noon.advance(minutes=42)
    with pytest.raises(Rejected):
        stripe_gateway.create_checkout(asked)
    assert fake.objects == {}


def test_a_key_that_is_refused_is_an_alert_and_no_word_about_the_order(
    fake: FakeStripe, stripe_gateway: StripeGateway
) -> None:
    counted = metrics.GATEWAY_ERRORS.labels("stripe", "settings")._value
    before = counted.get()
    fake.secret_key = "sk_test_rolled"
    with pytest.raises(Retryable):
        stripe_gateway.create_checkout(request())
    with pytest.raises(Retryable):
        stripe_gateway.fetch("cs_test_1")
    assert counted.get() == before + 2


def test_over_a_real_connection_a_closed_one_is_unknown_and_then_found(fake: FakeStripe) -> None:
    fake.break_next("closed", after=True)
    asked: CheckoutRequest = request()
    with served(fake) as url:
        gateway = fake_gateway(fake, calls=make_calls(fake.secret_key, url))
        with pytest.raises(UnknownOutcome):
            gateway.create_checkout(asked)
        ref = gateway.create_checkout(asked).ref
        fake.pay(ref, "alipay")
        assert gateway.fetch(ref).wallet == "alipay"
        assert gateway.refund(key="refund-1", checkout_ref=ref, amount_fen=19800).amount_fen == 19800
        assert len(list(gateway.events_since(clock.now() - timedelta(hours=1)))) == 3
    assert len(fake.all_of("checkout.session")) == 1
