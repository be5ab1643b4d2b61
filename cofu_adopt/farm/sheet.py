"""Open a clerk's file and give its rows by column name, with their numbers. What it means is read elsewhere."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from flask_babel import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from cofu_adopt.farm.findings import Finding

HEADER_WITHIN_ROWS = 10
"""A header is looked for in the first so many rows; above it there may be a title."""
UNREADABLE = (OSError, ValueError, KeyError, BadZipFile, InvalidFileException, csv.Error)
"""What the readers raise for a file that is not what its name says."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file and its cells by column name."""

    sheet: str
    number: int
    cells: dict[str, Any]


@dataclass(slots=True)
class Sheet:
    """A file that was opened: its rows, and what was wrong with it as a whole."""

    name: str
    rows: list[Row]
    findings: list[Finding]


def open_sheet(path: Path, columns: Sequence[str]) -> Sheet:
    """Read the file whose header row has all `columns`. What is missing is a blocking finding, never an exception.

    Column names are compared with full-width forms folded and without spaces; further columns are left alone.
    """
    name = path.name
    if not path.is_file():
        return _refused(name, "missing_file", _("没有这个文件。"))
    try:
        lines = list(_csv(path) if path.suffix == ".csv" else _xlsx(path))
    except UNREADABLE as error:
        text = _("打不开（%(kind)s）。请另存为 .xlsx 或 UTF-8 的 .csv 再试。", kind=type(error).__name__)
        return _refused(name, "unreadable", text)
    for index, line in enumerate(lines[:HEADER_WITHIN_ROWS]):
        header = [_column_name(cell) for cell in line]
        if set(columns) <= set(header):
            twice = "、".join(column for column in columns if header.count(column) > 1)
            if twice:
                return _refused(name, "column_twice", _("这些列有两个：%(columns)s。", columns=twice))
            rows = [
                Row(name, number, dict(zip(header, cells, strict=False)))
                for number, cells in enumerate(lines[index + 1 :], start=index + 2)
                if any(tidy(cell) for cell in cells)
            ]
            if not rows:
                return _refused(name, "no_rows", _("表头下面一行也没有。"))
            return Sheet(name, rows, [])
    seen = {_column_name(cell) for line in lines[:HEADER_WITHIN_ROWS] for cell in line}
    missing = "、".join(column for column in columns if column not in seen) or "、".join(columns)
    return _refused(name, "missing_column", _("没有找到这些列：%(columns)s。", columns=missing))


def _refused(name: str, code: str, text: str) -> Sheet:
    return Sheet(name, [], [Finding(name, 0, "", code, text, blocks=True)])


def _column_name(cell: Any) -> str:
    return "".join(tidy(cell).split())


def _csv(path: Path) -> Iterator[list[Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.reader(file)


def _xlsx(path: Path) -> Iterator[list[Any]]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        # Some programs write a wrong extent into the file; without it the rows themselves are counted.
        sheet.reset_dimensions()
        for cells in sheet.iter_rows(values_only=True):
            yield list(cells)
    finally:
        book.close()


def tidy(cell: Any) -> str:
    """A cell as text: full-width forms folded, outer spaces gone; 12.0 is "12"."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFKC", str(cell)).strip()
