"""A session at Stripe through the adapter: what is asked, what is read, what wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cofu_adopt.core import clock
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.payments.gateway import CheckoutRequest, CheckoutState, Rejected, UnknownOutcome
from cofu_adopt.payments.rules import page_ends_at
from cofu_adopt.payments.stripe_gateway import StripeGateway
from tests.season import NOON
from tests.stripe_fake import FakeStripe, fake_gateway

SESSIONS = "/v1/checkout/sessions"


def request(**changes: Any) -> CheckoutRequest:
    asked = CheckoutRequest(
        key="checkout-1",
        client_reference="checkout-1",
        title="格子海 A1-01 认养一串",
        amount_fen=19800,
        currency="cny",
        expires_at=page_ends_at("stripe", clock.now(), clock.now() + timedelta(minutes=15)),
        return_url="/orders/AB12/return",
        locale="zh_Hans",
    )
    return replace(asked, **changes)


def test_what_is_asked_for(fake: FakeStripe, stripe_gateway: StripeGateway) -> None:
    checkout = stripe_gateway.create_checkout(request())
    [call] = fake.sent(SESSIONS)
    assert call.key == "checkout-1"
    assert call.params == {
        "mode": "payment",
        "client_reference_id": "checkout-1",
        "metadata": {"cofu_key": "checkout-1"},
        "payment_intent_data": {"description": "格子海 A1-01 认养一串", "metadata": {"cofu_key": "checkout-1"}},
        "line_items": [
            {
                "quantity": "1",
                "price_data": {
                    "currency": "cny",
                    "unit_amount": "19800",
                    "product_data": {"name": "格子海 A1-01 认养一串"},
                },
            }
        ],
        "allowed_payment_method_types": ["alipay", "wechat_pay", "card"],
        "payment_method_options": {"wechat_pay": {"client": "web"}},
        "adaptive_pricing": {"enabled": "false"},
        "locale": "zh",
        "expires_at": str(int((NOON + timedelta(minutes=41)).timestamp())),
        "success_url": "https://sea.example/orders/AB12/return",
        "cancel_url": "https://sea.example/orders/AB12/return",
    }
    assert (checkout.state, checkout.amount_fen, checkout.currency, checkout.livemode) == (
        CheckoutState.OPEN,
        19800,
        "cny",
        False,
    )
    assert checkout.url == f"https://checkout.stripe.com/c/pay/{checkout.ref}"
    assert (checkout.client_reference, checkout.wallets) == ("checkout-1", ("alipay", "wechat_pay", "card"))
    assert (checkout.wallet, checkout.payment_ref, checkout.fee_fen) == (None, None, None)


def test_an_english_page_without_wechat_in_another_currency(fake: FakeStripe) -> None:
    gateway = fake_gateway(fake, wallets=("card",))
    gateway.create_checkout(request(locale="en", currency="hkd", return_url="https://other.example/back"))
    params = fake.sent(SESSIONS)[0].params
    assert (params["locale"], params["allowed_payment_method_types"]) == ("en", ["card"])
    assert params["line_items"][0]["price_data"]["currency"] == "hkd"
    assert params["success_url"] == "https://other.example/back"
    assert "payment_method_options" not in params


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (timedelta(minutes=1), timedelta(minutes=41)),
        (timedelta(hours=3), timedelta(hours=3)),
        (timedelta(days=7), timedelta(hours=23, minutes=49)),
    ],
)
@pytest.mark.parametrize("minutes_off", [-10, 0, 10])
def test_the_expiry_is_one_that_stripe_takes_though_our_clock_is_off(
    stripe_gateway: StripeGateway, fake: FakeStripe, wanted: timedelta, given: timedelta, minutes_off: int
) -> None:
    now = clock.now()
    fake.now = lambda: NOON + timedelta(minutes=minutes_off)
    expires_at = page_ends_at("stripe", now, now + wanted)
    assert expires_at - now == given
    assert stripe_gateway.create_checkout(request(expires_at=expires_at)).state is CheckoutState.OPEN


def test_no_other_gateway_has_such_bounds(noon: FrozenClock) -> None:
    wanted = noon.at + timedelta(seconds=7, microseconds=1)
    assert page_ends_at("sandbox", noon.at, wanted) == wanted


@pytest.mark.parametrize(("wallet", "fee"), [("wechat_pay", 435), ("alipay", 435), ("card", 435)])
def test_a_paid_session_tells_wallet_payment_and_fee(
    fake: FakeStripe, stripe_gateway: StripeGateway, wallet: str, fee: int
) -> None:
    ref = stripe_gateway.create_checkout(request()).ref
    intent = fake.pay(ref, wallet)["payment_intent"]
    checkout = stripe_gateway.fetch(ref)
    assert (checkout.state, checkout.wallet, checkout.payment_ref, checkout.fee_fen) == (
        CheckoutState.PAID,
        wallet,
        intent,
        fee,
    )


def test_a_fee_in_another_currency_is_not_taken_for_ours(fake: FakeStripe, stripe_gateway: StripeGateway) -> None:
    fake.settles_in = "hkd"
    ref = stripe_gateway.create_checkout(request()).ref
    fake.pay(ref)
    checkout = stripe_gateway.fetch(ref)
    assert (checkout.amount_fen, checkout.currency, checkout.fee_fen) == (19800, "cny", None)


@pytest.mark.parametrize("paid", [{"amount": 19799}, {"currency": "hkd"}])
def test_what_came_is_told_and_not_what_was_asked_for(
    fake: FakeStripe, stripe_gateway: StripeGateway, paid: dict[str, Any]
) -> None:
    ref = stripe_gateway.create_checkout(request()).ref
    fake.pay(ref, **paid)
    checkout = stripe_gateway.fetch(ref)
    assert (checkout.amount_fen, checkout.currency) == (paid.get("amount", 19800), paid.get("currency", "cny"))


def test_completed_is_not_paid_until_the_money_is_there(fake: FakeStripe, stripe_gateway: StripeGateway) -> None:
    ref = stripe_gateway.create_checkout(request()).ref
    fake.pay(ref, later=True)
    assert stripe_gateway.fetch(ref).state is CheckoutState.PENDING
    fake.confirm(ref)
    assert stripe_gateway.fetch(ref).state is CheckoutState.PAID


def test_a_completed_session_whose_money_failed_can_never_be_paid(
    fake: FakeStripe, stripe_gateway: StripeGateway
) -> None:
    ref = stripe_gateway.create_checkout(request()).ref
    fake.pay(ref, later=True)
    fake.fail(ref)
    assert stripe_gateway.fetch(ref).state is CheckoutState.EXPIRED
    assert stripe_gateway.close(ref).state is CheckoutState.EXPIRED


def test_closing_an_open_session_expires_it_and_a_paid_one_stays_paid(
    fake: FakeStripe, stripe_gateway: StripeGateway
) -> None:
    first = stripe_gateway.create_checkout(request()).ref
    second = stripe_gateway.create_checkout(request(key="checkout-2", client_reference="checkout-2")).ref
    fake.pay(second)
    assert [stripe_gateway.close(ref).state for ref in (first, second, first)] == [
        CheckoutState.EXPIRED,
        CheckoutState.PAID,
        CheckoutState.EXPIRED,
    ]


def test_a_session_that_stays_open_is_not_said_to_be_closed(fake: FakeStripe, stripe_gateway: StripeGateway) -> None:
    ref = stripe_gateway.create_checkout(request()).ref
    fake.break_next("400", f"{SESSIONS}/{ref}/expire")
    with pytest.raises(UnknownOutcome):
        stripe_gateway.close(ref)


def test_what_stripe_does_not_know_is_rejected(stripe_gateway: StripeGateway) -> None:
    with pytest.raises(Rejected):
        stripe_gateway.fetch("cs_test_of_another")


def test_a_missing_wallet_is_named(fake: FakeStripe, stripe_gateway: StripeGateway) -> None:
    fake.wallets = ("card",)
    checkout = stripe_gateway.create_checkout(request())
    assert (checkout.wallets, checkout.missing_wallets) == (("card",), ("alipay", "wechat_pay"))


def test_no_wallet_at_all_is_refused_by_stripe(fake: FakeStripe, stripe_gateway: StripeGateway) -> None:
    fake.wallets = ()
    with pytest.raises(Rejected):
        stripe_gateway.create_checkout(request())


def test_a_repeat_under_the_same_key_gives_the_session_as_it_stands_now(
    fake: FakeStripe, stripe_gateway: StripeGateway, noon: FrozenClock
) -> None:
    asked = request()
    first = stripe_gateway.create_checkout(asked)
    assert stripe_gateway.create_checkout(asked) == first
    fake.pay(first.ref)
    noon.advance(minutes=5)
    assert stripe_gateway.create_checkout(asked).state is CheckoutState.PAID
    assert len(fake.all_of("checkout.session")) == 1


@pytest.mark.parametrize("later", [timedelta(minutes=42), timedelta(days=2), timedelta(days=29)])
def test_after_its_time_a_session_is_looked_for_and_never_made_anew(
    fake: FakeStripe, stripe_gateway: StripeGateway, noon: FrozenClock, later: timedelta
) -> None:
    asked = request()
    for number in range(3):
        other = f"checkout-of-another-{number}"
        stripe_gateway.create_checkout(replace(asked, key=other, client_reference=other))
    ref = stripe_gateway.create_checkout(asked).ref
    fake.pay(ref)
    noon.advance(seconds=later.total_seconds())
    calls = len(fake.sent(SESSIONS))
    assert (stripe_gateway.create_checkout(asked).ref, stripe_gateway.create_checkout(asked).state) == (ref, "paid")
    unknown = replace(asked, key="checkout-unknown", client_reference="checkout-unknown")
    with pytest.raises(Rejected):
        stripe_gateway.create_checkout(unknown)
    assert len(fake.sent(SESSIONS)) == calls


def test_a_first_call_that_never_arrived_is_refused_when_too_little_time_is_left(
    fake: FakeStripe, stripe_gateway: StripeGateway, noon: FrozenClock
) -> None:
    asked = request()
    fake.break_next("timeout")
    with pytest.raises(UnknownOutcome):
        stripe_gateway.create_checkout(asked)
    noon.advance(minutes=15)
    with pytest.raises(Rejected):
        stripe_gateway.create_checkout(asked)
    assert fake.objects == {}


def test_settings_that_changed_between_two_calls_make_no_second_session(
    fake: FakeStripe, stripe_gateway: StripeGateway
) -> None:
    asked = request()
    ref = stripe_gateway.create_checkout(asked).ref
    changed = fake_gateway(fake, public_url="https://new.example")
    assert changed.create_checkout(asked).ref == ref
    assert len(fake.all_of("checkout.session")) == 1
