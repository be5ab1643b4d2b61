"""The product behind a real server: workers = cores, logs and metrics on."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.cpu import tree
from bench.sea import environment
from tests.postgres_server import _free_port

WORKERS = os.cpu_count() or 1
THREADS = 8
PATIENCE_SECONDS = 60
COMMANDS = {
    "granian": "granian --interface wsgi --host 127.0.0.1 --port {port} --workers {workers} "
    "--blocking-threads {threads} --no-ws --http 1 wsgi:app",
    "gunicorn": "gunicorn --bind 127.0.0.1:{port} --workers {workers} --worker-class gthread --threads {threads} "
    "--log-level warning wsgi:app",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: `root` is the process that started the workers."""

    name: str
    port: int
    root: int

    @property
    def workers(self) -> list[int]:
        """The processes that answer."""
        return [process for process in tree(self.root) if process != self.root and _is_worker(process)]


@contextmanager
def running(name: str, database_url: str) -> Iterator[Server]:
    """Start a server on a free port of the loopback, and stop it at the end."""
    port = _free_port()
    words = COMMANDS[name].format(port=port, workers=WORKERS, threads=THREADS).split()
    with tempfile.TemporaryDirectory(prefix="cofu-bench-") as folder, Path(folder, "log").open("wb") as log:
        process = subprocess.Popen(
            [Path(sys.executable).parent / words[0], *words[1:]],
            env=environment(database_url, PROMETHEUS_MULTIPROC_DIR=f"{folder}/metrics"),
            stdout=log,
            stderr=log,
        )
        try:
            _await(port, process, Path(folder, "log"))
            yield Server(name, port, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(timeout=PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")


def _is_worker(process: int) -> bool:
    # Python's own resource tracker runs beside granian's workers.
    try:
        return b"resource_tracker" not in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False
