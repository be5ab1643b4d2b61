"""The memory of an import: bounded by its files, whatever the number of ropes in the sea."""

from __future__ import annotations

import io
import tracemalloc
from datetime import date

import openpyxl
import pytest
from sqlalchemy import func, select

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm.import_season import commit_import, preview_import
from cofu_adopt.farm.models import Rope
from cofu_adopt.farm.read_season import files_in
from cofu_adopt.farm.sheet import SeasonFile, read_rows
from tests.farm.conftest import SeasonFiles

MIB = 1024**2


def sea_of(files: SeasonFiles, ropes_a_plot: int) -> None:
    """240 plots, each with so many ropes."""
    del files.plots[1:], files.measurements[1:]
    files.measurements.append(["A1-01", "2026-04-08", 25.0, 30, 0.895, 11.9])
    for number in range(240):
        grid, place = f"{'ABCD'[number // 60]}{number // 10 % 6 + 1}", number % 10 + 1
        files.plots.append(
            [grid, f"{grid}-{place:02}", "线内", "GQ001:100", "紫贻贝", date(2025, 10, 24), ropes_a_plot, 2.5, None,
             122.731, 30.747]
        )  # fmt: skip
    files.write()


def import_peak_bytes(files: SeasonFiles) -> int:
    """The most memory that Python held during the import, beyond what it held before."""
    tracemalloc.start()
    try:
        with unit_of_work():
            preview = preview_import(files_in(files.directory))
            commit_import(preview, preview.warning_ids)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.usefixtures("sea")
def test_24000_ropes_take_hardly_more_memory_than_2400(files: SeasonFiles) -> None:
    sea_of(files, 10)
    small = import_peak_bytes(files)
    sea_of(files, 110)
    large = import_peak_bytes(files)
    with unit_of_work(writes=False):
        assert db.session.scalar(select(func.count()).select_from(Rope)) == 26_400
    assert large < small + 2 * MIB
    assert large < 32 * MIB


def test_a_long_sheet_is_streamed() -> None:
    """Neither all cells nor all rows lie in memory at once."""
    columns = ("桁号", "绳号", "备注列")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(columns)
    for number in range(6_000):
        sheet.append(["A1-01", number, f"第 {number} 串"])
    stream = io.BytesIO()
    book.save(stream)
    content = stream.getvalue()
    tracemalloc.start()
    try:
        count = sum(1 for _row in read_rows(SeasonFile("plots", "ropes.xlsx", content), columns, []))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 6_000
    # Most of it are the shared strings, which the format keeps apart from the rows.
    assert peak < 4 * MIB
