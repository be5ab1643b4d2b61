"""Days as people write them: 2019-03-07, 2019.3.7, 2019/3/7, 20190307, 2019年3月7日, an Excel number."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import Enum, auto
from typing import NamedTuple

ISO = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
TIME = r"[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?"
"""What a date in a CSV may carry along; no day depends on it."""
FORMS = (
    re.compile(rf"^([0-9]{{4}})[-./]([0-9]{{1,2}})[-./]([0-9]{{1,2}})(?: +{TIME})?$"),
    re.compile(rf"^([0-9]{{4}})年([0-9]{{1,2}})月([0-9]{{1,2}})[日号](?:{TIME})?$"),
    re.compile(r"^([0-9]{4})([0-9]{2})([0-9]{2})$"),
)
"""The year always comes first: 3/7/2019 may be March or July, and 19.3.7 any century."""
SERIAL = re.compile(r"^[0-9]{5}(\.[0-9]+)?$")
DAY_ZERO = date(1899, 12, 30)
"""Excel's day 0 for every day from March 1900 on; in a workbook from an old Mac it is 1904-01-01."""
FIRST_SERIAL, LAST_SERIAL = 20_000, 73_050
"""October 1954 to December 2099: a smaller or larger number is hardly a day."""


class DayForm(Enum):
    """How a day was written."""

    ISO = auto()
    OTHER = auto()
    SERIAL = auto()


class Day(NamedTuple):
    """A day and how it was written."""

    on: date
    form: DayForm


def parse_day(text: str, *, day_zero: date = DAY_ZERO) -> Day | None:
    """The day in `text` (tidied); None when it is not one, or could be more than one. A number counts from day_zero."""
    if SERIAL.match(text) and FIRST_SERIAL <= int(float(text)) <= LAST_SERIAL:
        return Day(day_zero + timedelta(days=int(float(text))), DayForm.SERIAL)
    for form in FORMS:
        match = form.match("".join(text.split()) if "年" in text else text)
        if match:
            try:
                on = date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                return None
            return Day(on, DayForm.ISO if ISO.match(text) else DayForm.OTHER)
    return None
