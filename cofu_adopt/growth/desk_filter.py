"""Which plots the rooms of the diary show: a square, a household, how long silent, by plot or square, which columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from cofu_adopt.core import clock
from cofu_adopt.growth.harvest_calendar import Unit
from cofu_adopt.growth.rules import LONGEST_DAYS
from cofu_adopt.growth.silent_plots import CHOICES, USUAL_DAYS

Row = TypeVar("Row")
A_PAGE = 60
LONGEST_PAGE_NUMBER = 6


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """What an address asks for; what cannot be understood is left out."""

    grid: str
    household: str
    days: int
    unit: Unit
    start: date | None
    """From when on the calendar is to be shown, if not from today."""
    by_grid: bool
    only_short: bool

    @property
    def grid_code(self) -> str | None:
        """The square, None for all."""
        return self.grid or None

    @property
    def household_code(self) -> str | None:
        """The household, None for all."""
        return self.household or None

    @property
    def here(self) -> dict[str, str]:
        """What an address of the same choice holds."""
        found = {"grid": self.grid, "household": self.household}
        if self.days != USUAL_DAYS:
            found["days"] = str(self.days)
        if self.unit is not Unit.MONTH:
            found["unit"] = str(self.unit)
        if self.start is not None:
            found["from"] = self.start.isoformat()
        if self.by_grid:
            found["by"] = "grid"
        if self.only_short:
            found["short"] = "1"
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a page of a long list stands; numbers are from 1, None where there is no such page."""

    newer: int | None
    older: int | None
    first: int
    last: int
    of: int


def read_filter(given: Mapping[str, str]) -> DeskFilter:
    """The choice that an address or a form holds."""
    days = given.get("days", "")
    return DeskFilter(
        grid=given.get("grid", "").strip()[:8],
        household=given.get("household", "").strip()[:12],
        days=int(days) if days in {str(choice) for choice in CHOICES} else USUAL_DAYS,
        unit=Unit.WEEK if given.get("unit") == Unit.WEEK else Unit.MONTH,
        start=_read_start(given.get("from", "")),
        by_grid=given.get("by") == "grid",
        only_short=bool(given.get("short")),
    )


def cut_page(rows: Sequence[Row], given: str) -> tuple[Sequence[Row], Pages]:
    """The page of `rows` with the number `given`; the last one for a number beyond."""
    last_page = max(1, -(-len(rows) // A_PAGE))
    number = min(last_page, max(1, int(given[:LONGEST_PAGE_NUMBER]))) if given.isdecimal() else 1
    start = (number - 1) * A_PAGE
    shown = rows[start : start + A_PAGE]
    return shown, Pages(
        newer=number - 1 if number > 1 else None,
        older=number + 1 if number < last_page else None,
        first=start + 1,
        last=start + len(shown),
        of=len(rows),
    )


def _read_start(given: str) -> date | None:
    today = clock.today()
    try:
        start = clock.read_day(given)
    except ValueError:
        return None
    # Forecasts reach no further.
    return start if today < start <= today + timedelta(days=LONGEST_DAYS) else None
