"""What a worksheet hides and which of its cells are one, read in one pass over its XML: no value says it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from zipfile import ZipFile

from openpyxl.utils.cell import coordinate_to_tuple

CHUNK_BYTES = 1 << 16
LONGEST_TAG_BYTES = 1 << 20
MOST_PLACES = 100_000
"""So many stretches of hidden rows, and merged cells: more have no place in a table of at most so many rows."""
LAST_COLUMN = 16_384
"""A worksheet has no more columns."""
TAG = re.compile(rb"<(?:\w+:)?(f|v|is|row|col|mergeCell)(?=[\s/>])([^<>]*)>")
ATTRIBUTE = re.compile(rb'\b(r|min|max|hidden|ref)="([^"]*)"')
CONTENT = frozenset({b"f", b"v", b"is"})
TRUE = frozenset({b"1", b"true"})


@dataclass(slots=True)
class Layout:
    """Of one worksheet; rows and columns count from 1.

    `last_row` is the last one with something in a cell: a column that is formatted down to its end has a million more.
    `hidden_rows` are the first and last rows of stretches, in order. `merged` are the cells that go over several rows:
    the last row by the first row and the first column.
    """

    is_hidden: bool = False
    has_formulas: bool = False
    last_row: int = 0
    hidden_rows: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    merged: dict[tuple[int, int], int] = field(default_factory=dict)

    def hides_row(self, row: int) -> bool:
        """True when nobody sees the row."""
        place = bisect_right(self.hidden_rows, row, key=lambda stretch: stretch[0])
        return place > 0 and row <= self.hidden_rows[place - 1][1]


def read_layout(file: ZipFile, member: str, *, is_hidden: bool) -> Layout:
    """The layout of the worksheet that is this member of the workbook. Raises ValueError for a broken one."""
    layout, row = Layout(is_hidden), 0
    for name, attributes in _tags(file, member):
        if name in CONTENT:
            layout.has_formulas = layout.has_formulas or name == b"f"
            layout.last_row = max(layout.last_row, row)
            continue
        found = dict(ATTRIBUTE.findall(attributes))
        if name == b"row":
            row = int(found.get(b"r", row + 1))
            if found.get(b"hidden") in TRUE:
                _add_hidden_row(layout, row)
        elif name == b"col" and found.get(b"hidden") in TRUE:
            last = min(int(found[b"max"]), LAST_COLUMN)
            layout.hidden_columns.update(range(int(found[b"min"]), last + 1))
        elif name == b"mergeCell":
            _add_merged(layout, found[b"ref"].decode())
        if max(len(layout.hidden_rows), len(layout.merged)) > MOST_PLACES:
            raise ValueError(member)
    return layout


def _add_hidden_row(layout: Layout, row: int) -> None:
    if layout.hidden_rows and layout.hidden_rows[-1][1] == row - 1:
        layout.hidden_rows[-1] = (layout.hidden_rows[-1][0], row)
    else:
        layout.hidden_rows.append((row, row))


def _add_merged(layout: Layout, cells: str) -> None:
    first, _colon, last = cells.partition(":")
    (row, column), (last_row, _column) = coordinate_to_tuple(first), coordinate_to_tuple(last or first)
    if last_row > row:
        layout.merged[row, column] = last_row


def _tags(file: ZipFile, member: str) -> Iterator[tuple[bytes, bytes]]:
    with file.open(member) as stream:
        rest = b""
        while chunk := stream.read(CHUNK_BYTES):
            text = rest + chunk
            start = text.rfind(b"<")
            end = start if start > text.rfind(b">") else len(text)
            for match in TAG.finditer(text, 0, end):
                yield match[1], match[2]
            rest = text[end:]
            if len(rest) > LONGEST_TAG_BYTES:
                raise ValueError(member)
