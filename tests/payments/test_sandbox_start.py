"""The sandbox never starts where real money or real people can be touched."""

from __future__ import annotations

import pytest

from cofu_adopt.app import create_app
from cofu_adopt.payments.sandbox_pages import OUTCOMES
from config import Settings, SettingsError
from tests.season import Season

PRODUCTION = Settings(
    env="production",
    secret_key="x" * 40,
    field_keys=("k" * 43 + "=",),
    database_url="postgresql+psycopg://nobody@127.0.0.1/nothing",
    sms_sender="other",
    public_url="https://example.org",
)


def test_production_refuses_the_sandbox() -> None:
    with pytest.raises(SettingsError, match="never starts in production"):
        create_app(PRODUCTION)


def test_it_refuses_to_stand_beside_a_live_key() -> None:
    with pytest.raises(SettingsError, match="live STRIPE_SECRET_KEY"):
        create_app(Settings(env="test", stripe_secret_key="sk_live_123"))


def test_its_payments_are_marked_as_tests_and_its_page_says_so(season: Season) -> None:
    adoption = season.hold()
    season.review(adoption)
    ref = season.open_page(adoption)
    assert [one.livemode for one in season.payments(adoption)] == [False]
    page = season.browser().get(f"/sandbox/checkout/{ref}").text
    assert "测试支付，不会扣款" in page
    assert all(f'value="{outcome}"' in page for outcome in OUTCOMES)
