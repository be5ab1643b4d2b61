"""The workshop's files with all their days moved: the demo's input as the demo's sea has it."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl

from cofu_adopt.farm.read_season import FILE_NAMES, MEASUREMENTS

DAY_COLUMN = "测量日期"


def move_files(source: Path, target: Path, days: int) -> None:
    """Write the files of `source` to `target` with every day moved by `days`; what was there is replaced."""
    target.mkdir(parents=True, exist_ok=True)
    for kind, name in FILE_NAMES.items():
        (_move_csv if kind == MEASUREMENTS else _move_workbook)(source / name, target / name, timedelta(days=days))


def _move_workbook(source: Path, target: Path, by: timedelta) -> None:
    book = openpyxl.load_workbook(source)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, datetime | date):
                    cell.value += by
    book.save(target)


def _move_csv(source: Path, target: Path, by: timedelta) -> None:
    with source.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    place = header.index(DAY_COLUMN)
    for row in rows:
        row[place] = (date.fromisoformat(row[place]) + by).isoformat()
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])
