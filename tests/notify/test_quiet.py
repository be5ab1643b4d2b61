"""Quiet hours, also across midnight."""

from __future__ import annotations

from datetime import datetime

import pytest

from cofu_adopt.core import clock
from cofu_adopt.core.clock import SHANGHAI
from cofu_adopt.notify.rules import QUIET_FROM, QUIET_TO, after_quiet, minutes_of_words, words_of_minutes


@pytest.mark.parametrize(
    ("now", "quiet", "then"),
    [
        ("24 21:29", (QUIET_FROM, QUIET_TO), "24 21:29"),
        ("24 21:30", (QUIET_FROM, QUIET_TO), "25 07:30"),
        ("24 23:59", (QUIET_FROM, QUIET_TO), "25 07:30"),
        ("25 00:00", (QUIET_FROM, QUIET_TO), "25 07:30"),
        ("25 07:29", (QUIET_FROM, QUIET_TO), "25 07:30"),
        ("25 07:30", (QUIET_FROM, QUIET_TO), "25 07:30"),
        ("25 12:00", (12 * 60, 14 * 60), "25 14:00"),
        ("25 14:00", (12 * 60, 14 * 60), "25 14:00"),
        ("25 03:00", (0, 0), "25 03:00"),
        ("25 03:00", (180, 180), "25 03:00"),
        ("25 00:00", (0, 360), "25 06:00"),
        ("25 23:30", (0, 360), "25 23:30"),
        ("30 22:00", (QUIET_FROM, 0), "01 00:00"),
    ],
)
def test_what_falls_in_is_sent_after(now: str, quiet: tuple[int, int], then: str) -> None:
    day, hm = now.split()
    at = datetime.fromisoformat(f"2026-11-{day}T{hm}").replace(tzinfo=SHANGHAI)
    assert clock.local(after_quiet(at, *quiet)).strftime("%d %H:%M") == then


def test_a_time_of_day_is_said_and_read() -> None:
    assert [words_of_minutes(minutes) for minutes in (0, QUIET_TO, QUIET_FROM)] == ["00:00", "07:30", "21:30"]
    assert [minutes_of_words(words) for words in ("00:00", "21:30", "24:00", "", "x")] == [
        0,
        QUIET_FROM,
        None,
        None,
        None,
    ]
