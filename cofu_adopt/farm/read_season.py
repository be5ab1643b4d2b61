"""Understand the workshop's three files: 养殖户名册, 桁地台账, measurements. Pure: no database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask_babel import gettext as _

from cofu_adopt.farm.findings import Finding
from cofu_adopt.farm.open_file import MOST_BYTES
from cofu_adopt.farm.read_households import HOUSEHOLD_COLUMNS, read_household
from cofu_adopt.farm.read_measurements import MEASUREMENT_COLUMNS, look_at_growth, read_measurement
from cofu_adopt.farm.read_number import parse_number
from cofu_adopt.farm.read_plots import PLOT_COLUMNS, read_plot
from cofu_adopt.farm.season_input import HouseholdInput, SeasonInput
from cofu_adopt.farm.sheet import Row, SeasonFile, read_rows, tidy

HOUSEHOLDS, PLOTS, MEASUREMENTS = KINDS = ("households", "plots", "measurements")
FILE_NAMES = {HOUSEHOLDS: "households.xlsx", PLOTS: "plots.xlsx", MEASUREMENTS: "measurements.csv"}
COLUMNS = {HOUSEHOLDS: HOUSEHOLD_COLUMNS, PLOTS: PLOT_COLUMNS, MEASUREMENTS: MEASUREMENT_COLUMNS}
KEY_COLUMN = {HOUSEHOLDS: "户号", PLOTS: "桁号", MEASUREMENTS: "桁号"}
TOTALS = {HOUSEHOLDS: "家庭人口", PLOTS: "苗绳数"}
"""The column whose total in the file's last row is compared with what was read."""


@dataclass(frozen=True, slots=True)
class Known:
    """The codes that are stored: what a file may speak of without listing it."""

    households: frozenset[str] = frozenset()
    plots: frozenset[str] = frozenset()


def files_in(directory: Path) -> dict[str, SeasonFile]:
    """The three files of `directory` by kind; one that is not there is left out."""
    found: dict[str, SeasonFile] = {}
    for kind, name in FILE_NAMES.items():
        path = directory / name
        if path.is_file():
            with path.open("rb") as file:
                found[kind] = SeasonFile(kind, name, file.read(MOST_BYTES + 1))
    return found


def read_season(
    files: Mapping[str, SeasonFile], *, latest: date, known: Known | None = None, absent: str = "file_missing"
) -> SeasonInput:
    """Read the files; no day in them may be after `latest`. What is not handed in stays as it is stored.

    What cannot be understood is a finding, never a guess and never an exception. `absent` is what a file that is not
    there is told as: file_missing, or file_left_out where a person chose to leave it out.
    """
    season, known = SeasonInput(names={kind: file.name for kind, file in files.items()}), known or Known()
    for kind in KINDS:
        if kind not in files:
            text = _("没有这个文件，这一部分原样留着。")
            season.findings.append(Finding(kind, FILE_NAMES[kind], 0, "", absent, text))
    for row in _rows(files, HOUSEHOLDS, season):
        read_household(row, season, latest)
    households = None if HOUSEHOLDS in season.unread else known.households | season.listed.get(HOUSEHOLDS, set())
    for row in _rows(files, PLOTS, season):
        read_plot(row, season, latest, households)
    plots = None if PLOTS in season.unread else known.plots | season.listed.get(PLOTS, set())
    for row in _rows(files, MEASUREMENTS, season):
        read_measurement(row, season, latest, plots)
    if MEASUREMENTS in files:
        look_at_growth(season, files[MEASUREMENTS])
    return season


def _rows(files: Mapping[str, SeasonFile], kind: str, season: SeasonInput) -> Iterator[Row]:
    """The rows of a file, without its totals; a total that the rows do not add up to is told."""
    if kind not in files:
        return
    before, listed = len(season.findings), season.listed.setdefault(kind, set())
    for row in read_rows(files[kind], COLUMNS[kind], season.findings):
        if row.is_total:
            _look_at_total(row, season, before)
        else:
            listed.add(tidy(row.cells.get(KEY_COLUMN[kind])).upper())
            yield row
    if any(finding.blocks and not finding.row for finding in season.findings[before:]):
        season.unread.add(kind)


def _look_at_total(row: Row, season: SeasonInput, before: int) -> None:
    column = TOTALS.get(row.kind)
    said = parse_number(tidy(row.cells.get(column)), ()) if column else None
    if said is None or column is None or any(finding.blocks for finding in season.findings[before:]):
        return
    rows = season.households.values() if row.kind == HOUSEHOLDS else season.plots.values()
    total = sum(one.family_size if isinstance(one, HouseholdInput) else one.rope_count for one in rows)
    if said.value != total:
        text = _("合计写着 %(said)s，各行加起来是 %(total)s。", said=f"{said.value:f}", total=total)
        finding = Finding(row.kind, row.sheet, row.number, column, "total_differs", text, f"{said.value:f}", str(total))
        season.findings.append(finding)
