"""gunicorn with two workers: SIGTERM lets what was begun be answered; all workers and clocks count together."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from tests.postgres_server import _free_port
from tests.processes.start import running, wait_until
from tests.small_sea import make_sea

LOOKS = 20


@contextmanager
def web(database_url: str, port: int, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """gunicorn, once it answers."""
    words = ("gunicorn", "--no-control-socket", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "2")
    with running(database_url, *words, "--log-level", "critical", "wsgi:app", **settings) as process:
        wait_until(lambda: answers(port))
        yield process
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def answers(port: int) -> bool:
    """True when somebody listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def workers(process: subprocess.Popen[str]) -> list[int]:
    """The workers of this gunicorn."""
    try:
        return [int(word) for word in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def get(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        text: str = answer.read().decode()
        return text


def test_sigterm_answers_what_was_begun(app: Flask, database_url: str) -> None:
    port, body = _free_port(), b"phone=13800005678"
    head = (
        f"POST /webhooks/stripe HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\n\r\n"
    )
    with web(database_url, port) as process, socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(head.encode())
        # The worker has read the head and is in the middle of the request.
        assert client.recv(100).startswith(b"HTTP/1.1 100 Continue")
        process.send_signal(signal.SIGTERM)
        # The idle worker is gone, the other one waits for us.
        wait_until(lambda: len(workers(process)) == 1)
        client.sendall(body)
        answer = b""
        while piece := client.recv(65536):
            answer += piece
        assert answer.startswith(b"HTTP/1.1 400")
        assert answer.endswith(b'{"status":"refused"}\n')
        assert process.wait(60) == 0


def value(text: str, name: str) -> float:
    """The value of a sample by its name and labels as they are written."""
    found = re.search(rf"^{re.escape(name)} ([0-9.e+-]+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_all_processes_count_together(app: Flask, database_url: str, tmp_path: Path) -> None:
    make_sea()
    port, folder = _free_port(), tmp_path / "counted"
    looks = 'cofu_request_seconds_count{endpoint="identity.sign_in",status="2xx"}'
    settings = {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
    jobs = running(database_url, "flask", "--app", "wsgi", "jobs", **settings)
    with web(database_url, port, **settings) as process, jobs:
        for _ in range(LOOKS):
            get(port, "/sign-in")
        assert {value(get(port, "/metrics"), looks) for _ in range(6)} == {LOOKS}
        victim = workers(process)[0]
        dead = folder / f"gauge_livesum_{victim}.db"
        wait_until(dead.exists)
        os.kill(victim, signal.SIGKILL)
        wait_until(lambda: "cofu_database_up 1.0" in get(port, "/metrics") and not dead.exists())
        assert value(get(port, "/metrics"), looks) == LOOKS
        # The clock looks at the database each second: between two looks nobody has a connection, nor has the dead.
        wait_until(lambda: value(get(port, "/metrics"), "cofu_pool_in_use") == 0)
