"""Named crash points: with COFU_CRASH_AT=<name> the process dies there, as if the power had gone.

A unit of work with a name has two, around its commit; a call to the outside has two, around it. Tests watch which
points a flow passes and then kill a process at each of them; production refuses the setting.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class _Points:
    at: str = ""
    watch: Callable[[str], None] | None = None


def configure(at: str) -> None:
    """Die at the point `at`; an empty name switches it off."""
    _Points.at = at


@contextmanager
def watched() -> Iterator[list[str]]:
    """Collect, in order, the points that are passed inside the block."""
    passed: list[str] = []
    _Points.watch = passed.append
    try:
        yield passed
    finally:
        _Points.watch = None


def point(name: str) -> None:
    """Pass a point, or die at it without any clean-up."""
    if _Points.watch is not None:
        _Points.watch(name)
    if name == _Points.at:
        os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def around(name: str) -> Iterator[None]:
    """The points before and after a call to the outside."""
    point(f"{name}.before")
    yield
    point(f"{name}.after")
