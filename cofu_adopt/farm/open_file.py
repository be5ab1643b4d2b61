"""Open what a clerk hands in, whatever it is: the rows of its sheets, or why it cannot be read.

Bytes decide, not names. Nothing is unpacked before its size is known.
"""

from __future__ import annotations

import codecs
import csv
import io
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile, is_zipfile

import openpyxl
from flask_babel import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from cofu_adopt.farm.read_day import DAY_ZERO
from cofu_adopt.farm.sheet_layout import Layout, read_layout

# What openpyxl leaves out of a workbook (styles, drop-down lists) is nothing that a reader of its cells would miss.
warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED_BYTES = 96 * 1024 * 1024
"""A real workbook of 20,000 rows unpacks to a tenth of it; a zip bomb to a thousand times."""
MOST_MEMBERS = 500
CHUNK_BYTES = 1 << 16
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""Old .xls files and encrypted .xlsx files both begin so."""
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
UNREADABLE = (
    OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, EOFError, RuntimeError, NotImplementedError,
    BadZipFile, InvalidFileException, ParseError, csv.Error, zlib.error,
)  # fmt: skip
"""What the readers raise for a broken file; openpyxl promises nothing narrower."""
DELIMITERS = ",\t;"
LINES_LOOKED_AT = 10
"""What separates the cells of a text is what there is most of in so many lines: the first may be a title."""


class CannotRead(Exception):
    """The file cannot be used; the code is one of FAULTS."""

    def __init__(self, code: str, text: str) -> None:
        self.code, self.text = code, text
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell whose value was computed by a formula; the value is None when the program that wrote it did not."""

    value: Any


@dataclass(frozen=True, slots=True)
class OpenFile:
    """The sheets of a file by name, each as a stream of rows. `typed`: its cells are not only text.

    `layouts` are the layouts of a workbook's sheets; a text has none. `day_zero`: from when its numbers count days.
    """

    sheets: dict[str, Any]
    typed: bool
    encoding: str = ""
    layouts: dict[str, Layout] = field(default_factory=dict)
    day_zero: date = DAY_ZERO

    def rows(self, sheet: str) -> Iterator[list[Any]]:
        """The rows of one sheet, from its first row on."""
        return iter(self.sheets[sheet]())


def open_file(content: bytes) -> OpenFile:
    """Open `content`. Raises CannotRead."""
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        raise CannotRead("no_rows", _("文件是空的。"))
    if len(content) > MOST_BYTES:
        raise CannotRead("too_big", _("大过 20 MB。请只留要导入的那张表。"))
    if content.startswith(OLE):
        if ENCRYPTED_STREAM in content:
            raise CannotRead("encrypted", _("文件有打开密码。请去掉密码，另存一份再来。"))
        raise CannotRead("old_xls", _("这是旧的 .xls。请在 Excel 或 WPS 里另存为 .xlsx。"))
    if content.startswith(b"PK"):
        return _workbook(content)
    return _text(content)


def _workbook(content: bytes) -> OpenFile:
    try:
        _inspect(content)
        layouts, day_zero = _layouts(content)
        if not layouts:
            # A workbook of the strict kind: its sheets go by other names.
            raise BadZipFile
    except UNREADABLE as error:
        raise _broken(error) from error
    sheets = {name: _Sheet(content, name, layout) for name, layout in layouts.items()}
    return OpenFile(sheets, typed=True, layouts=layouts, day_zero=day_zero)


def _inspect(content: bytes) -> None:
    # The declared sizes bind: zipfile reads no more of a member than it declares.
    if not is_zipfile(io.BytesIO(content)):
        raise BadZipFile
    with ZipFile(io.BytesIO(content)) as file:
        members = file.infolist()
        if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED_BYTES:
            raise CannotRead("too_big", _("解开以后太大，不像一张名册。请只留要导入的那张表。"))
        if any(member.flag_bits & 1 for member in members):
            raise CannotRead("encrypted", _("文件有打开密码。请去掉密码，另存一份再来。"))
        if "xl/workbook.xml" not in file.namelist():
            raise CannotRead("not_a_table", _("不是表格。请交 .xlsx 或 .csv。"))


