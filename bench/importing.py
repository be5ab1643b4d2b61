"""The import of 24,000 ropes, as the workshop's clerk does it: seconds, and the most memory that it took."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.sea import environment, flask, make_database

SEASON = Path(__file__).parent.parent / "cofu_adopt" / "demo_season"


@dataclass(frozen=True, slots=True)
class Imported:
    """How the import went."""

    seconds: float
    peak_mib: float


def import_season(server_url: str) -> Imported:
    """Import the demo season (189 households, 240 plots, 24,000 ropes) into a new database."""
    url = make_database(server_url, "bench_import")
    words = ["-m", "flask", "--app", "wsgi", "import", str(SEASON), "--yes", "--accept-all"]
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *words], env=environment(url), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("the import failed")
    flask(url, "verify")
    return Imported(seconds, usage.ru_maxrss / 1024)
