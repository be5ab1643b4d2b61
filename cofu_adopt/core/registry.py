"""Lists to which slices contribute upwards: the checks of `flask verify`, the gauges of /metrics, the exceptions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that needs a person. `words` say what it is, `todo` what to do about it, in the reader's language."""

    words: str
    todo: str
    since: datetime | None
    path: str = ""
    """The page on which it is dealt with."""
    amount_fen: int | None = None
    order_id: int | None = None


Check = Callable[[], Iterator[str]]
Gauge = Callable[[], float]
Find = Callable[[int], Sequence[Matter]]


@dataclass(frozen=True, slots=True)
class ExceptionKind:
    """A kind of matters: its name, its title (a lazy translation), and how to find at most so many, oldest first."""

    name: str
    title: Any
    find: Find


_checks: dict[str, Check] = {}
_gauges: dict[str, tuple[str, Gauge]] = {}
_exceptions: dict[str, ExceptionKind] = {}
told_elsewhere: set[str] = set()
"""Kinds of due work whose failures an exception of their own tells, with more to say about them."""


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


def exception(name: str, title: Any) -> Callable[[Find], Find]:
    """Register a kind of what needs a person, for the desk's list: a function of how many, which gives the oldest."""

    def register(function: Find) -> Find:
        _exceptions[name] = ExceptionKind(name, title, function)
        return function

    return register


def exceptions() -> tuple[ExceptionKind, ...]:
    """All registered kinds of exceptions, in the order in which their slices were loaded."""
    return tuple(_exceptions.values())
