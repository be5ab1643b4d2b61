"""Fresh databases for processes that die, and what each flow comes to when nothing happens to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import empty_tables
from tests.crash.run import Told, run_flow

Fresh = Callable[[], str]


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Fresh:
    """Empty the database, which nobody may have open, and give its URL; on both databases."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgresql_database")
        return lambda: _emptied(url)
    template: Path = request.getfixturevalue("sqlite_template")
    return lambda: _copied(template, tmp_path)


@pytest.fixture(scope="session")
def undisturbed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Told]:
    """What a flow tells when no process dies; each flow is run once."""
    known: dict[str, Told] = {}

    def told(flow: str) -> Told:
        if flow not in known:
            outcome = run_flow(flow, _copied(sqlite_template, tmp_path_factory.mktemp("undisturbed")))
            assert outcome is not None
            known[flow] = outcome
        return known[flow]

    return told


def _copied(template: Path, folder: Path) -> str:
    path = folder / "crash.sqlite3"
    for rest in folder.glob(f"{path.name}*"):
        rest.unlink()
    shutil.copy(template, path)
    return f"sqlite:///{path}"


def _emptied(url: str) -> str:
    empty_tables(url)
    return url
