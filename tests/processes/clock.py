"""`flask jobs` with one kind of work, whose effects can be counted, that can be stopped in the middle of a row.

`python -m tests.processes.clock GATE AHEAD_SECONDS`: each row is done once the file GATE exists; the process's clock
goes AHEAD_SECONDS before the machine's.
"""

from __future__ import annotations

import sys
import threading
from datetime import timedelta
from pathlib import Path

from cofu_adopt import schedule
from cofu_adopt.app import create_app
from cofu_adopt.core import audit, clock
from cofu_adopt.core.due import Due, Handler

KIND = "counted"
EFFECT = "test.effect"


def begun(gate: Path) -> Path:
    """The file that says that a row has been begun."""
    return gate.with_suffix(".begun")


def main(gate: Path, ahead: timedelta) -> None:
    """Tick until SIGTERM."""
    app = create_app()
    clock.set_source(lambda: clock._system() + ahead)

    def effect(row: Due) -> None:
        audit.record(EFFECT, "due", row.subject)
        begun(gate).touch()
        while not gate.exists():
            threading.Event().wait(0.01)

    schedule.OWN_WORK = {KIND: Handler(effect)}
    schedule.TICKS = tuple((work, 1) for work, _seconds in schedule.TICKS)
    schedule.run_clock(app)


if __name__ == "__main__":
    main(Path(sys.argv[1]), timedelta(seconds=float(sys.argv[2])))
