"""The only clock of the product. Times are aware UTC; days are those of Asia/Shanghai."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import get_locale

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_YEAR, LAST_YEAR = 1900, 2199


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _source()


def stopwatch() -> float:
    """Seconds that only go forward, to measure how long something takes; no moment of any day."""
    return time.monotonic()


def pause(seconds: float) -> None:
    """Wait for so many real seconds; short ones only, as somebody may be waiting, too."""
    time.sleep(seconds)


def today() -> date:
    """The present day on the island (Asia/Shanghai)."""
    return now().astimezone(SHANGHAI).date()


def local(at: datetime) -> datetime:
    """`at` as the island's clocks show it."""
    return at.astimezone(SHANGHAI)


def day_of(at: datetime) -> date:
    """The island's calendar day of the moment `at`."""
    return local(at).date()


def read_day(text: str) -> date:
    """A day as programs write it, 2026-09-12. Raises ValueError, also for a year with which nothing can be reckoned."""
    day = date.fromisoformat(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"{text} is no day of our time")
    return day


def set_source(source: Callable[[], datetime] | None) -> None:
    """Replace the clock for the whole process; None puts the system's clock back."""
    global _source  # noqa: PLW0603 - the one switch through which a test or the sandbox moves time
    _source = source or _system


class FrozenClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """The moment at which it stands."""
        return self.at

    def advance(self, **units: float) -> datetime:
        """Move by `units` as for datetime.timedelta (seconds=, minutes=, days=, negative to go back)."""
        self.at += timedelta(**units)
        return self.at


@contextmanager
def frozen(at: datetime | None = None) -> Iterator[FrozenClock]:
    """Stand still at `at` (default: this moment) inside the block; after it, the clock goes as it went before."""
    before, clock = _source, FrozenClock(at or now())
    set_source(clock)
    try:
        yield clock
    finally:
        set_source(before)


def day_words(day: date | datetime) -> str:
    """A day as people write it: 8 月 20 日 in Chinese, 20 August in English."""
    return _format(day, "M 月 d 日", "d MMMM")


def short_day_words(day: date | datetime) -> str:
    """A day where there is little room: 8 月 20 日, 20 Aug."""
    return _format(day, "M 月 d 日", "d\N{NO-BREAK SPACE}MMM")


def full_day_words(day: date | datetime) -> str:
    """A day with its year: 2026 年 9 月 12 日, 12 September 2026."""
    return _format(day, "y 年 M 月 d 日", "d MMMM y")


def hm_words(at: datetime) -> str:
    """The time of day on the island: 17:40."""
    return local(at).strftime("%H:%M")


def until_words(at: datetime) -> str:
    """Until when: the time of day where that is today on the island, else with its day."""
    return hm_words(at) if day_of(at) == today() else moment_words(at)


def moment_words(at: datetime) -> str:
    """Day and time on the island: 8 月 20 日 17:40; of another year than this one with its year."""
    day = day_words(at) if day_of(at).year == today().year else full_day_words(at)
    return f"{day} {hm_words(at)}"


def short_moment_words(at: datetime) -> str:
    """Day and time where there is little room: 8 月 20 日 17:40, 20 Aug 17:40; of another year with its year."""
    is_of_this_year = day_of(at).year == today().year
    day = short_day_words(at) if is_of_this_year else _format(at, "y 年 M 月 d 日", "d\N{NO-BREAK SPACE}MMM y")
    return f"{day} {hm_words(at)}"


def full_moment_words(at: datetime) -> str:
    """Day with its year, and time: 2026 年 9 月 12 日 17:40."""
    return f"{full_day_words(at)} {hm_words(at)}"


def _format(day: date | datetime, chinese: str, english: str) -> str:
    if isinstance(day, datetime):
        day = day_of(day)
    locale = get_locale()
    pattern = english if locale is not None and locale.language == "en" else chinese
    return str(format_date(day, pattern, locale=locale or "zh_Hans"))
