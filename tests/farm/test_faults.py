"""One spreadsheet for each fault of a cell or a row, with the words that it gets in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask_babel import force_locale

from cofu_adopt.farm.faults import FAULTS, Level
from cofu_adopt.farm.findings import Finding
from cofu_adopt.farm.read_season import files_in, read_season
from tests.farm.conftest import HOUSEHOLD_HEADER, MEASUREMENT_HEADER, PLOT_HEADER, SeasonFiles
from tests.farm.faulty_cells import CELLS

pytestmark = pytest.mark.usefixtures("words")
TODAY = date(2026, 11, 24)
HEADERS = {"households": HOUSEHOLD_HEADER, "plots": PLOT_HEADER, "measurements": MEASUREMENT_HEADER}
NAMES = {"households": "households.xlsx", "plots": "plots.xlsx", "measurements": "measurements.csv"}

MARKS = {Level.BLOCK: ("要改", "Correct"), Level.WARN: ("要确认", "Confirm"), Level.NOTE: ("说明", "Note")}


def findings_of(files: SeasonFiles, language: str) -> list[Finding]:
    with force_locale(language):
        return read_season(files_in(files.write()), latest=TODAY).findings


def sentences(files: SeasonFiles, code: str) -> tuple[Finding, str, str]:
    """The one finding with this code, and its sentence in both languages."""
    found = {language: findings_of(files, language) for language in ("zh_Hans", "en")}
    [chinese], [english] = ([finding for finding in found[language] if finding.code == code] for language in found)
    assert chinese.id == english.id
    with force_locale("zh_Hans"):
        first = chinese.sentence()
    with force_locale("en"):
        return chinese, first, english.sentence()


@pytest.mark.parametrize(("kind", "column", "value", "code", "chinese", "english"), CELLS)
def test_a_cell_is_understood_or_refused_with_its_place_and_words(
    files: SeasonFiles, kind: str, column: str, value: Any, code: str, chinese: str, english: str
) -> None:
    getattr(files, kind)[2][HEADERS[kind].index(column)] = value
    finding, first, second = sentences(files, code)
    mark = MARKS[FAULTS[code][0]]
    assert first == f"[{mark[0]}] {NAMES[kind]} 第 3 行 {column}：{chinese}"
    if english:
        assert second == f"[{mark[1]}] {NAMES[kind]} row 3 {column}: {english}"
    # Nothing else blocks but what hangs on it: without its code, a household or plot is not known to the rest.
    season = read_season(files_in(files.directory), latest=TODAY)
    assert season.blocked == finding.blocks
    assert {other.code for other in season.findings if other.blocks} <= {code, "unknown_household", "unknown_plot"}


def swap_coordinates(files: SeasonFiles) -> None:
    files.plots[1][9], files.plots[1][10] = files.plots[1][10], files.plots[1][9]


def repeat_a_household(files: SeasonFiles) -> None:
    files.households.append(files.households[1])


def put_a_title_above(files: SeasonFiles) -> None:
    files.plots[:0] = [["枸杞岛桁地台账"], []]


def put_spaces_into_a_column_name(files: SeasonFiles) -> None:
    files.plots[0] = ["桁 号" if name == "桁号" else name for name in files.plots[0]]


def leave_a_row_blank(files: SeasonFiles) -> None:
    files.plots.insert(2, [None] * len(PLOT_HEADER))


def add_a_total(files: SeasonFiles) -> None:
    files.plots.append(["总 计", None, None, None, None, None, 12])


def add_a_wrong_total(files: SeasonFiles) -> None:
    files.plots.append(["合计", None, None, None, None, None, 13])


def repeat_the_header(files: SeasonFiles) -> None:
    files.plots.insert(2, PLOT_HEADER)


def sign_the_table(files: SeasonFiles) -> None:
    files.plots.append(["制表人：王会计", None, "2026 年 11 月"])


ROWS: list[tuple[Callable[[SeasonFiles], None], str, str, str]] = [
    (swap_coordinates, "swapped",
     "[要确认] plots.xlsx 第 2 行 经度：经度和纬度像是写反了。当作：122.731, 30.747。",
     "[Confirm] plots.xlsx row 2 经度: Longitude and latitude seem to be swapped. Taken as: 122.731, 30.747."),
    (repeat_a_household, "same_row",
     "[要确认] households.xlsx 第 5 行 户号：和第 2 行一模一样，只收一次。",
     "[Confirm] households.xlsx row 5 户号: Exactly the same as row 2; it is kept once."),
    (put_a_title_above, "rows_above_header",
     "[说明] plots.xlsx 第 3 行：表头在这一行，上面的没有读。",
     "[Note] plots.xlsx row 3: The header is in this row; what stands above it was not read."),
    (put_spaces_into_a_column_name, "header_spaces",
     "[说明] plots.xlsx 第 1 行 桁号：列名“桁 号”里有空格。当作：桁号。",
     "[Note] plots.xlsx row 1 桁号: There are spaces in the column name “桁 号”. Taken as: 桁号."),
    (leave_a_row_blank, "blank_rows",
     "[说明] plots.xlsx：有 1 处空行（从第 3 行起），跳过。",
     "[Note] plots.xlsx: Blank rows in 1 places (from row 3) were skipped."),
    (add_a_total, "total_row",
     "[说明] plots.xlsx 第 5 行：是合计，不当作一户或一条桁来读。",
     "[Note] plots.xlsx row 5: It is a total and is not read as a household or a plot."),
    (add_a_wrong_total, "total_differs",
     "[要确认] plots.xlsx 第 5 行 苗绳数：合计写着 13，各行加起来是 12。当作：12。",
     "[Confirm] plots.xlsx row 5 苗绳数: The total says 13; the rows add up to 12. Taken as: 12."),
    (repeat_the_header, "header_again",
     "[说明] plots.xlsx 第 3 行：又是一行表头，没有读。",
     "[Note] plots.xlsx row 3: Another header row; it was not read."),
    (sign_the_table, "remark_row",
     "[说明] plots.xlsx 第 5 行：“制表人:王会计”是备注，没有读。",
     "[Note] plots.xlsx row 5: “制表人:王会计” is a remark and was not read."),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "code", "chinese", "english"), ROWS)
def test_a_row_is_understood_or_refused_with_its_place_and_words(
    files: SeasonFiles, spoil: Callable[[SeasonFiles], None], code: str, chinese: str, english: str
) -> None:
    spoil(files)
    _finding, first, second = sentences(files, code)
    assert (first, second) == (chinese, english)
    season = read_season(files_in(files.directory), latest=TODAY)
    assert (len(season.households), len(season.plots), len(season.measurements)) == (3, 3, 4)
    assert not season.blocked


def test_what_is_understood_is_what_is_kept(files: SeasonFiles) -> None:
    swap_coordinates(files)
    files.plots[2][4], files.plots[2][6] = "厚壳", "一百"
    files.households[2][3], files.households[2][10] = "199 0000-0002", "2019.3.7"
    files.measurements[2][4] = "89.5"
    season = read_season(files_in(files.write()), latest=TODAY)
    assert not season.blocked
    assert (float(season.plots["A1-01"].longitude), float(season.plots["A1-01"].latitude)) == (122.731, 30.747)
    assert (season.plots["A1-02"].species, season.plots["A1-02"].rope_count) == ("hard_mussel", 100)
    assert season.households["GQ002"].phone == "19900000002"
    assert season.households["GQ002"].joined_on == date(2019, 3, 7)
    assert float(season.measurements["A1-01", date(2026, 4, 8)].survival) == 0.895


def test_every_fault_has_its_spreadsheet() -> None:
    """Those of the file as a whole are in test_open_file.py, those beside what is stored in test_import_ropes.py."""
    of_files = {
        "file_missing", "file_left_out", "too_big", "unreadable", "encrypted", "old_xls", "not_a_table",
        "too_many_rows", "too_many_findings", "missing_column", "column_twice", "two_sheets", "no_rows", "gb18030",
        "other_sheet", "formula",
    }  # fmt: skip
    of_stored = {"rope_adopted", "absent", "phone_taken"}
    assert {cell[3] for cell in CELLS} | {row[1] for row in ROWS} | of_files | of_stored == set(FAULTS)
