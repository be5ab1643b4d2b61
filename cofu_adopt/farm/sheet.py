"""Give the rows of a clerk's file by column name, with their numbers. What a cell means is read elsewhere."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from itertools import islice, pairwise
from typing import Any

from flask_babel import gettext as _

from cofu_adopt.farm.findings import Finding
from cofu_adopt.farm.open_file import CannotRead, Formula, OpenFile, open_file
from cofu_adopt.farm.read_day import DAY_ZERO
from cofu_adopt.farm.sheet_layout import Layout

HEADER_WITHIN_ROWS = 10
"""A header is looked for in the first so many rows; above it there may be a title."""
MOST_ROWS = 100_000
MOST_FINDINGS = 20_000
SUBTOTAL = "小计"
TOTAL_WORDS = frozenset({"合计", "总计", "共计", "总数", SUBTOTAL})
REMARK = "备注"
REMARK_WORDS = ("制表", "填表", "审核", REMARK, "说明", "注:", "单位:")
MOST_REMARK_CELLS = 4
"""A line below the table that names who made it, or a total, has few cells; a row of the table has more."""


@dataclass(frozen=True, slots=True)
class SeasonFile:
    """What was handed in: which of the three it is, its name for people, and its bytes."""

    kind: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file and its cells by column name. `typed`: its cells are not only text.

    `day_zero`: from when its numbers count days.
    """

    kind: str
    sheet: str
    number: int
    cells: dict[str, Any]
    typed: bool = False
    is_total: bool = False
    day_zero: date = DAY_ZERO


def read_rows(file: SeasonFile, columns: Sequence[str], findings: list[Finding]) -> Iterator[Row]:
    """Stream the rows below the header that has all `columns`; what stands in the way is a finding, no exception.

    Column names are compared with full-width forms folded and without spaces; further columns are left alone.
    A grand total comes as a row of its own, for whoever wants to compare it.
    """
    try:
        yield from _Reader(file, columns, findings).rows()
    except CannotRead as refusal:
        findings.append(Finding(file.kind, file.name, 0, "", refusal.code, refusal.text))


