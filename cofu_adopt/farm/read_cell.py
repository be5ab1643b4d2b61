"""Read the cells of one row: what is taken for something else than it says is told, never guessed in silence."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask_babel import gettext as _

from cofu_adopt.core.crypto import mask
from cofu_adopt.farm.faults import FAULTS, Level
from cofu_adopt.farm.findings import Finding
from cofu_adopt.farm.open_file import Formula
from cofu_adopt.farm.read_day import DayForm, parse_day
from cofu_adopt.farm.read_number import Writing, parse_number
from cofu_adopt.farm.sheet import Row, tidy, visible

ERROR_VALUE = re.compile(r"^#(N/A|GETTING_DATA|[A-Z/0]+[!?]|#+)$")
"""#REF! and its like; ##### is what a column too narrow leaves of a number."""
EARLIEST = date(1950, 1, 1)
"""Nothing in the workshop's files is older: a 2019 typed into a cell for dates is a day of 1905."""
ROUNDING = 1e-6
"""So much a number may lose to the decimals that are kept without a word: what a spreadsheet's sums leave behind."""
EXACT_DIGITS = 15
"""A spreadsheet's number holds so many digits; a longer one has lost its last ones."""
LEAST_PER_CENT = 5
"""A fraction written as 97.5 is per cent; one of 1.02 is just wrong."""
HUNDRED = 100
SCIENTIFIC = re.compile(r"^[0-9.]+E\+?[0-9]+$", re.IGNORECASE)
"""1.38E+10: a long number as a narrow column shows it, and as the CSV then has it."""
UNSEEN = frozenset({"Co", "Cn", "Cc", "Cs"})
"""The Unicode categories of what other computers cannot show."""


