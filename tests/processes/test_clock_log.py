"""What the clock says when its work fails: what has happened, and not every second anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from cofu_adopt import schedule
from cofu_adopt.core import clock

SECRET = "sesame"


@pytest.fixture(autouse=True)
def nothing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "_told", {})


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let the stopwatch go on by so many seconds."""
    now = [0.0]
    monkeypatch.setattr(clock, "stopwatch", lambda: now[0])

    def go_on(seconds: float) -> None:
        now[0] += seconds

    return go_on


def ticks(app: Flask, *outcomes: Exception | None) -> list[str]:
    """Tick once for each outcome; what was logged: level, event, and whether with a traceback."""
    coming: Iterator[Exception | None] = iter(outcomes)

    def some_work() -> None:
        outcome = next(coming)
        if outcome is not None:
            raise outcome

    tick = schedule._in_app(app, some_work)
    with capture_logs() as told:
        for _ in outcomes:
            tick()
    assert all(line["work"] == "some_work" for line in told)
    assert SECRET not in str(told)
    return [f"{line['log_level']} {line['event']}{' with traceback' * ('exc_info' in line)}" for line in told]


def away() -> Exception:
    return OperationalError(f"SELECT '{SECRET}'", {}, Exception("connection refused"), hide_parameters=True)


def test_a_database_that_is_away_is_told_once_a_minute_in_a_line(
    plain_app: Flask, later: Callable[[float], None]
) -> None:
    assert ticks(plain_app, away(), away(), away()) == ["warning clock.no_database"]
    later(61)
    assert ticks(plain_app, away(), away()) == ["warning clock.no_database"]
    assert ticks(plain_app, None, None) == ["info clock.recovered"]
    assert ticks(plain_app, away()) == ["warning clock.no_database"]


def test_a_fault_of_ours_has_its_traceback_and_hides_no_other(plain_app: Flask) -> None:
    told = ticks(plain_app, KeyError("a"), KeyError("a"), away(), KeyError("a"), ZeroDivisionError(), None)
    failed = "error clock.failed with traceback"
    assert told == [failed, "warning clock.no_database", failed, "info clock.recovered"]
