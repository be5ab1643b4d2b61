"""What Stripe sends, at the adapter: snapshot and thin, forged, stale, tampered; case 20 and 22."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from cofu_adopt.payments.gateway import BadNotification
from cofu_adopt.payments.stripe_events import TYPES
from cofu_adopt.payments.stripe_gateway import StripeGateway
from tests.payments.test_stripe_checkout import request
from tests.stripe_fake import FakeStripe, fake_gateway

Delivery = tuple[bytes, dict[str, str]]


@pytest.fixture
def ref(fake: FakeStripe, stripe_gateway: StripeGateway) -> str:
    """A session that is paid, whose last event is that it is completed."""
    made = stripe_gateway.create_checkout(request()).ref
    fake.pay(made)
    return made


@pytest.mark.parametrize("thin", [False, True])
def test_both_forms_name_the_same_object(
    fake: FakeStripe, stripe_gateway: StripeGateway, ref: str, *, thin: bool
) -> None:
    body, headers = fake.signed(fake.events[-1], thin=thin)
    found = stripe_gateway.parse(headers, body)
    assert (found.subject, found.ref, found.livemode) == ("checkout", ref, False)
    assert found.type == ("v1." if thin else "") + "checkout.session.completed"


def test_the_snapshot_with_the_payers_address_is_not_kept(
    fake: FakeStripe, stripe_gateway: StripeGateway, ref: str
) -> None:
    body, headers = fake.signed(fake.events[-1])
    assert b"a@b.c" in body
    found = stripe_gateway.parse(headers, body)
    assert found.payload["data"] == {"object": {"id": ref, "object": "checkout.session"}}
    assert "a@b.c" not in json.dumps(found.payload)


def resigned(fake: FakeStripe, change: Callable[[dict[str, Any]], Any], *, thin: bool) -> Delivery:
    body, _ = fake.signed(fake.events[-1], thin=thin)
    event = json.loads(body)
    change(event)
    return fake.signed(event)


REFUSED: dict[str, Callable[[FakeStripe, bool], Delivery]] = {
    "foreign secret": lambda fake, thin: fake.signed(fake.events[-1], thin=thin, secret="whsec_of_another"),
    "stale": lambda fake, thin: fake.signed(fake.events[-1], thin=thin, seconds_ago=301),
    "unsigned": lambda fake, thin: (fake.signed(fake.events[-1], thin=thin)[0], {}),
    "tampered": lambda fake, thin: tampered(*fake.signed(fake.events[-1], thin=thin)),
    "live on a test key": lambda fake, thin: resigned(fake, lambda event: event.update(livemode=True), thin=thin),
    "of no mode": lambda fake, thin: resigned(fake, lambda event: event.pop("livemode"), thin=thin),
    "without an id": lambda fake, thin: resigned(fake, lambda event: event.pop("id"), thin=thin),
    "with an endless type": lambda fake, thin: resigned(fake, lambda event: event.update(type="t" * 81), thin=thin),
}


def tampered(body: bytes, headers: dict[str, str]) -> Delivery:
    return body.replace(b"completed", b"expired"), headers


@pytest.mark.parametrize("thin", [False, True])
@pytest.mark.parametrize("how", list(REFUSED))
def test_what_is_not_stripes_word_is_refused(
    fake: FakeStripe, stripe_gateway: StripeGateway, ref: str, how: str, *, thin: bool
) -> None:
    body, headers = REFUSED[how](fake, thin)
    with pytest.raises(BadNotification):
        stripe_gateway.parse(headers, body)


@pytest.mark.parametrize("thin", [False, True])
def test_a_test_event_is_refused_on_a_live_key(fake: FakeStripe, ref: str, *, thin: bool) -> None:
    body, headers = fake.signed(fake.events[-1], thin=thin)
    with pytest.raises(BadNotification, match="live"):
        fake_gateway(fake, livemode=True).parse(headers, body)


def test_a_signature_is_as_old_as_our_clock_says(fake: FakeStripe, stripe_gateway: StripeGateway, ref: str) -> None:
    for seconds in (-600, 0, 300):
        body, headers = fake.signed(fake.events[-1], seconds_ago=seconds)
        assert stripe_gateway.parse(headers, body).ref == ref


@pytest.mark.parametrize(
    "event",
    [
        {"object": "event", "type": "balance.available", "data": {"object": {"object": "balance"}}},
        {"object": "v2.core.event", "type": "v2.core.event_destination.ping", "related_object": None},
        {"object": "v2.core.event", "type": "v1.balance.available"},
    ],
)
def test_what_has_no_object_of_its_own_is_no_concern_of_ours_and_no_error(
    fake: FakeStripe, stripe_gateway: StripeGateway, event: dict[str, Any]
) -> None:
    body, headers = fake.signed({"id": "evt_test_1", "livemode": False, **event})
    found = stripe_gateway.parse(headers, body)
    assert (found.subject, found.ref) == ("other", "evt_test_1")


def test_stripe_is_asked_for_no_more_types_than_it_takes() -> None:
    assert len(TYPES) == len(set(TYPES)) <= 20
