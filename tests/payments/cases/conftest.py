"""The tiny sea on the fake Stripe, for every case."""

from __future__ import annotations

from tests.stripe_fake import stripe_season

__all__ = ["stripe_season"]