class _Reader:
    """Reads one file."""

    def __init__(self, file: SeasonFile, columns: Sequence[str], findings: list[Finding]) -> None:
        self.file, self.columns, self.findings = file, columns, findings

    def rows(self) -> Iterator[Row]:
        opened = open_file(self.file.content)
        if opened.encoding == "gb18030":
            self._note("gb18030", _("不是 UTF-8，按 GB18030 读的。看看名字有没有乱。"))
        sheet, number, header = self._find_header(opened)
        layout = opened.layouts.get(sheet, Layout())
        count = 0
        for place, cells, words in self._filled_rows(opened, sheet, number):
            if self._is_beside_the_table(place, words, header):
                continue
            totals = self._total_words(words, header)
            if totals:
                self._note("total_row", _("是合计，不当作一户或一条桁来读。"), row=place)
                if SUBTOTAL in totals:
                    continue
            elif self._filled(words, header) <= 1:
                text = _("只有一格有字，不像一行。是备注就删掉，或用“%(word)s”开头。", word=REMARK)
                self._note("stray_row", text, row=place)
                continue
            else:
                count += 1
                self._look_at_shape(place, words, header, layout, typed=opened.typed)
            self._stop_when_too_much(place, count)
            named = dict(zip(header, cells, strict=False))
            yield Row(
                self.file.kind,
                self.file.name,
                place,
                named,
                typed=opened.typed,
                is_total=bool(totals),
                day_zero=opened.day_zero,
            )
        if not count:
            raise CannotRead("no_rows", _("表头下面一行也没有。"))

    def _total_words(self, words: list[str], header: list[str]) -> AbstractSet[str]:
        # A row with all its cells is a household or a plot, whatever is remarked beside it.
        if self._filled(words, header) > MOST_REMARK_CELLS:
            return frozenset()
        return TOTAL_WORDS & {_column_name(word).rstrip(":") for word in words}

    def _filled(self, words: list[str], header: list[str]) -> int:
        return sum(bool(word) and name in self.columns for name, word in zip(header, words, strict=False))

    def _look_at_shape(self, row: int, words: list[str], header: list[str], layout: Layout, *, typed: bool) -> None:
        if layout.hides_row(row):
            self._note("hidden", _("这一行是隐藏的，一样会读。不要的请删掉。"), row=row)
        for place, name in enumerate(header, start=1):
            last = layout.merged.get((row, place)) if name in self.columns else None
            if last is not None:
                text = _("到第 %(last)s 行合并成了一格，只有第一行读得到。请取消合并，每行都填上。", last=last)
                self._note("merged", text, row=row, column=name)
        if any(words[len(header) :]) and not typed:
            text = _("比表头多了格，后面的会错位。多半是字里有分隔符：请给它加上引号，或去掉。")
            self._note("row_too_long", text, row=row)
            return
        names = header + [""] * (len(words) - len(header))
        if any(word and not name for name, word in zip(names, words, strict=False)):
            self._note("beside_table", _("没有列名的格里有字，没有读。"), row=row)

    def _filled_rows(self, opened: OpenFile, sheet: str, header_row: int) -> Iterator[tuple[int, list[Any], list[str]]]:
        gaps, last = [], header_row
        for place, cells in enumerate(islice(opened.rows(sheet), header_row, None), start=header_row + 1):
            words = [tidy(cell) for cell in cells]
            if any(words):
                if place > last + 1:
                    gaps.append(last + 1)
                last = place
                yield place, cells, words
        if gaps:
            rows = "、".join(map(str, gaps[:5]))
            text = _("有 %(count)s 处空行（从第 %(rows)s 行起），跳过。", count=len(gaps), rows=rows)
            self._note("blank_rows", text)

    def _stop_when_too_much(self, place: int, count: int) -> None:
        if count > MOST_ROWS:
            raise CannotRead("too_many_rows", _("多过 %(count)s 行。请分几次导入。", count=MOST_ROWS))
        if len(self.findings) > MOST_FINDINGS:
            raise CannotRead("too_many_findings", _("毛病太多，读到第 %(row)s 行就停了。先改前面的。", row=place))

    def _find_header(self, opened: OpenFile) -> tuple[str, int, list[str]]:
        found: list[tuple[str, int, list[Any]]] = []
        tops: dict[str, list[set[str]]] = {}
        for sheet in opened.sheets:
            tops[sheet] = []
            for number, cells in enumerate(islice(opened.rows(sheet), HEADER_WITHIN_ROWS), start=1):
                tops[sheet].append({_column_name(cell) for cell in cells} - {""})
                if set(self.columns) <= tops[sheet][-1]:
                    found.append((sheet, number, cells))
                    break
        if not found:
            raise self._without_header(tops)
        if len(found) > 1:
            sheets = "、".join(
                _("%(name)s（隐藏的）", name=name) if opened.layouts[name].is_hidden else name for name, _n, _c in found
            )
            raise CannotRead("two_sheets", _("这些工作表都像：%(names)s。请只留一张。", names=sheets))
        unread = [name for name, top in tops.items() if any(top) and name != found[0][0]]
        if unread:
            self._note("unread_sheets", _("这些工作表没有读：%(names)s。", names="、".join(unread)))
        return self._look_at_header(opened, *found[0])

    def _without_header(self, tops: dict[str, list[set[str]]]) -> CannotRead:
        for rows in tops.values():
            for number, (upper, lower) in enumerate(pairwise(rows), start=1):
                if set(self.columns) <= upper | lower:
                    text = _("列名分在第 %(upper)s、%(lower)s 两行。请并成一行。", upper=number, lower=number + 1)
                    return CannotRead("missing_column", text)
        seen = set().union(*(names for rows in tops.values() for names in rows))
        missing = "、".join(column for column in self.columns if column not in seen) or "、".join(self.columns)
        return CannotRead("missing_column", _("没有找到这些列：%(columns)s。", columns=missing))

    def _look_at_header(
        self, opened: OpenFile, sheet: str, number: int, cells: list[Any]
    ) -> tuple[str, int, list[str]]:
        header = [_column_name(cell) for cell in cells]
        layout = opened.layouts.get(sheet, Layout())
        twice = "、".join(column for column in self.columns if header.count(column) > 1)
        if twice:
            raise CannotRead("column_twice", _("这些列有两个：%(columns)s。", columns=twice))
        if layout.is_hidden:
            self._note("hidden", _("读的工作表“%(name)s”是隐藏的。不要的请删掉。", name=sheet))
        elif sheet != next(iter(opened.sheets)):
            self._note("other_sheet", _("读的是工作表“%(name)s”。", name=sheet))
        if number > 1:
            self._note("rows_above_header", _("表头在这一行，上面的没有读。"), row=number)
        unread = [name for name in header if name and name not in self.columns]
        if unread:
            self._note("unread_columns", _("这些列没有读：%(columns)s。", columns="、".join(unread)), row=number)
        for place, (name, cell) in enumerate(zip(header, cells, strict=True), start=1):
            if name in self.columns and place in layout.hidden_columns:
                self._note("hidden", _("这一列是隐藏的，一样会读。"), row=number, column=name)
            if name in self.columns and tidy(cell) != name:
                text = _("列名“%(found)s”里有空格。", found=" ".join(tidy(cell).split()))
                self._note("header_spaces", text, row=number, column=name, understood=name)
        return sheet, number, header

    def _is_beside_the_table(self, number: int, words: list[str], header: list[str]) -> bool:
        if [_column_name(word) for word in words] == header:
            self._note("header_again", _("又是一行表头，没有读。"), row=number)
            return True
        filled = [word for word in words if word]
        if len(filled) <= MOST_REMARK_CELLS and filled[0].startswith(REMARK_WORDS):
            self._note("remark_row", _("“%(found)s”是备注，没有读。", found=filled[0][:20]), row=number)
            return True
        return False

    def _note(self, code: str, text: str, *, row: int = 0, column: str = "", understood: str = "") -> None:
        finding = Finding(self.file.kind, self.file.name, row, column, code, text, understood=understood)
        self.findings.append(finding)


def _column_name(cell: Any) -> str:
    return "".join(tidy(cell).split())


def tidy(cell: Any) -> str:
    """A cell as text: full-width forms folded, invisible characters and outer spaces gone; 12.0 is "12"."""
    if isinstance(cell, Formula):
        cell = cell.value
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return visible(unicodedata.normalize("NFKC", str(cell))).strip()


def visible(text: str) -> str:
    """`text` without marks that nobody sees, such as zero-width spaces."""
    if text.isascii():
        return text
    return "".join(character for character in text if unicodedata.category(character) != "Cf")
