"""One spreadsheet for each fault of a cell or a row, with the words that it gets in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from flask_babel import force_locale
from openpyxl.utils.datetime import CALENDAR_MAC_1904

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


def write_a_line_below(files: SeasonFiles) -> None:
    files.plots.append(["以上共 3 条桁"])


def write_beside_the_table(files: SeasonFiles) -> None:
    files.plots[2].append("已转让")


def add_a_column(files: SeasonFiles) -> None:
    files.plots[0] = [*files.plots[0], "备注"]
    files.plots[2].append("合计")


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
    (write_beside_the_table, "beside_table",
     "[说明] plots.xlsx 第 3 行：没有列名的格里有字，没有读。",
     "[Note] plots.xlsx row 3: There is text in a cell without a column name; it was not read."),
    (add_a_column, "unread_columns",
     "[说明] plots.xlsx 第 1 行：这些列没有读：备注。",
     "[Note] plots.xlsx row 1: These columns were not read: 备注."),
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


def test_a_line_of_text_in_the_table_is_refused_once(files: SeasonFiles) -> None:
    write_a_line_below(files)
    finding, chinese, english = sentences(files, "stray_row")
    assert finding.blocks
    assert chinese == "[要改] plots.xlsx 第 5 行：只有一格有字，不像一行。是备注就删掉，或用“备注”开头。"
    assert english == (
        "[Correct] plots.xlsx row 5: Only one cell is filled; this does not look like a row."
        " If it is a remark, delete it or begin it with “备注”."
    )
    assert len(findings_of(files, "en")) == 1


def test_a_comma_inside_a_number_of_a_csv_never_shifts_the_row(files: SeasonFiles) -> None:
    files.measurements[2][2:3] = ["25", "0"]
    finding, chinese, english = sentences(files, "row_too_long")
    assert finding.blocks
    assert chinese == (
        "[要改] measurements.csv 第 3 行：比表头多了格，后面的会错位。多半是字里有分隔符：请给它加上引号，或去掉。"
    )
    assert english.startswith("[Correct] measurements.csv row 3: It has more cells than the header")


def test_a_remark_beside_a_row_does_not_make_a_total_of_it(files: SeasonFiles) -> None:
    add_a_column(files)
    assert "A1-02" in read_season(files_in(files.write()), latest=TODAY).plots


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
        "other_sheet", "formula", "hidden", "merged", "unread_sheets", "row_too_long", "stray_row",
    }  # fmt: skip
    of_stored = {"rope_adopted", "absent", "phone_taken", "similar_code", "before_seeding"}
    assert {cell[3] for cell in CELLS} | {row[1] for row in ROWS} | of_files | of_stored == set(FAULTS)


def test_numbers_of_an_old_macs_workbook_count_from_1904(files: SeasonFiles) -> None:
    files.write()
    path = files.directory / "households.xlsx"
    book = openpyxl.load_workbook(path)
    book.epoch = CALENDAR_MAC_1904
    sheet: Any = book.active
    place = HOUSEHOLD_HEADER.index("入社日期") + 1
    sheet.cell(3, place).value = (date(2019, 3, 7) - CALENDAR_MAC_1904.date()).days
    sheet.cell(3, place).number_format = "General"
    book.save(path)
    season = read_season(files_in(files.directory), latest=TODAY)
    assert [finding.understood for finding in season.findings if finding.code == "serial_date"] == ["2019-03-07"]
    joined = [household.joined_on for household in season.households.values()]
    assert joined == [date(2019, 1, 1), date(2019, 3, 7), date(2019, 1, 3)]
