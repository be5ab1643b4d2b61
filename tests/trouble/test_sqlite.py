"""SQLite locked by another process: whoever writes hears "busy", whoever reads is served if that can be."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from cofu_adopt.core.db import db
from tests.small_sea import make_adopters, make_sea
from tests.trouble.visitor import Visitor

pytestmark = pytest.mark.usefixtures("little_patience")
HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2].split(";"):
    connection.execute(statement)
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=["sqlite"])
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Only SQLite."""
    path = tmp_path / "locked.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def visitor(app: Flask) -> Iterator[Visitor]:
    """Somebody who wants a rope."""
    found = Visitor(app, make_adopters(1)[0], make_sea())
    db.engine.dispose()
    yield found
    found.leave()


@contextmanager
def locked(database_url: str, statements: str) -> Iterator[None]:
    """Another process holds the lock."""
    path = database_url.removeprefix("sqlite:///")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path, statements], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield
        process.communicate("")


def test_another_process_writes(visitor: Visitor, database_url: str) -> None:
    with locked(database_url, "BEGIN IMMEDIATE"):
        begun = [visitor.begin(what) for what in ("adopt", "webhook", "look", "/healthz")]
        assert [one.result(timeout=30).status_code for one in begun] == [503, 503, 200, 200]
        assert visitor.is_put_off("adopt")
    assert visitor.ask("adopt").status_code == 302


def test_another_process_has_it_alone(visitor: Visitor, database_url: str) -> None:
    with locked(database_url, "PRAGMA locking_mode=EXCLUSIVE;BEGIN EXCLUSIVE"):
        assert visitor.is_put_off("look")
        assert visitor.ask("/healthz").status_code == 200
        assert visitor.ask("/readyz").status_code == 503
    assert visitor.ask("look").status_code == 200
