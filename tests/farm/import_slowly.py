"""A process that imports a directory and stops in the middle, with half of it written: for a test that kills it.

Says "middle" when it is there, and goes on when something comes in.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import patch

from cofu_adopt.app import create_app
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm.import_season import commit_import, preview_import
from cofu_adopt.farm.read_season import files_in
from cofu_adopt.farm.season_input import SeasonInput
from cofu_adopt.farm.write_season import write_measurements


def main() -> None:
    """Import the directory that is named on the command line."""

    def wait_and_write(season: SeasonInput, plot_ids: Mapping[str, int]) -> None:
        db.session.flush()
        sys.stdout.write("middle\n")
        sys.stdout.flush()
        sys.stdin.readline()
        write_measurements(season, plot_ids)

    middle = patch("cofu_adopt.farm.import_season.write_measurements", wait_and_write)
    with create_app().app_context(), middle, unit_of_work():
        preview = preview_import(files_in(Path(sys.argv[1])))
        commit_import(preview, preview.warning_ids)
    sys.stdout.write("written\n")


if __name__ == "__main__":
    main()
