"""Real processes that begin in a moment: children of a server that has imported and tried everything once."""

from __future__ import annotations

import json
import multiprocessing
import os
from functools import cache
from multiprocessing.context import ForkServerContext

LONGEST_SECONDS = 120
WARM = "COFU_TEST_WARM_DATABASES"


def warm_up(database_urls: list[str]) -> None:
    """Let the processes to come find everything made that a flow needs on these databases, which have to be empty.

    They are not afterwards.
    """
    os.environ[WARM] = json.dumps(database_urls)
    first = processes().Process(target=_child_that_waits_for_its_server)
    first.start()
    first.join(LONGEST_SECONDS)
    assert first.exitcode == 0, "tests/warm.py failed"


@cache
def processes() -> ForkServerContext:
    """Where processes are made. Their server has no threads, and is killed with who has it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.warm"])
    return context


def _child_that_waits_for_its_server() -> None:
    """Children are made only when everything is warm."""
