"""Read the cells of one row: what cannot be understood is a finding, never a guess."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _

from cofu_adopt.farm.findings import Finding
from cofu_adopt.farm.sheet import Row, tidy


class CellReader:
    """Reads the cells of one row and collects a blocking finding for each that cannot be understood."""

    def __init__(self, row: Row, findings: list[Finding]) -> None:
        self.row, self.findings = row, findings
        self.ok = True

    def refuse(self, column: str, code: str, text: str) -> None:
        """Note that a cell blocks the import."""
        self.ok = False
        self.findings.append(Finding(self.row.sheet, self.row.number, column, code, text, blocks=True))

    def warn(self, column: str, code: str, text: str, *, understood: str = "") -> None:
        """Note something to look at."""
        self.findings.append(
            Finding(self.row.sheet, self.row.number, column, code, text, blocks=False, understood=understood)
        )

    def text(self, column: str, *, needed: bool = True, longest: int = 80) -> str:
        """A text; "" when it is empty and not needed."""
        found = tidy(self.row.cells.get(column))
        if not found and needed:
            self.refuse(column, "empty", _("是空的，请补上。"))
        elif len(found) > longest:
            self.refuse(column, "too_long", _("太长，最多 %(count)s 个字。", count=longest))
        return found

    def digits(self, column: str) -> str:
        """A long number kept as text, such as a bank card. A spreadsheet's number has lost its last digits: refused."""
        cell = self.row.cells.get(column)
        if isinstance(cell, int | float):
            self.refuse(column, "rounded", _("被表格当成了数字，末几位会丢。请把这一列设为文本，再填一遍。"))
            return ""
        return "".join(self.text(column).split())

    def choice(self, column: str, choices: dict[str, Any]) -> Any:
        """One of the words that stand for something."""
        found = self.text(column)
        if found and found not in choices:
            words = "、".join(choices)
            self.refuse(column, "unknown_word", _("“%(found)s”看不懂，应是：%(words)s。", found=found, words=words))
        return choices.get(found)

    def number(self, column: str, low: float, high: float, *, places: int, needed: bool = True) -> Decimal | None:
        """A number within bounds, rounded half up to the `places` decimals that are kept."""
        found = self.text(column, needed=needed)
        if not found:
            return None
        try:
            value = Decimal(found)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            self.refuse(column, "not_a_number", _("“%(found)s”不是数字。", found=found))
            return None
        if not Decimal(str(low)) <= value <= Decimal(str(high)):
            text = _("%(found)s 不对，应在 %(low)s 到 %(high)s 之间。", found=found, low=low, high=high)
            self.refuse(column, "out_of_range", text)
            return None
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)

    def whole(self, column: str, low: int, high: int) -> int:
        """A whole number within bounds; 0 when it cannot be understood."""
        value = self.number(column, low, high, places=6)
        if value is None:
            return 0
        if value != value.to_integral_value():
            self.refuse(column, "not_whole", _("%(found)s 应是整数。", found=tidy(self.row.cells.get(column))))
            return 0
        return int(value)

    def day(self, column: str, *, latest: date) -> date:
        """A day, not after `latest`."""
        cell = self.row.cells.get(column)
        if isinstance(cell, datetime):
            found = cell.date()
        else:
            try:
                found = date.fromisoformat(self.text(column))
            except ValueError:
                if tidy(cell):
                    text = _("“%(found)s”不是日期，请写成 2026-09-12。", found=tidy(cell))
                    self.refuse(column, "not_a_date", text)
                return latest
        if found > latest:
            self.refuse(column, "in_future", _("%(found)s 在将来，请再看一看。", found=found.isoformat()))
        return found
