"""The clock: UTC inside, the island's days outside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from cofu_adopt.core import clock

BEFORE_MIDNIGHT = datetime(2026, 8, 20, 15, 59, tzinfo=UTC)


def test_the_day_turns_at_midnight_on_the_island() -> None:
    with clock.frozen(BEFORE_MIDNIGHT) as still:
        assert clock.today() == date(2026, 8, 20)
        still.advance(minutes=1)
        assert clock.today() == date(2026, 8, 21)
        assert clock.now() == datetime(2026, 8, 20, 16, 0, tzinfo=UTC)
        assert clock.day_of(clock.now() - timedelta(seconds=1)) == date(2026, 8, 20)


def test_a_frozen_clock_stands_and_the_systems_comes_back() -> None:
    with pytest.raises(ZeroDivisionError), clock.frozen() as still:
        assert clock.now() == still.at == clock.now()
        still.advance(days=-3)
        assert clock.now() == still.at
        raise ZeroDivisionError
    assert clock._source is clock._system
    assert clock.now().tzinfo is UTC


def test_a_clock_that_is_frozen_within_another_gives_way_to_it_again() -> None:
    with clock.frozen(BEFORE_MIDNIGHT) as outer:
        with clock.frozen(BEFORE_MIDNIGHT + timedelta(days=1)):
            assert clock.now() > outer.at
        assert clock.now() == outer.at


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("zh_Hans", ("8 月 20 日", "2026 年 8 月 20 日", "23:59", "8 月 20 日 23:59")),
        ("en", ("20 August", "20 August 2026", "23:59", "20 August 23:59")),
    ],
)
def test_words(app: Flask, locale: str, words: tuple[str, ...]) -> None:
    with app.test_request_context(), force_locale(locale), clock.frozen(BEFORE_MIDNIGHT):
        said = tuple(
            say(BEFORE_MIDNIGHT) for say in (clock.day_words, clock.full_day_words, clock.hm_words, clock.moment_words)
        )
        assert said == words
        assert clock.day_words(date(2026, 8, 20)) == words[0]


@pytest.mark.parametrize(("locale", "words"), [("zh_Hans", "2026 年 8 月 20 日 23:59"), ("en", "20 August 2026 23:59")])
def test_a_moment_of_another_year_says_its_year(app: Flask, locale: str, words: str) -> None:
    with app.test_request_context(), force_locale(locale), clock.frozen(BEFORE_MIDNIGHT + timedelta(days=300)):
        assert clock.moment_words(BEFORE_MIDNIGHT) == words
        assert clock.short_moment_words(BEFORE_MIDNIGHT).replace("\N{NO-BREAK SPACE}", " ") == words.replace("ust", "")
