"""The tiny sea of tests/season.py with the product on the fake Stripe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask

from cofu_adopt.core import clock
from cofu_adopt.payments.stripe_calls import make_calls
from cofu_adopt.payments.stripe_gateway import StripeGateway
from config import Settings
from tests.lent_app import lent_app
from tests.season import NOON, Season, make_season
from tests.stripe_fake.answers import FakeStripe
from tests.stripe_fake.book import Object
from tests.stripe_fake.wire import FakeWire

PUBLIC_URL = "https://sea.example"
PAYING = {"pay": 1, "no_return": 1, "thrice": 3, "lost": 0}
"""How a payment ends on the page, as the sandbox names it, and how often each of its events is delivered."""


@dataclass
class StripeSeason(Season):
    """A Season whose pages are Stripe's. `choose()` is what the payer does; the events go to the real webhook."""

    fake: FakeStripe = field(default_factory=FakeStripe)
    delivered: int = 0

    def choose(self, ref: str, outcome: str, wallet: str = "wechat_pay") -> None:
        """End the page as the sandbox's would end: pay, later, decline, expire, no_return, thrice, lost."""
        if outcome == "expire":
            self.fake.expire(ref)
        elif outcome != "decline":
            assert outcome == "later" or outcome in PAYING, outcome
            self.fake.pay(ref, wallet, later=outcome == "later")
        self.deliver(times=PAYING.get(outcome, 1))

    def deliver(self, *, times: int = 1, thin: bool = False) -> None:
        """Deliver every event that has not been delivered yet, each `times` times; 0 loses them."""
        new, self.delivered = self.fake.events[self.delivered :], len(self.fake.events)
        for event in new:
            for _ in range(times):
                assert self.send(event, thin=thin) == 200

    def send(self, event: Object, **how: Any) -> int:
        """Deliver one event (`how`: as for FakeStripe.signed) and return what the webhook answers."""
        body, headers = self.fake.signed(event, **how)
        return self.post(body, headers)

    def post(self, body: bytes, headers: dict[str, str]) -> int:
        """Post to the webhook."""
        answer = self.browser().post("/webhooks/stripe", data=body, headers=headers, content_type="application/json")
        return answer.status_code


def fake_gateway(fake: FakeStripe, *, public_url: str = PUBLIC_URL, **changes: Any) -> StripeGateway:
    """The adapter on the fake, without a network."""
    values: dict[str, Any] = {
        "calls": make_calls(fake.secret_key, "https://api.stripe.com", FakeWire(fake)),
        "webhook_secret": fake.webhook_secret,
        "livemode": fake.livemode,
        "wallets": ("alipay", "wechat_pay", "card"),
        "public_url": public_url,
    }
    return StripeGateway(**(values | changes))


@contextmanager
def make_stripe_app(database_url: str, fake: FakeStripe) -> Iterator[Flask]:
    """The application with PAYMENT_GATEWAY=stripe on the fake, inside its context."""
    settings = Settings(
        env="test",
        database_url=database_url,
        payment_gateway="stripe",
        stripe_secret_key=fake.secret_key,
        stripe_webhook_secret=fake.webhook_secret,
        public_url=PUBLIC_URL,
    )
    with lent_app(settings) as app:
        app.extensions["gateways"] = {"stripe": fake_gateway(fake)}
        yield app


@pytest.fixture
def stripe_season(database_url: str) -> Iterator[StripeSeason]:
    """The tiny sea at noon of 24 November 2026 with the product on the fake Stripe."""
    fake = FakeStripe()
    with make_stripe_app(database_url, fake) as app, clock.frozen(NOON) as frozen, app.test_request_context():
        sea = make_season(app, frozen)
        yield StripeSeason(app, frozen, sea.offer_id, sea.person_id, sea.plots, fake=fake)
