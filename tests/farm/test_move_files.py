"""The demo's input, as the demo's sea has it: imported again, it changes nothing."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.farm.import_season import preview_import
from cofu_adopt.farm.load_demo import DIRECTORY, load_demo_season
from cofu_adopt.farm.read_season import files_in


def test_the_kept_files_change_nothing_and_the_shipped_ones_would(sea: Flask, tmp_path: Path) -> None:
    with unit_of_work():
        load_demo_season(keep_in=tmp_path / "kept")
    with unit_of_work(writes=False):
        assert preview_import(files_in(tmp_path / "kept")).changes_nothing
        assert not preview_import(files_in(DIRECTORY)).changes_nothing
