"""Signing in on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.stories import acts

pytestmark = pytest.mark.story


def test_a_phone_number_and_a_code_are_enough(phone: Page) -> None:
    phone.goto("/me")
    acts.sign_in(phone, "13800005678")
    expect(phone).to_have_url("/me")
    acts.assert_fits(phone)
