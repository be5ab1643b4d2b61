"""What a workbook hides or has merged is told, never read or lost in silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from flask_babel import force_locale
from openpyxl.workbook import Workbook

from cofu_adopt.farm.open_file import open_file
from cofu_adopt.farm.read_season import files_in, read_season
from cofu_adopt.farm.season_input import SeasonInput
from cofu_adopt.farm.sheet_layout import MOST_PLACES, read_layout
from tests.farm.conftest import SeasonFiles
from tests.farm.test_open_file import zipped

pytestmark = pytest.mark.usefixtures("words")
TODAY = date(2026, 11, 24)
SHEET = "xl/worksheets/sheet1.xml"


def season_of(files: SeasonFiles, spoil: Callable[[Workbook], object]) -> SeasonInput:
    """What is understood of the plots once their workbook is spoiled."""
    path = files.write() / "plots.xlsx"
    book = openpyxl.load_workbook(path)
    spoil(book)
    book.save(path)
    return read_season(files_in(files.directory), latest=TODAY)


def sentences(files: SeasonFiles) -> list[str]:
    found = []
    for language in ("zh_Hans", "en"):
        with force_locale(language):
            found += [finding.sentence() for finding in read_season(files_in(files.directory), latest=TODAY).findings]
    return found


def hide_rows(book: Workbook) -> None:
    for row in (3, 9):  # the second one is blank
        book.worksheets[0].row_dimensions[row].hidden = True


def hide_column(book: Workbook) -> None:
    book.worksheets[0].column_dimensions["G"].hidden = True


def hide_sheet(book: Workbook) -> None:
    book.worksheets[0].sheet_state = "hidden"
    book.create_sheet("空表")


@pytest.mark.parametrize(
    ("spoil", "chinese", "english"),
    [
        (hide_rows, "[要确认] plots.xlsx 第 3 行：这一行是隐藏的，一样会读。不要的请删掉。",
         ("[Confirm] plots.xlsx row 3: This row is hidden; it is read all the same."
          " Please delete it if it is not wanted.")),
        (hide_column, "[要确认] plots.xlsx 第 1 行 苗绳数：这一列是隐藏的，一样会读。",
         "[Confirm] plots.xlsx row 1 苗绳数: This column is hidden; it is read all the same."),
        (hide_sheet, "[要确认] plots.xlsx：读的工作表“Sheet”是隐藏的。不要的请删掉。",
         ("[Confirm] plots.xlsx: The worksheet that was read, “Sheet”, is hidden."
          " Please delete it if it is not wanted.")),
    ],
)  # fmt: skip
def test_what_is_hidden_is_read_once_it_is_accepted(
    files: SeasonFiles, spoil: Callable[[Workbook], object], chinese: str, english: str
) -> None:
    assert len(season_of(files, spoil).plots) == 3
    assert sentences(files) == [chinese, english]


def test_cells_merged_over_rows_block_where_a_row_would_lose_its_value(files: SeasonFiles) -> None:
    season = season_of(files, lambda book: book.worksheets[0].merge_cells("I2:I4"))
    assert season.blocked
    assert sentences(files) == [
        "[要改] plots.xlsx 第 2 行 保单号：到第 4 行合并成了一格，只有第一行读得到。请取消合并，每行都填上。",
        (
            "[Correct] plots.xlsx row 2 保单号: The cells down to row 4 are merged; only the first row can be read."
            " Please unmerge them and fill in every row."
        ),
    ]


def test_a_merged_title_and_merged_cells_beside_the_table_are_nothing_to_tell(files: SeasonFiles) -> None:
    files.plots[:0] = [["枸杞岛桁地台账"], []]
    files.plots[2] = [*files.plots[2], "备注"]

    def merge(book: Workbook) -> None:
        for cells in ("A1:K2", "L4:L6"):
            book.worksheets[0].merge_cells(cells)

    season = season_of(files, merge)
    assert {finding.code for finding in season.findings} == {"rows_above_header", "unread_columns"}
    assert len(season.plots) == 3


def test_column_names_in_two_rows_are_refused_with_what_to_do(files: SeasonFiles) -> None:
    header = files.plots[0]
    files.plots[:1] = [[*header[:7], "其他", None, None, None], [*[None] * 7, *header[7:]]]
    files.write()
    assert sentences(files)[0] == "[要改] plots.xlsx：列名分在第 1、2 两行。请并成一行。"
    assert sentences(files)[-1].startswith("[Correct] plots.xlsx: The column names stand in two rows, 1 and 2.")


def test_worksheets_that_are_not_read_are_named_and_a_hidden_twin_is_called_hidden(files: SeasonFiles) -> None:
    def write_more(book: Workbook) -> None:
        book.create_sheet("补充").append(["A1", "A1-99"])

    def hide_a_twin(book: Workbook) -> None:
        twin = book.copy_worksheet(book.worksheets[0])
        twin.title, twin.sheet_state = "旧", "hidden"

    season_of(files, write_more)
    assert sentences(files)[0] == "[说明] plots.xlsx：这些工作表没有读：补充。"
    season_of(files, hide_a_twin)
    assert sentences(files)[0] == "[要改] plots.xlsx：这些工作表都像：Sheet、旧（隐藏的）。请只留一张。"


def test_a_column_formatted_down_to_its_end_is_not_read_down_to_its_end(files: SeasonFiles) -> None:
    path = files.write() / "plots.xlsx"
    with ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    blank = "".join(f'<row r="{row}"><c r="A{row}"/></row>' for row in range(5, 2000)).encode()
    members[SHEET] = members[SHEET].replace(b"</sheetData>", blank + b"</sheetData>")
    assert len(list(open_file(zipped(members)).rows("Sheet"))) == 4


def layout_of(xml: str) -> object:
    with ZipFile(BytesIO(zipped({SHEET: xml.encode()}))) as file:
        return read_layout(file, SHEET, is_hidden=False)


@pytest.mark.parametrize(
    "xml",
    [
        "".join(f'<row r="{2 * row}" hidden="1"/>' for row in range(MOST_PLACES + 1)),
        "".join(f'<mergeCell ref="A{3 * row + 1}:A{3 * row + 2}"/>' for row in range(MOST_PLACES + 1)),
        "<row " + "x" * 3_000_000,
    ],
)
def test_a_layout_beyond_all_measure_is_refused_before_it_fills_the_memory(xml: str) -> None:
    with pytest.raises(ValueError, match="sheet1"):
        layout_of(xml)
