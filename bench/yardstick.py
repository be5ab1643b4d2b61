"""The fixed yardstick: pgbench scripts over a schema of their own, in the same run as the product."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.cpu import cpu_seconds

SQL = Path(__file__).parent / "yardstick"
SCRIPTS = {
    "hot": "reference_place_hot.sql",
    "spread": "reference_place_spread.sql",
    "floor": "reference_insert_only.sql",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """Rows written a second, and CPU milliseconds of the database (and of the server, where there is one) a row."""

    name: str
    rows: int
    seconds: float
    server_cpu_ms: float
    database_cpu_ms: float

    @property
    def rate(self) -> float:
        """Rows written a second."""
        return self.rows / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds a row, server and database together."""
        return self.server_cpu_ms + self.database_cpu_ms


def joined(first: Measure, second: Measure) -> Measure:
    """Two runs as one: before and after the product, as the machine may have other work in between."""
    rows = first.rows + second.rows
    spent = first.database_cpu_ms * first.rows + second.database_cpu_ms * second.rows
    return Measure(first.name, rows, first.seconds + second.seconds, 0.0, spent / rows)


def run_yardstick(name: str, *, programs: Path, port: int, postmaster: int, seconds: int) -> Measure:
    """Load the schema anew, run one script for `seconds`, and count the rows written, never the transactions."""
    database = ["-h", "127.0.0.1", "-p", str(port), "-U", "postgres"]
    _run(
        programs / "psql", *database, "-q", "-v", "ON_ERROR_STOP=1", "-f", str(SQL / "reference_schema.sql"), "postgres"
    )
    before = cpu_seconds(postmaster)
    script = str(SQL / SCRIPTS[name])
    _run(
        programs / "pgbench",
        *database,
        "-n",
        "-M",
        "prepared",
        "-c",
        "16",
        "-j",
        "2",
        "-T",
        str(seconds),
        "-f",
        script,
        "postgres",
    )
    spent = cpu_seconds(postmaster) - before
    count = _run(programs / "psql", *database, "-At", "-c", "SELECT count(*) FROM reference.adoption", "postgres")
    rows = int(count)
    return Measure(name, rows, seconds, 0.0, spent * 1000 / rows)


def _run(*words: object) -> str:
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True).stdout.strip()
