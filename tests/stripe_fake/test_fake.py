"""The fake refuses what Stripe refuses: what it lets pass, the adapter's tests would not notice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
import stripe

from cofu_adopt.core import clock
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.payments.stripe_calls import STRIPE_VERSION, make_calls
from tests.season import NOON
from tests.stripe_fake import FakeStripe, FakeWire, served
from tests.stripe_fake.form import decode

GOOD: dict[str, Any] = {
    "mode": "payment",
    "line_items": [
        {"quantity": 1, "price_data": {"currency": "cny", "unit_amount": 19800, "product_data": {"name": "一串"}}}
    ],
    "allowed_payment_method_types": ["wechat_pay", "card"],
    "payment_method_options": {"wechat_pay": {"client": "web"}},
    "success_url": "https://sea.example/orders/1/return",
}


@pytest.fixture
def at_noon() -> Iterator[FrozenClock]:
    with clock.frozen(NOON) as frozen:
        yield frozen


@pytest.fixture
def fake(at_noon: FrozenClock) -> FakeStripe:
    return FakeStripe()


@pytest.fixture
def client(fake: FakeStripe) -> stripe.StripeClient:
    return make_calls(fake.secret_key, "https://api.stripe.com", FakeWire(fake)).web


def made(client: stripe.StripeClient, **changes: Any) -> stripe.checkout.Session:
    params: Any = deepcopy(GOOD) | changes
    return client.v1.checkout.sessions.create(params, {"idempotency_key": "checkout-1"})


def goods(**data: Any) -> list[Any]:
    return [{"quantity": 1, "price_data": {"currency": "cny", "unit_amount": 19800, "product_data": data}}]


WRONG: dict[str, dict[str, Any]] = {
    "payment_method_types": {"payment_method_types": ["card"]},
    "ui_mode": {"ui_mode": "hosted"},
    "client": {"payment_method_options": {}},
    "client without a value": {"payment_method_options": {"wechat_pay": {"setup_future_usage": "none"}}},
    "name": {"line_items": goods(description="no name")},
    "product_data": {"line_items": goods()},
    "wallet": {"allowed_payment_method_types": ["wechatpay"]},
    "locale": {"locale": "zh-Hans"},
    "amount": {
        "line_items": [{"price_data": {"currency": "cny", "unit_amount": "198.00", "product_data": {"name": "x"}}}]
    },
    "success_url": {"success_url": "/orders/1/return"},
    "api_key as a parameter": {"api_key": "sk_test_other"},
    "expires_at too soon": {"expires_at": int(NOON.timestamp()) + 30 * 60 - 1},
    "expires_at too late": {"expires_at": int(NOON.timestamp()) + 24 * 60 * 60 + 1},
}


@pytest.mark.parametrize("what", list(WRONG))
def test_what_stripe_does_not_take_is_refused_and_not_remembered(
    fake: FakeStripe, client: stripe.StripeClient, what: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        made(client, **WRONG[what])
    assert fake.objects == {}
    assert made(client).status == "open"


def test_the_fake_speaks_the_version_of_the_library_and_no_other(fake: FakeStripe) -> None:
    assert stripe.StripeClient("sk_test_x")._requestor.stripe_version == STRIPE_VERSION
    other = stripe.StripeClient(fake.secret_key, stripe_version="2024-06-20", http_client=FakeWire(fake))
    with pytest.raises(stripe.InvalidRequestError, match="version"):
        made(other)


def test_a_key_says_again_what_it_said_and_knows_other_words(
    fake: FakeStripe, client: stripe.StripeClient, at_noon: FrozenClock
) -> None:
    first = made(client)
    fake.expire(first.id)
    again = made(client)
    assert (again.id, again.status) == (first.id, "open")
    with pytest.raises(stripe.IdempotencyError):
        made(client, locale="en")
    at_noon.advance(days=1)
    assert made(client).id != first.id


@pytest.mark.parametrize(("after", "objects"), [(False, 0), (True, 1)])
def test_a_500_is_said_again_whether_it_acted_or_not(
    fake: FakeStripe, client: stripe.StripeClient, *, after: bool, objects: int
) -> None:
    fake.break_next("500", after=after)
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            made(client)
    assert len(fake.all_of("checkout.session")) == objects


@pytest.mark.parametrize("kind", ["timeout", "closed"])
def test_a_lost_answer_is_there_for_the_same_key(fake: FakeStripe, client: stripe.StripeClient, kind: Any) -> None:
    fake.break_next(kind, after=True)
    with pytest.raises(stripe.APIConnectionError):
        made(client)
    assert [made(client).id] == [one["id"] for one in fake.all_of("checkout.session")]


def test_no_more_is_given_back_than_came(fake: FakeStripe, client: stripe.StripeClient) -> None:
    intent = str(fake.pay(made(client).id)["payment_intent"])
    client.v1.refunds.create({"payment_intent": intent, "amount": 19000})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        client.v1.refunds.create({"payment_intent": intent, "amount": 801})
    fake.end_refund(fake.all_of("refund")[0]["id"], "failed")
    client.v1.refunds.create({"payment_intent": intent, "amount": 19800})
    assert fake.balance() == -19800 * fake.fee_bp // 10_000 + 1


def test_a_session_ends_by_stripes_own_clock(
    fake: FakeStripe, client: stripe.StripeClient, at_noon: FrozenClock
) -> None:
    session = made(client)
    at_noon.advance(days=1)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert [event["type"] for event in fake.events] == ["checkout.session.expired"]


def test_lists_come_in_pages_newest_first(fake: FakeStripe, client: stripe.StripeClient) -> None:
    for number in range(5):
        fake.add("po", "payout", amount=number)
    found = client.v1.payouts.list({"limit": 2})
    assert [one.amount for one in found.data] == [4, 3]
    assert [one.amount for one in found.auto_paging_iter()] == [4, 3, 2, 1, 0]


DELIVERIES: dict[str, Callable[[FakeStripe], dict[str, Any]]] = {
    "snapshot": lambda fake: fake.events[-1],
    "thin": lambda fake: fake.events[-1],
}


@pytest.mark.parametrize("form", list(DELIVERIES))
def test_deliveries_are_understood_by_the_library_itself(
    fake: FakeStripe, client: stripe.StripeClient, form: str
) -> None:
    fake.expire(made(client).id)
    body, headers = fake.signed(fake.events[-1], thin=form == "thin")
    header = headers["Stripe-Signature"]
    if form == "snapshot":
        event = client.construct_event(body, header, fake.webhook_secret, tolerance=0)
        assert event.type == "checkout.session.expired"
    else:
        notification: Any = client.parse_event_notification(body, header, fake.webhook_secret, tolerance=0)
        assert notification.related_object.id == fake.all_of("checkout.session")[0]["id"]
        assert type(notification).__name__ == "V1CheckoutSessionExpiredEventNotification"


def test_brackets_are_read() -> None:
    assert decode("a[0][b]=1&a[0][c]=%E4%B8%B2&a[1][b]=2&d[e][f]=&expand[]=x&expand[]=y") == {
        "a": [{"b": "1", "c": "串"}, {"b": "2"}],
        "d": {"e": {"f": ""}},
        "expand": ["x", "y"],
    }


def test_it_can_be_served_on_loopback(fake: FakeStripe) -> None:
    fake.break_next("closed")
    with served(fake) as url:
        client = make_calls(fake.secret_key, url).web
        with pytest.raises(stripe.APIConnectionError):
            made(client)
        with pytest.raises(stripe.InvalidRequestError, match="Extra inputs"):
            made(client, payment_method_types=["card"])
        session = made(client)
        assert client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]}).status == "open"
        assert json.loads(str(session.last_response.body if session.last_response else ""))["id"] == session.id