def _layouts(content: bytes) -> tuple[dict[str, Layout], date]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    try:
        with ZipFile(io.BytesIO(content)) as file:
            # openpyxl says nowhere else where a sheet lies.
            sheets: list[Any] = list(book.worksheets)
            layouts = {
                str(sheet.title): read_layout(file, sheet._worksheet_path, is_hidden=sheet.sheet_state != "visible")  # noqa: SLF001
                for sheet in sheets
            }
            return layouts, book.epoch.date()
    finally:
        book.close()


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Streams one worksheet each time it is called, row by row."""

    content: bytes
    name: str
    layout: Layout

    def __call__(self) -> Iterator[list[Any]]:
        try:
            yield from self._rows()
        except UNREADABLE as error:
            raise _broken(error) from error

    def _rows(self) -> Iterator[list[Any]]:
        values = self._cells(data_only=True)
        if not self.layout.has_formulas:
            for row in values:
                yield [cell.value for cell in row]
            return
        # What a formula gave and that it is one stand in two readings of the same sheet.
        for row, sources in zip(values, self._cells(data_only=False), strict=True):
            yield [
                Formula(cell.value) if source.data_type == "f" else cell.value
                for cell, source in zip(row, sources, strict=True)
            ]

    def _cells(self, *, data_only: bool) -> Iterator[Any]:
        book = openpyxl.load_workbook(io.BytesIO(self.content), read_only=True, data_only=data_only)
        try:
            sheet = book[self.name]
            # Some programs write a wrong extent into the file; without it the rows themselves are counted.
            sheet.reset_dimensions()
            yield from sheet.iter_rows(max_row=self.layout.last_row)
        finally:
            book.close()


def _text(content: bytes) -> OpenFile:
    if b"\0" in content[:CHUNK_BYTES] and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise CannotRead("not_a_table", _("不是表格。请交 .xlsx 或 .csv。"))
    if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in {b"<", b"{", b"%"}:
        raise CannotRead("not_a_table", _("不是表格（像网页或别的文件）。请另存为 .xlsx 或 .csv。"))
    encoding = _encoding(content)
    return OpenFile({"": _Lines(content, encoding)}, typed=False, encoding=encoding)


def _encoding(content: bytes) -> str:
    encodings: tuple[str, ...] = ("utf-16",) if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ()
    for encoding in (*encodings, "utf-8-sig", "gb18030"):
        try:
            for _part in codecs.iterdecode(_chunks(content), encoding):
                pass
        except UnicodeError:
            continue
        return encoding
    raise CannotRead("not_a_table", _("里面的字读不出来。请另存为 UTF-8 的 .csv 或 .xlsx。"))


def _chunks(content: bytes) -> Iterator[bytes]:
    return (content[start : start + CHUNK_BYTES] for start in range(0, len(content), CHUNK_BYTES))


@dataclass(frozen=True, slots=True)
class _Lines:
    """Streams a text table each time it is called."""

    content: bytes
    encoding: str

    def __call__(self) -> Iterator[list[Any]]:
        lines = io.TextIOWrapper(io.BytesIO(self.content), encoding=self.encoding, newline="")
        looked_at = "".join(islice(lines, LINES_LOOKED_AT))
        lines.seek(0)
        delimiter = max(DELIMITERS, key=looked_at.count)
        row = 1
        try:
            # Strict: a quotation mark that is never closed would swallow the rest of the file.
            for cells in csv.reader(lines, delimiter=delimiter, strict=True):
                yield cells
                row += 1
        except csv.Error as error:
            text = _("第 %(row)s 行的引号不成对，后面读不下去。请改好它，或另存为 .xlsx。", row=row)
            raise CannotRead("unreadable", text) from error


def _broken(error: Exception) -> CannotRead:
    text = _("打不开，文件坏了（%(kind)s）。请在 Excel 或 WPS 里打开，另存一份再来。", kind=type(error).__name__)
    return CannotRead("unreadable", text)
