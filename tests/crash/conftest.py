"""Fresh databases for processes that die, and what each flow comes to when nothing happens to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import empty_tables
from tests.crash.run import Told, run_flow

Fresh = Callable[[], str]


@pytest.fixture(scope="session")
def freshly(
    warm: None, sqlite_template: Path, postgresql_database: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Fresh]:
    """Empty the database, which nobody may have open, and give its URL: for each of both databases."""
    path = tmp_path_factory.mktemp("crash") / "crash.sqlite3"

    def copied() -> str:
        for left in path.parent.glob(f"{path.name}*"):
            left.unlink()
        shutil.copy(sqlite_template, path)
        return f"sqlite:///{path}"

    def emptied() -> str:
        empty_tables(postgresql_database)
        return postgresql_database

    return {"sqlite": copied, "postgresql": emptied}


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, freshly: dict[str, Fresh]) -> Fresh:
    """On both databases."""
    return freshly[request.param]


@pytest.fixture(scope="session")
def undisturbed(freshly: dict[str, Fresh]) -> Callable[[str], Told]:
    """What a flow tells when no process dies; each flow is run once."""
    known: dict[str, Told] = {}

    def told(flow: str) -> Told:
        if flow not in known:
            outcome = run_flow(flow, freshly["sqlite"]())
            assert outcome is not None
            known[flow] = outcome
        return known[flow]

    return told
