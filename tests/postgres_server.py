"""Start a PostgreSQL server for the tests or the bench from the programs on this machine, and stop it at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.machine import find_postgresql

USERS = ("postgres", "nobody")
"""PostgreSQL refuses to run as root; one of these runs it then."""


@contextmanager
def running_postgresql(*, durable: bool = False) -> Iterator[str]:
    """The URL of a fresh server on the loopback. Raises RuntimeError when there is no PostgreSQL on this machine.

    `durable`: it keeps its promises on a power loss, as it does by default; the tests have no use for that.
    """
    folder = Path(tempfile.mkdtemp(prefix="cofu-pg-"))
    folder.chmod(0o755)
    binaries = _programs(folder)
    user = _user()
    if user is not None:
        shutil.chown(folder, user)
    port, data = _free_port(), str(folder / "data")
    _run(binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", user=user)
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c max_connections=300"
    if not durable:
        options += " -c fsync=off"
    _run(binaries / "pg_ctl", "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start", user=user)
    try:
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        _run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop", user=user)
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path) -> Path:
    found = find_postgresql()
    if found is None:
        raise RuntimeError("No PostgreSQL for the tests: set TEST_DATABASE_URL or install PostgreSQL (pg_ctl).")
    if os.geteuid() != 0 or not found.is_relative_to(Path(sysconfig.get_path("purelib"))):
        return found
    # The wheel's programs may lie where the user who runs them cannot look.
    shutil.copytree(found.parent, folder / "programs", symlinks=True)
    return folder / "programs" / found.name


def _user() -> str | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(user for user in USERS if user in names)


def _run(program: Path, *words: str, user: str | None) -> None:
    # The server keeps its parent's output open: a pipe would never end.
    subprocess.run([program, *words], check=True, user=user, cwd="/", stdout=subprocess.DEVNULL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
