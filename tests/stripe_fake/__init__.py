"""A small stateful Stripe of our own. Its requests are held against stripe-python's own parameter types.

    fake = FakeStripe()                      # a book, in memory; its clock is the product's
    gateway = fake_gateway(fake)             # the product's adapter on it, without a network
    with served(fake) as url: ...            # the same over HTTP on loopback, for STRIPE_API_BASE
    fake.pay(ref, "alipay")                  # the world acts: pay, confirm, fail, expire, refund, dispute, pay_out
    fake.break_next("timeout", "/v1/refunds", after=True)    # the next request goes wrong
    body, headers = fake.signed(fake.events[-1], thin=True)  # what the webhook gets

The fixture `stripe_season` (season.py) is the tiny sea with the product on such a Stripe, on both databases.
"""

from __future__ import annotations

from tests.stripe_fake.answers import Call, FakeStripe
from tests.stripe_fake.season import StripeSeason, fake_gateway, make_stripe_app, stripe_season
from tests.stripe_fake.wire import FakeWire, served

__all__ = [
    "Call",
    "FakeStripe",
    "FakeWire",
    "StripeSeason",
    "fake_gateway",
    "make_stripe_app",
    "served",
    "stripe_season",
]
