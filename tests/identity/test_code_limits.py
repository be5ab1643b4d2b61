"""How often codes are sent: per phone and per network address, counted in SQL."""

from __future__ import annotations

from datetime import UTC

import pytest

from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.identity import codes
from cofu_adopt.identity.errors import TooManyCodes
from tests.identity.conftest import PHONE

pytestmark = pytest.mark.usefixtures("app")


def ask(phone: str = PHONE, network_address: str = "10.0.0.1") -> TooManyCodes | None:
    with unit_of_work():
        return codes.count_request(phone, network_address=network_address)


def test_one_a_minute(still: FrozenClock) -> None:
    assert ask() is None
    refusal = ask()
    assert refusal is not None
    assert refusal.retry_after_seconds == 60
    assert "1 分钟" in refusal.message
    still.advance(seconds=60)
    assert ask() is None


def test_five_an_hour(still: FrozenClock) -> None:
    for _ in range(5):
        assert ask() is None
        still.advance(minutes=1)
    refusal = ask()
    assert refusal is not None
    assert refusal.retry_after_seconds == 55 * 60
    still.advance(minutes=55)
    assert ask() is None


def test_ten_a_day(still: FrozenClock) -> None:
    still.at = still.at.astimezone(UTC).replace(hour=0)
    for _ in range(10):
        assert ask() is None
        still.advance(minutes=15)
    refusal = ask()
    assert refusal is not None
    assert refusal.retry_after_seconds == 24 * 3600 - 150 * 60


def test_other_phones_are_not_kept_waiting(still: FrozenClock) -> None:
    assert ask() is None
    assert ask("13900000000") is None


def test_thirty_an_hour_from_one_address_whatever_the_phones(still: FrozenClock) -> None:
    assert [ask(f"139000000{number:02d}") for number in range(30)] == [None] * 30
    assert ask("13900000030") is not None
    assert ask("13900000031", network_address="10.0.0.2") is None


def test_a_refused_request_is_counted_too(still: FrozenClock) -> None:
    for _ in range(6):
        ask()
    still.advance(seconds=60)
    assert ask() is not None, "the hour's five are used up by those that were refused"
