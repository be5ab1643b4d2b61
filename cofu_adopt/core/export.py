"""Tables as files for spreadsheets, in which no cell is ever taken for a formula, a number or a day that it is not."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO

import xlsxwriter

from cofu_adopt.core import clock

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Excel reads a CSV file as UTF-8 only when it begins with this."""
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""With one of these a spreadsheet may begin a formula; the full-width ones where its language is an East Asian one."""
LOOKS_LIKE_NUMBER = re.compile(r"^\d[\d.,:/\- ]*(?:[eE][+-]?\d+)?$")
"""Read as a number or a day by a spreadsheet that opens a CSV file: 402345678901 becomes 4.02E+11."""

Cell = str | int | float | Decimal | datetime | date | None
"""A Decimal is an amount of money and keeps its two places."""
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds. `rows` are read when it is written, in the unit of work that is open then."""

    name: str
    header: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]


def safe_text(text: str) -> str:
    """`text` for a CSV file, with an apostrophe before what a spreadsheet would take for a formula or a number."""
    if text.lstrip(" ").startswith(FORMULA_STARTS) or LOOKS_LIKE_NUMBER.match(text):
        return f"'{text}"
    return text


def write_csv(header: Sequence[str], rows: Iterable[Row], file: IO[bytes]) -> int:
    """Write the table as CSV (UTF-8 with its mark, for Excel) and return how many rows it has."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    text.write(BOM)
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow([safe_text(name) for name in header])
    count = 0
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
        count += 1
    text.detach()
    return count


def write_xlsx(header: Sequence[str], rows: Iterable[Row], file: IO[bytes], *, sheet: str) -> int:
    """Write the table as XLSX, row by row in bounded memory, and return how many rows it has. Text stays text."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd hh:mm",
    }
    with xlsxwriter.Workbook(file, options) as book:
        page = book.add_worksheet(sheet)
        bold = book.add_format({"bold": True, "bottom": 1})
        # With the quote prefix a text stays one also when somebody edits its cell.
        text = book.add_format({"num_format": "@", "quote_prefix": True})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        money = book.add_format({"num_format": "0.00"})
        page.freeze_panes(1, 0)
        page.set_column(0, len(header) - 1, 16)
        for column, name in enumerate(header):
            page.write_string(0, column, name, bold)
        count = 0
        for row in rows:
            count += 1
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(count, column, cell, text)
                elif isinstance(cell, datetime):
                    page.write_datetime(count, column, clock.local(cell).replace(tzinfo=None), moment)
                elif isinstance(cell, date):
                    page.write_datetime(count, column, cell, day)
                elif isinstance(cell, Decimal):
                    page.write_number(count, column, cell, money)
                elif cell is not None:
                    page.write_number(count, column, cell)
        return count


def _plain(cell: Cell) -> str | int | float | Decimal:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return clock.local(cell).strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    return safe_text(cell) if isinstance(cell, str) else cell
