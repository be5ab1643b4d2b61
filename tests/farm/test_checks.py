"""`flask verify` finds what is wrong with the sea."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.registry import checks
from cofu_adopt.farm.import_season import commit_import, preview_import
from cofu_adopt.farm.models import Plot, PlotShare, Rope
from cofu_adopt.farm.queries import find_plot_id
from cofu_adopt.farm.read_season import files_in
from tests.farm.conftest import SeasonFiles

SHARES = "farm: the shares of each plot and day add up to 100"
ROPES = "farm: each plot has as many ropes as it says"


@pytest.fixture(autouse=True)
def small_sea(sea: object, files: SeasonFiles) -> None:
    with unit_of_work():
        commit_import(preview_import(files_in(files.write())))


def violations(name: str) -> list[str]:
    with unit_of_work(writes=False):
        return list(checks()[name]())


def test_a_sound_sea_passes() -> None:
    assert violations(SHARES) == []
    assert violations(ROPES) == []


def test_shares_that_do_not_add_up_are_found() -> None:
    with unit_of_work():
        db.session.execute(
            update(PlotShare)
            .where(PlotShare.plot_id == find_plot_id("A1-01"), PlotShare.weight == 60)
            .values(weight=59)
        )
        db.session.execute(delete(PlotShare).where(PlotShare.plot_id == find_plot_id("B2-01")))
    assert sorted(violations(SHARES)) == ["A1-01 since 2025-10-24: 99", "B2-01 has no shares"]


def test_missing_ropes_are_found() -> None:
    with unit_of_work():
        db.session.execute(delete(Rope).where(Rope.plot_id == find_plot_id("A1-01"), Rope.number == 2))
        db.session.execute(update(Plot).where(Plot.code == "B2-01").values(rope_count=5))
    assert sorted(violations(ROPES)) == [
        "A1-01: 3 ropes up to number 4, not 4",
        "B2-01: 4 ropes up to number 4, not 5",
    ]
