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


def test_a_hundred_and_twenty_an_hour_from_one_address_whatever_the_phones(still: FrozenClock) -> None:
    assert [ask(f"139{number:08d}") for number in range(120)] == [None] * 120
    assert ask("13800000030") is not None
    assert ask("13800000031", network_address="10.0.0.2") is None


def test_a_refused_request_uses_up_none_of_the_longer_windows(still: FrozenClock) -> None:
    for _ in range(30):
        ask()
    for _ in range(4):
        still.advance(seconds=60)
        assert ask() is None, "the hour's five are those that were sent"
    assert ask() is not None


def test_a_full_address_uses_up_nothing_of_a_phone(still: FrozenClock) -> None:
    for number in range(120):
        ask(f"139{number:08d}")
    assert [ask() is None for _ in range(6)] == [False] * 6
    assert ask(network_address="10.0.0.2") is None


def test_a_phone_that_is_refused_uses_up_nothing_of_the_address(still: FrozenClock) -> None:
    for _ in range(121):
        ask()
    assert ask("13900000000") is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "过 1 分钟"), (61, "过 2 分钟"), (90 * 60, "过 90 分钟"), (90 * 60 + 1, "过 2 小时"), (86400, "过 24 小时")],
)
def test_a_long_wait_is_said_in_hours(seconds: int, words: str) -> None:
    assert words in TooManyCodes(retry_after_seconds=seconds).message
