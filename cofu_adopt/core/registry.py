"""Lists to which slices contribute upwards: the checks of `flask verify`, the gauges of /metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterator

Check = Callable[[], Iterator[str]]
Gauge = Callable[[], float]
_checks: dict[str, Check] = {}
_gauges: dict[str, tuple[str, Gauge]] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a check for `flask verify`: a generator of one sentence per violation. `name` says what must hold."""

    def register(function: Check) -> Check:
        _checks[name] = function
        return function

    return register


def checks() -> dict[str, Check]:
    """All registered checks by name, in the order in which their slices were loaded."""
    return dict(_checks)


def gauge(name: str, words: str) -> Callable[[Gauge], Gauge]:
    """Register what /metrics reads from the database at each call; `words` say what the number is."""

    def register(function: Gauge) -> Gauge:
        _gauges[name] = (words, function)
        return function

    return register


def gauges() -> dict[str, tuple[str, Gauge]]:
    """All registered gauges by name: their words and how to read them."""
    return dict(_gauges)
