"""`flask jobs` with one kind of work, whose effects can be counted, that can be stopped in the middle of a row."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

from cofu_adopt import schedule
from cofu_adopt.app import create_app
from cofu_adopt.core import audit, clock
from cofu_adopt.core.due import Due, Handler
from config import Settings

KIND = "counted"
EFFECT = "test.effect"


def begun(gate: Path) -> Path:
    """The file that says that a row has been begun."""
    return gate.with_suffix(".begun")


def run(database_url: str, gate: Path, ahead: timedelta) -> None:
    """Tick until SIGTERM: each row is done once the file `gate` exists; the clock goes `ahead` of the machine's."""
    app = create_app(Settings(env="test", database_url=database_url, log_level="CRITICAL"))
    clock.set_source(lambda: clock._system() + ahead)

    def effect(row: Due) -> None:
        audit.record(EFFECT, "due", row.subject)
        begun(gate).touch()
        while not gate.exists():
            threading.Event().wait(0.01)

    schedule.OWN_WORK = {KIND: Handler(effect)}
    schedule.TICKS = tuple((work, 1) for work, _seconds in schedule.TICKS)
    schedule.run_clock(app)
