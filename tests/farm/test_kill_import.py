"""kill -9 in the middle of an import: on both databases it is as if it had never begun."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.registry import checks
from cofu_adopt.farm.import_season import commit_import, preview_import
from cofu_adopt.farm.models import Household, HouseholdMember, Plot, PlotMeasurement, PlotShare, Rope, SeaGrid
from cofu_adopt.farm.read_season import files_in
from cofu_adopt.identity.models import Person, PersonRole
from tests.farm.conftest import SeasonFiles

ROOT = Path(__file__).parents[2]
TABLES = (
    Household, HouseholdMember, SeaGrid, Plot, PlotShare, Rope, PlotMeasurement, Person, PersonRole, AuditRecord,
)  # fmt: skip


def counts() -> dict[str, int]:
    with unit_of_work(writes=False):
        return {
            table.__tablename__: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES
        }


@contextmanager
def half_way(directory: Path, url: str) -> Iterator[subprocess.Popen[str]]:
    """A real process that has written households, plots and ropes and not committed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.farm.import_slowly", str(directory)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "COFU_ENV": "test", "LOG_LEVEL": "ERROR"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "middle\n"
        yield process


@pytest.mark.parametrize("before", ["an empty sea", "a sea that is there"])
def test_a_killed_import_leaves_everything_as_it_was(
    sea: Flask, files: SeasonFiles, database_url: str, before: str
) -> None:
    files.write()
    if before == "a sea that is there":
        with unit_of_work():
            commit_import(preview_import(files_in(files.directory)))
        files.households[1][2] = "奇观村"
        files.plots[1][6] = 9
        files.plots[2][3] = "GQ001:50;GQ002:50"
        files.measurements.append(["B2-01", "2026-10-20", 58.1, 30, 0.8, 17])
        files.write()
    was = counts()
    with half_way(files.directory, database_url) as process:
        # What is half written is seen by nobody.
        assert counts() == was
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert counts() == was
    with unit_of_work(writes=False):
        assert not [sentence for name, check in checks().items() if name.startswith("farm:") for sentence in check()]
    # The same import then succeeds, and a repeat has nothing to do.
    for wrote in (True, False):
        with unit_of_work():
            assert commit_import(preview_import(files_in(files.directory))) is wrote
    assert counts()["rope"] == (12 if before == "an empty sea" else 17)


def test_a_process_that_is_left_alone_writes_everything(sea: Flask, files: SeasonFiles, database_url: str) -> None:
    with half_way(files.write(), database_url) as process:
        assert process.communicate("\n")[0] == "written\n"
    assert process.returncode == 0
    assert counts()["rope"] == 12
