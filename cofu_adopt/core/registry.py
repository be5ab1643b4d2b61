"""Lists to which slices contribute upwards: the checks of `flask verify`, the gauges of /metrics, evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EvidenceText:
    """What we know of an order, for a bank that asks whether a payment was right. Nothing that must stay masked."""

    title: str
    text: str


Check = Callable[[], Iterator[str]]
Evidence = Callable[[int], Iterable[EvidenceText]]
Gauge = Callable[[], float]
_evidence: dict[str, Evidence] = {}
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


def evidence(name: str) -> Callable[[Evidence], Evidence]:
    """Register what a slice can tell of an order, by the order's id, when a payment of it is disputed."""

    def register(function: Evidence) -> Evidence:
        _evidence[name] = function
        return function

    return register


def evidence_of(order_id: int) -> dict[str, EvidenceText]:
    """All that the slices can tell of an order, by name (`order.1`, `order.2`, `payments.1`), in their order."""
    return {
        f"{name}.{number}": told
        for name, tell in _evidence.items()
        for number, told in enumerate(tell(order_id), start=1)
    }
