"""The tiny sea of tests/season.py, on the sandbox and on the fake Stripe; and the adapter alone on the fake."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cofu_adopt.core import clock
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.payments.stripe_gateway import StripeGateway
from tests.season import NOON, season
from tests.stripe_fake import FakeStripe, fake_gateway, stripe_season

__all__ = ["season", "stripe_season"]


@pytest.fixture
def noon() -> Iterator[FrozenClock]:
    """The clock stands at noon of 24 November 2026."""
    with clock.frozen(NOON) as frozen:
        yield frozen


@pytest.fixture
def fake(noon: FrozenClock) -> FakeStripe:
    """An empty account at the fake Stripe."""
    return FakeStripe()


@pytest.fixture
def stripe_gateway(fake: FakeStripe) -> StripeGateway:
    """The adapter on it."""
    return fake_gateway(fake)