class CellReader:
    """Reads the cells of one row and collects what there is to say about them. `ok`: nothing blocks so far."""

    def __init__(
        self, row: Row, findings: list[Finding], *, key: tuple[str, ...], masked: frozenset[str] = frozenset()
    ) -> None:
        self.row, self.findings, self.masked = row, findings, masked
        self.ok = True
        self.key = " ".join(tidy(row.cells.get(column)).upper() for column in key).strip()

    def find(self, column: str, code: str, text: str, *, understood: str = "") -> None:
        """Say something about a cell."""
        found = tidy(self.row.cells.get(column))
        if column in self.masked:
            found, understood = mask(found), mask(understood)
        self.ok = self.ok and FAULTS[code][0] is not Level.BLOCK
        self.findings.append(
            Finding(self.row.kind, self.row.sheet, self.row.number, column, code, text, found, understood, key=self.key)
        )

    def _cell(self, column: str) -> Any:
        """The cell's value, with what is odd about the cell itself told."""
        cell = self.row.cells.get(column)
        if isinstance(cell, Formula):
            cell = cell.value
            if cell is None:
                self.find(column, "formula_empty", _("是公式，表里没有算好的值。请打开保存一次，或填上值。"))
                return None
            if not ERROR_VALUE.match(str(cell)):
                self.find(column, "formula", _("是公式，只取它算出来的值。"), understood=_shown(cell))
        if isinstance(cell, str):
            return self._text(column, cell)
        return cell

    def _text(self, column: str, cell: str) -> str | None:
        text = tidy(cell)
        if ERROR_VALUE.match(text):
            self.find(column, "error_value", _("“%(found)s”是公式出错。请填上值。", found=text))
            return None
        if text.startswith("="):
            self.find(column, "formula_empty", _("是公式，表里没有算好的值。请打开保存一次，或填上值。"))
            return None
        if visible(cell) != cell:
            self.find(column, "invisible", _("有看不见的字符，去掉了。"), understood=text)
        elif text != cell.strip():
            self.find(column, "full_width", _("有全角字符，按半角读。"), understood=text)
        return text

    def _filled(self, column: str) -> Any:
        """The cell's value; an empty one is told, unless it is already told why it cannot be read."""
        before = len(self.findings)
        cell = self._cell(column)
        if not tidy(cell) and not any(finding.blocks for finding in self.findings[before:]):
            self.find(column, "empty", _("是空的，请补上。"))
        return cell

    def text(self, column: str, *, needed: bool = True, longest: int = 80) -> str:
        """A text; "" when it is empty or cannot be read."""
        found = tidy(self._filled(column) if needed else self._cell(column))
        if len(found) > longest:
            self.find(column, "too_long", _("太长，最多 %(count)s 个字。", count=longest))
        return found

    def name(self, column: str, *, to_bank: bool = False, longest: int = 40) -> str:
        """A person's or a bank's name. `to_bank`: it will stand in the bank's file, which knows only GBK."""
        found = self.text(column, longest=longest)
        if any(character.isspace() for character in found) and not found.isascii():
            found = "".join(found.split())
            self.find(column, "spaces_in_name", _("名字里有空格，去掉了。"), understood=found)
        if any(unicodedata.category(character) in UNSEEN or character == "�" for character in found):
            self.find(column, "bad_character", _("有一个字别人的电脑上看不到。请换成标准的写法。"))
        elif to_bank:
            outside = "".join(character for character in found if not _in_gbk(character))
            if outside:
                text = _("“%(found)s”银行的文件里写不出。照收，打款时要按银行登记的写法。", found=outside)
                self.find(column, "outside_gbk", text, understood=found)
        return found

    def digits(self, column: str) -> str:
        """A long number kept as text, such as a bank card. A spreadsheet's long number has lost its last digits."""
        cell = self._filled(column)
        found = tidy(cell)
        if self._lost_digits(column, cell):
            return ""
        digits = "".join(character for character in found if character not in " -\t")
        if digits != found:
            self.find(column, "spaces_or_dashes", _("有空格或横线，去掉了。"), understood=digits)
        return digits

    def _lost_digits(self, column: str, cell: Any) -> bool:
        found = tidy(cell)
        lost = (isinstance(cell, int | float) and len(found) > EXACT_DIGITS) or bool(SCIENTIFIC.match(found))
        if lost:
            self.find(column, "rounded", _("被表格当成了数字，末几位会丢。请把这一列设为文本，再填一遍。"))
        return lost

    def label(self, column: str, *, needed: bool = True, longest: int = 80) -> str:
        """A text that may be all digits, such as a policy's number: one line, and no digit lost."""
        cell = self._filled(column) if needed else self._cell(column)
        found = tidy(cell)
        if self._lost_digits(column, cell):
            return ""
        if len(found) > longest:
            self.find(column, "too_long", _("太长，最多 %(count)s 个字。", count=longest))
        if any(unicodedata.category(character) in UNSEEN for character in found):
            self.find(column, "bad_character", _("格里换了行，或有看不见的字符。请只留一行字。"))
        return found

    def choice(self, column: str, choices: dict[str, Any]) -> Any:
        """One of the words that stand for something, or a shorter word that fits only one of them."""
        found = self.text(column)
        if not found or found in choices:
            return choices.get(found)
        fitting = [word for word in choices if _is_short_for(found, word)]
        if len(fitting) == 1:
            self.find(column, "short_word", _("“%(found)s”是简写。", found=found), understood=fitting[0])
            return choices[fitting[0]]
        words = "、".join(choices)
        text = _("“%(found)s”看不懂，应是：%(words)s。", found=found, words=words)
        self.find(column, "unknown_word", text)
        return None

    def number(
        self, column: str, low: float, high: float, *, places: int, needed: bool = True, units: tuple[str, ...] = ()
    ) -> Decimal | None:
        """A number within bounds, rounded half up to the `places` decimals that are kept."""
        value = self.any_number(column, needed=needed, units=units)
        return None if value is None else self.bounded(column, value, low, high, places=places)

    def any_number(
        self, column: str, *, needed: bool = True, units: tuple[str, ...] = (), is_fraction: bool = False
    ) -> Decimal | None:
        """A number, within no bounds yet."""
        before = len(self.findings)
        found = self.text(column, needed=needed)
        if not found:
            return None
        number = parse_number(found, units)
        if number is None or (number.writing is Writing.PER_CENT and not is_fraction):
            self.find(column, "not_a_number", _("“%(found)s”不是数字。", found=found))
            return None
        shown = f"{number.value:f}"
        if number.writing is Writing.CHINESE:
            self.find(column, "chinese_number", _("“%(found)s”是汉字写的数。", found=found), understood=shown)
        elif number.writing is Writing.WITH_UNIT:
            self.find(column, "unit_in_cell", _("“%(found)s”里不只有数字。", found=found), understood=shown)
        elif number.writing is Writing.PER_CENT:
            self.find(column, "percent_sign", _("“%(found)s”是百分数。", found=found), understood=shown)
        elif self.row.typed and isinstance(self.row.cells.get(column), str) and len(self.findings) == before:
            self.find(column, "number_as_text", _("这个数字是文本格式。"), understood=shown)
        return number.value

    def bounded(self, column: str, value: Decimal, low: float, high: float, *, places: int) -> Decimal | None:
        """`value` if it lies within bounds, rounded half up to the `places` decimals that are kept."""
        if not Decimal(str(low)) <= value <= Decimal(str(high)):
            text = _("%(found)s 不对，应在 %(low)s 到 %(high)s 之间。", found=f"{value:f}", low=low, high=high)
            self.find(column, "out_of_range", text)
            return None
        kept = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        if abs(kept - value) > ROUNDING:
            text = _("%(found)s 的小数多了，只记 %(places)s 位。", found=f"{value:f}", places=places)
            self.find(column, "more_decimals", text, understood=f"{kept:f}")
        return kept

    def fraction(self, column: str) -> Decimal | None:
        """A part of one, to three decimals; per cent are understood."""
        value = self.any_number(column, is_fraction=True)
        if value is not None and LEAST_PER_CENT <= value <= HUNDRED:
            value /= HUNDRED
            text = _("应是 0 到 1 的小数，像是写成了百分数。")
            self.find(column, "percent_for_fraction", text, understood=f"{value:f}")
        return None if value is None else self.bounded(column, value, 0, 1, places=3)

    def whole(self, column: str, low: int, high: int, *, units: tuple[str, ...] = ()) -> int:
        """A whole number within bounds; 0 when it cannot be understood."""
        value = self.number(column, low, high, places=6, units=units)
        if value is None:
            return 0
        if value != value.to_integral_value():
            self.find(column, "not_whole", _("%(found)s 应是整数。", found=tidy(self.row.cells.get(column))))
            return 0
        return int(value)

    def day(self, column: str, *, latest: date) -> date:
        """A day, not after `latest`, nor before anything was written down here."""
        found = self._day(column, self._filled(column))
        if found is None:
            return latest
        if found < EARLIEST:
            self.find(column, "too_early", _("%(found)s 太早了，请再看一看。", found=found.isoformat()))
        if found > latest:
            self.find(column, "in_future", _("%(found)s 在将来，请再看一看。", found=found.isoformat()))
        return found

    def _day(self, column: str, cell: Any) -> date | None:
        if isinstance(cell, datetime):
            if cell.time() != time():
                self.find(column, "other_date", _("带着时刻，只取日期。"), understood=cell.date().isoformat())
            return cell.date()
        if isinstance(cell, date):
            return cell
        text = tidy(cell)
        if not text:
            return None
        day = None if isinstance(cell, bool) else parse_day(text, day_zero=self.row.day_zero)
        if day is None:
            text = _("“%(found)s”不是日期，请写成 2026-09-12。", found=text)
            self.find(column, "not_a_date", text)
            return None
        shown = day.on.isoformat()
        if day.form is DayForm.OTHER:
            self.find(column, "other_date", _("“%(found)s”是日期，写法不同。", found=text), understood=shown)
        elif day.form is DayForm.SERIAL and isinstance(cell, int | float):
            self.find(column, "serial_date", _("%(found)s 是 Excel 的日期数字。", found=text), understood=shown)
        elif day.form is DayForm.SERIAL:
            text = _("“%(found)s”像 Excel 的日期数字。", found=text)
            self.find(column, "serial_date_in_text", text, understood=shown)
        return day.on


def _in_gbk(character: str) -> bool:
    try:
        character.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def _is_short_for(short: str, word: str) -> bool:
    rest = iter(word)
    return all(character in rest for character in short)


def _shown(cell: Any) -> str:
    return cell.date().isoformat() if isinstance(cell, datetime) else tidy(cell)
