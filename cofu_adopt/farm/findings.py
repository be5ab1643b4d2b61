"""What an import says about its input: where, what is wrong, what would be understood, and whether it blocks."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark about one cell or row.

    `row` counts from 1 as the spreadsheet does; 0 means the whole sheet. `code` is stable and machine-readable, `text`
    is for people, `understood` is what the import would take the cell for where that is worth showing.
    """

    sheet: str
    row: int
    column: str
    code: str
    text: str
    blocks: bool
    understood: str = ""

    def sentence(self) -> str:
        """The remark with its place, for people."""
        place = self.sheet
        if self.row:
            place += " " + _("第 %(row)s 行", row=self.row)
        if self.column:
            place += f" {self.column}"
        mark = _("要改") if self.blocks else _("请看")
        return f"[{mark}] {place}：{self.text}"
