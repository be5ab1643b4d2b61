"""`make bench`: measure the product beside the yardstick, and print one table (`--json` for programs)."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from bench.importing import import_season
from bench.product import OVERSOLD, Bench, Product, measure
from bench.report import as_json, as_text, lines
from bench.sea import flask, make_sea
from bench.server import COMMANDS, THREADS, WORKERS, running
from bench.telling import measure_telling
from bench.yardstick import SCRIPTS, Measure, joined, run_yardstick
from tests.machine import find_postgresql
from tests.postgres_server import running_postgresql

PRODUCTION = "gunicorn"
"""Why: docs/performance.md."""


def main() -> None:
    """Measure everything and print it."""
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options.add_argument("--server", choices=sorted(COMMANDS), default=PRODUCTION, help="which one to measure whole")
    options.add_argument("--only", action="store_true", help="leave out the other server")
    wanted = options.parse_args()
    seconds = int(os.environ.get("BENCH_SECONDS", "10"))
    began = time.monotonic()

    def tell(words: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:5.0f} s  {words}\n")

    programs = find_postgresql()
    if programs is None or not (programs / "pgbench").exists():
        sys.exit("No pgbench on this machine; install PostgreSQL with its contributed programs.")
    with running_postgresql(durable=True) as url:
        postmaster = postmaster_of(url)
        port = urlsplit(url).port or 0

        def yardstick() -> dict[str, Measure]:
            tell("the yardstick")
            return {
                name: run_yardstick(name, programs=programs, port=port, postmaster=postmaster, seconds=seconds)
                for name in SCRIPTS
            }

        before = yardstick()
        tell("making the sea of the bench")
        sea = make_sea(url)
        products: list[Product] = []
        for name in [wanted.server, *(other for other in COMMANDS if other != wanted.server and not wanted.only)]:
            tell(f"the product behind {name}: {WORKERS} workers of {THREADS} threads")
            with running(name, sea.url) as server:
                products.append(measure(Bench(sea, server, postmaster, seconds), whole=name == wanted.server))
        after = yardstick()
        tell("flask verify")
        flask(sea.url, "verify")
        oversold = sea.ask(OVERSOLD)
        tell("import of 24,000 ropes")
        imported = import_season(url)
        tell("an update to 100,000 adopters")
        telling = measure_telling(url)
    yard = {name: joined(before[name], after[name]) for name in SCRIPTS}
    table = lines(yard, products[0], products[1:], imported, telling, oversold)
    tell("done")
    sys.stdout.write((json.dumps(as_json(table), indent=1) if wanted.json else as_text(table)) + "\n")


def postmaster_of(url: str) -> int:
    """The process id of the server, for its CPU time."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    return int(Path(str(row[0] if row else ""), "postmaster.pid").read_text().splitlines()[0])


if __name__ == "__main__":
    main()
