"""Paying on a page of another origin, over real connections: our policy must let the browser go there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from cofu_adopt.app import create_app
from config import Settings
from tests.lent_app import in_context
from tests.stories import acts
from tests.stripe_fake import FakeStripe, served

pytestmark = [pytest.mark.story, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
def fake() -> Iterator[FakeStripe]:
    """Stripe on a port of its own."""
    fake = FakeStripe()
    with served(fake):
        yield fake


@pytest.fixture
def app(database_url: str, fake: FakeStripe) -> Iterator[Flask]:
    """The application with that Stripe."""
    settings = Settings(
        env="test",
        database_url=database_url,
        payment_gateway="stripe",
        stripe_secret_key=fake.secret_key,
        stripe_webhook_secret=fake.webhook_secret,
        stripe_api_base=fake.page_origin,
        stripe_page_origin=fake.page_origin,
        public_url="http://127.0.0.1",
    )
    app = create_app(settings)
    with in_context(app):
        yield app


def test_paid_on_stripes_page_and_back(app: Flask, fake: FakeStripe, address: str, phone: Page) -> None:
    app.extensions["gateways"]["stripe"] = replace(app.extensions["gateways"]["stripe"], public_url=address)
    phone.goto("/sign-in")
    acts.sign_in(phone, "13800005678")
    phone.goto("/plots/D6-04")
    phone.get_by_role("button", name="认养 001 号绳").locator("visible=true").click()
    acts.fill_review(phone, till="19800")
    assert phone.url.startswith(f"{fake.page_origin}/c/pay/")
    phone.get_by_role("button", name="alipay").click()
    expect(phone.get_by_text("D6-04-001 是您的了")).to_be_visible()
    assert phone.url.startswith(address)
    acts.assert_books_are_right()
