"""What an import says about its input: where, what is wrong, what would be understood, and whether it blocks."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _

from cofu_adopt.farm.faults import FAULTS, Level


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark about one cell or row.

    `kind` is which of the three files, `sheet` its name for people. `row` counts from 1 as the spreadsheet does; 0
    means the whole file. `code` is one of FAULTS, `text` is for people, `found` is what stands in the cell and
    `understood` what the import takes it for; sensitive ones are masked. `key` names what the row is about.
    """

    kind: str
    sheet: str
    row: int
    column: str
    code: str
    text: str
    found: str = ""
    understood: str = ""
    key: str = ""

    @property
    def id(self) -> str:
        """The same in every language and for as long as the cell says the same, wherever its row moves to."""
        place = self.key or str(self.row)
        words = f"{self.kind}\x00{place}\x00{self.column}\x00{self.code}\x00{self.found}\x00{self.understood}"
        return sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:10]

    @property
    def level(self) -> Level:
        """What it does to the import."""
        return FAULTS[self.code][0]

    @property
    def title(self) -> Any:
        """The short name of its kind of fault."""
        return FAULTS[self.code][1]

    @property
    def blocks(self) -> bool:
        """True when nothing may be written until it is mended."""
        return self.level is Level.BLOCK

    @property
    def needs_acceptance(self) -> bool:
        """True when a person has to accept what would be understood."""
        return self.level is Level.WARN

    @property
    def place(self) -> str:
        """Where it is, for people."""
        words = self.sheet
        if self.row:
            words += " " + _("第 %(row)s 行", row=self.row)
        return f"{words} {self.column}" if self.column else words

    def sentence(self) -> str:
        """The remark with its place and what would be understood, for people."""
        marks = {Level.BLOCK: _("要改"), Level.WARN: _("要确认"), Level.NOTE: _("说明")}
        words: str = _("[%(mark)s] %(place)s：%(text)s", mark=marks[self.level], place=self.place, text=self.text)
        if self.understood:
            words = _("%(sentence)s当作：%(understood)s。", sentence=words, understood=self.understood)
        return words
