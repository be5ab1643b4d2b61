"""Opening a clerk's file."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from cofu_adopt.farm.sheet import open_sheet, tidy

COLUMNS = ("桁号", "绳长(米)")


def write_csv(path: Path, text: str, encoding: str = "utf-8-sig") -> Path:
    path.write_text(text, encoding=encoding)
    return path


def test_header_is_found_below_a_title_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "plots.csv", "枸杞岛 2026\n\n备注, 桁 号,绳长（米）\nx,A1-01,2.5\n,,\ny,A1-02,3\n")
    sheet = open_sheet(path, COLUMNS)
    assert not sheet.findings
    assert [(row.number, row.cells["桁号"], row.cells["绳长(米)"]) for row in sheet.rows] == [
        (4, "A1-01", "2.5"),
        (6, "A1-02", "3"),
    ]


def test_xlsx_rows_keep_their_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["桁号", "绳长（米）"], ["A1-01", 2.5], [None, None], ["A1-02", 3]):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(tmp_path / "plots.xlsx")
    assert [row.number for row in open_sheet(tmp_path / "plots.xlsx", COLUMNS).rows] == [2, 4]


def test_an_xlsx_that_understates_its_extent_is_read_whole(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["桁号", "绳长(米)"], ["A1-01", 2.5], ["A1-02", 3]):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(tmp_path / "tidy.xlsx")
    with ZipFile(tmp_path / "tidy.xlsx") as tidy_file, ZipFile(tmp_path / "plots.xlsx", "w") as file:
        for name in tidy_file.namelist():
            file.writestr(name, tidy_file.read(name).replace(b'ref="A1:B3"', b'ref="A1"'))
    assert len(open_sheet(tmp_path / "plots.xlsx", COLUMNS).rows) == 2


@pytest.mark.parametrize(
    ("name", "text", "encoding", "code"),
    [
        ("absent.csv", None, "", "missing_file"),
        ("broken.xlsx", "not a workbook", "utf-8", "unreadable"),
        ("old.csv", "桁号,绳长(米)\nA1-01,2.5\n", "gb18030", "unreadable"),
        ("short.csv", "桁号\nA1-01\n", "utf-8", "missing_column"),
        ("empty.csv", "", "utf-8", "missing_column"),
        ("bare.csv", "桁号,绳长(米)\n", "utf-8", "no_rows"),
        ("twice.csv", "桁号,绳长(米),绳长（米）\nA1-01,2,3\n", "utf-8", "column_twice"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_blocking_finding(
    tmp_path: Path, name: str, text: str | None, encoding: str, code: str
) -> None:
    if text is not None:
        write_csv(tmp_path / name, text, encoding)
    sheet = open_sheet(tmp_path / name, COLUMNS)
    assert sheet.rows == []
    assert [(finding.code, finding.blocks, finding.sheet) for finding in sheet.findings] == [(code, True, name)]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    sheet = open_sheet(write_csv(tmp_path / "short.csv", "桁号,品种\nA1-01,x\n"), COLUMNS)
    assert "绳长(米)" in sheet.findings[0].text
    assert "桁号" not in sheet.findings[0].text


@pytest.mark.parametrize(("cell", "text"), [(None, ""), (12.0, "12"), (" １２ ", "12"), (2.5, "2.5"), ("\u3000", "")])
def test_tidy(cell: object, text: str) -> None:
    assert tidy(cell) == text
