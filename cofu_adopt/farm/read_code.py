"""Codes of households, squares and plots, and rows that are there twice."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _

from cofu_adopt.farm.read_cell import CellReader

CODE = re.compile(r"^[A-Z]{1,3}[0-9]{1,5}(-[0-9]{1,3})?$")


def read_code(cells: CellReader, column: str) -> str:
    """The code in a cell, in capitals."""
    code = cells.text(column, longest=12).upper()
    if code and not CODE.match(code):
        cells.find(column, "bad_code", _("“%(found)s”不像一个编号。", found=code))
    return code


def refuse_twice(cells: CellReader, column: str, row: Any, stored: Any, key: str) -> None:
    """Say that something is there twice; a row that says the very same can be left out."""
    if cells.ok and row == stored:
        text = _("和第 %(row)s 行一模一样，只收一次。", row=stored.row)
        cells.find(column, "same_row", text)
        return
    text = _("%(key)s 在第 %(row)s 行已经有了，内容不同。", key=key, row=stored.row)
    cells.find(column, "duplicate", text)
