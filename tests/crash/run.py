"""Run a flow in a process of its own, which may die."""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from config import Settings
from tests.forked import LONGEST_SECONDS, processes


@dataclass(frozen=True, slots=True)
class Told:
    """What a flow tells at its end."""

    points: list[str]
    portrait: dict[str, Any]
    faults: list[str]


def run_flow(flow: str, database_url: str, *, crash_at: str = "") -> Told | None:
    """Run `flow` in a new process; None when it was killed at the point `crash_at`."""
    context = processes()
    here, there = context.Pipe(duplex=False)
    settings = settings_of(database_url, crash_at=crash_at)
    process = context.Process(target=_child, args=(flow, settings, there))
    process.start()
    there.close()
    try:
        text = here.recv_bytes().decode() if here.poll(LONGEST_SECONDS) else ""
    except EOFError:
        text = ""
    process.join(LONGEST_SECONDS)
    if process.exitcode == -signal.SIGKILL and crash_at:
        return None
    assert process.exitcode == 0, f"{flow} ended with {process.exitcode}: {text}"
    return Told(**json.loads(text))


def settings_of(database_url: str, *, crash_at: str = "") -> Settings:
    """Those of the application in a process that may die."""
    return Settings(env="test", database_url=database_url, crash_at=crash_at, log_level="CRITICAL")


def _child(flow: str, settings: Settings, there: Connection) -> None:
    from tests.crash.flow import run  # noqa: PLC0415 - the parent need not have it

    there.send_bytes(json.dumps(run(flow, settings)).encode())
    there.close()
