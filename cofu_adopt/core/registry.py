"""Lists to which slices contribute upwards: the checks of `flask verify`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

Check = Callable[[], Iterator[str]]
_checks: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a check for `flask verify`: a generator of one sentence per violation. `name` says what must hold."""

    def register(function: Check) -> Check:
        _checks[name] = function
        return function

    return register


def checks() -> dict[str, Check]:
    """All registered checks by name, in the order in which their slices were loaded."""
    return dict(_checks)
