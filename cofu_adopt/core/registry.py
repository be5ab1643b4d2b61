"""Lists to which slices contribute upwards: checks of `flask verify`, gauges of /metrics, exceptions, evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class EvidenceText:
    """What we know of an order, for a bank that asks whether a payment was right. Nothing that must stay masked."""

    title: str
    text: str


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
Evidence = Callable[[int], Iterable[EvidenceText]]
Gauge = Callable[[], float]
Find = Callable[[int], Sequence[Matter]]


@dataclass(frozen=True, slots=True)
class ExceptionKind:
    """A kind of matters: its name, its title (a lazy translation), and how to find at most so many, oldest first."""

    name: str
    title: Any
    find: Find


_evidence: dict[str, Evidence] = {}
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


def evidence(name: str) -> Callable[[Evidence], Evidence]:
    """Register what a slice can tell of an order, by the order's id, when a payment of it is disputed."""

    def register(function: Evidence) -> Evidence:
        _evidence[name] = function
        return function

    return register


def evidence_names() -> tuple[str, ...]:
    """Who can tell something of an order."""
    return tuple(_evidence)


def evidence_of(order_id: int) -> dict[str, EvidenceText]:
    """All that the slices can tell of an order, by name (`order.1`, `order.2`, `payments.1`), in their order."""
    return {
        f"{name}.{number}": told
        for name, tell in _evidence.items()
        for number, told in enumerate(tell(order_id), start=1)
    }
