"""Real processes of the product, and waiting for what they do."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from config import ROOT
from tests.forked import processes
from tests.processes import clock

DEADLINE_SECONDS = 90


def wait_until(is_so: Callable[[], bool]) -> None:
    """Look until it is so; fails at the deadline."""
    until = time.monotonic() + DEADLINE_SECONDS
    while not is_so():
        if time.monotonic() > until:
            raise AssertionError("it never came about")
        threading.Event().wait(0.02)


@contextmanager
def running(database_url: str, *words: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """A program in this Python, killed at the end if it still runs."""
    environment = {
        **os.environ,
        "COFU_ENV": "test",
        "DATABASE_URL": database_url,
        "LOG_LEVEL": "CRITICAL",
        **settings,
    }
    process = subprocess.Popen([sys.executable, "-m", *words], env=environment, cwd=ROOT, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait(DEADLINE_SECONDS)


@contextmanager
def clock_process(database_url: str, gate: Path, *, ahead_seconds: int = 0) -> Iterator[BaseProcess]:
    """One clock; needs the fixture `warm`."""
    process = processes().Process(target=clock.run, args=(database_url, gate, timedelta(seconds=ahead_seconds)))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join(DEADLINE_SECONDS)
