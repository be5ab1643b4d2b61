"""The rows of a clerk's file: found below a title, without what only stands beside the table."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from cofu_adopt.farm.findings import Finding
from cofu_adopt.farm.sheet import Row, SeasonFile, read_rows, tidy

COLUMNS = ("桁号", "绳长(米)")


def read(content: bytes) -> tuple[list[Row], list[Finding]]:
    findings: list[Finding] = []
    return list(read_rows(SeasonFile("plots", "plots", content), COLUMNS, findings)), findings


def book(*rows: list[object], title: str = "Sheet", more: dict[str, list[list[object]]] | None = None) -> bytes:
    workbook = openpyxl.Workbook()
    sheets = {title: list(rows), **(more or {})}
    del workbook["Sheet"]
    for name, lines in sheets.items():
        sheet = workbook.create_sheet(name)
        for line in lines:
            sheet.append(line)
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def test_the_header_is_found_below_a_title_and_rows_keep_their_numbers() -> None:
    rows, findings = read("枸杞岛 2026\n\n备注, 桁 号,绳长（米）\nx,A1-01,2.5\n,,\ny,A1-02,3\n".encode("utf-8-sig"))
    assert [(row.number, row.cells["桁号"], row.cells["绳长(米)"]) for row in rows] == [
        (4, "A1-01", "2.5"),
        (6, "A1-02", "3"),
    ]
    assert [(finding.code, finding.row) for finding in findings] == [
        ("rows_above_header", 3),
        ("unread_columns", 3),
        ("header_spaces", 3),
        ("blank_rows", 0),
    ]


def test_xlsx_rows_keep_their_numbers() -> None:
    rows, _ = read(book(["桁号", "绳长（米）"], ["A1-01", 2.5], [None, None], ["A1-02", 3]))
    assert [row.number for row in rows] == [2, 4]


def test_an_xlsx_that_understates_its_extent_is_read_whole() -> None:
    stream, whole = BytesIO(), BytesIO(book(["桁号", "绳长(米)"], ["A1-01", 2.5], ["A1-02", 3]))
    with ZipFile(whole) as tidy_file, ZipFile(stream, "w") as file:
        for name in tidy_file.namelist():
            file.writestr(name, tidy_file.read(name).replace(b'ref="A1:B3"', b'ref="A1"'))
    assert len(read(stream.getvalue())[0]) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_text_table_is_read_in_any_of_the_usual_writings(encoding: str, delimiter: str) -> None:
    rows, findings = read("桁号,绳长(米)\nA1-01,2.5\n".replace(",", delimiter).encode(encoding))
    assert rows[0].cells == {"桁号": "A1-01", "绳长(米)": "2.5"}
    assert [finding.code for finding in findings] == (["gb18030"] if encoding == "gb18030" else [])


def test_the_sheet_with_the_header_is_read_wherever_it_stands() -> None:
    rows, findings = read(book(["说明"], more={"台账": [["桁号", "绳长(米)"], ["A1-01", 2]]}))
    assert [row.cells["桁号"] for row in rows] == ["A1-01"]
    assert [finding.code for finding in findings] == ["unread_sheets", "other_sheet"]


def test_of_two_sheets_that_fit_none_is_chosen() -> None:
    table: list[list[object]] = [["桁号", "绳长(米)"], ["A1-01", 2]]
    rows, findings = read(book(*table, title="今年", more={"去年": table}))
    assert not rows
    assert [(finding.code, finding.blocks) for finding in findings] == [("two_sheets", True)]
    assert "今年、去年" in findings[0].text


def test_totals_remarks_and_a_second_header_are_no_rows() -> None:
    text = "桁号,绳长(米)\nA1-01,2\n小 计,2\n桁号,绳长（米）\nA1-02,3\n合计：,5\n制表人：张三,\n"
    rows, findings = read(text.encode())
    assert [(row.number, row.is_total) for row in rows] == [(2, False), (5, False), (6, True)]
    assert [(finding.code, finding.row) for finding in findings] == [
        ("total_row", 3),
        ("header_again", 4),
        ("total_row", 6),
        ("remark_row", 7),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no_rows"),
        ("桁号\nA1-01\n".encode(), "missing_column"),
        ("桁号,绳长(米)\n".encode(), "no_rows"),
        ("桁号,绳长(米),绳长（米）\nA1-01,2,3\n".encode(), "column_twice"),
        ('桁号,绳长(米)\nA1-01,"2\nA1-02,3\n'.encode(), "unreadable"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_blocking_finding(content: bytes, code: str) -> None:
    rows, findings = read(content)
    assert [(finding.code, finding.blocks) for finding in findings] == [(code, True)]
    assert not [row for row in rows if row.cells.get("桁号") == "A1-02"]


def test_a_quotation_mark_that_is_never_closed_is_found_by_its_row() -> None:
    [finding] = read('桁号,绳长(米)\nA1-01,2\nA1-02,"2\nA1-03,3\n'.encode())[1]
    assert finding.text == "第 3 行的引号不成对，后面读不下去。请改好它，或另存为 .xlsx。"


def test_a_missing_column_is_named() -> None:
    [finding] = read("桁号,品种\nA1-01,x\n".encode())[1]
    assert "绳长(米)" in finding.text
    assert "桁号" not in finding.text


def test_too_many_rows_are_refused() -> None:
    findings = read(b"".join(["桁号,绳长(米)\n".encode(), b"A1-01,2\n" * 100_001]))[1]
    assert [finding.code for finding in findings] == ["too_many_rows"]


def test_reading_stops_when_there_is_too_much_to_say() -> None:
    findings = read("桁号,绳长(米)\n".encode() + "合计,2\n".encode() * 30_000)[1]
    assert findings[-1].code == "too_many_findings"
    assert findings[-1].blocks
    assert len(findings) < 20_010


@pytest.mark.parametrize(
    ("cell", "text"),
    [(None, ""), (12.0, "12"), (" １２ ", "12"), (2.5, "2.5"), ("\u3000", ""), ("A1\u200b-01\ufeff", "A1-01")],
)
def test_tidy(cell: object, text: str) -> None:
    assert tidy(cell) == text


@pytest.mark.parametrize("title", ["枸杞岛测量表", "枸杞岛, 2026 年, 上半年"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_title_does_not_decide_what_separates_the_cells(title: str, delimiter: str) -> None:
    table = "桁号,绳长(米)\nA1-01,2.5\nA1-02,2.5\nA1-03,2.5\n".replace(",", delimiter)
    rows, findings = read(f"{title}\n{table}".encode())
    assert len(rows) == 3
    assert [finding.code for finding in findings] == ["rows_above_header"]


def test_a_file_ended_by_carriage_returns_is_read() -> None:
    assert len(read("桁号,绳长(米)\rA1-01,2.5\rA1-02,2.5\r".encode())[0]) == 2
