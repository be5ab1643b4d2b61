"""How a species grows, as an operator types it: read as people write numbers, within what can be."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from cofu_adopt.core.errors import Invalid
from cofu_adopt.farm.read_number import parse_number
from cofu_adopt.growth.rules import Growth

UNITS = ("毫米", "mm")


@dataclass(frozen=True, slots=True)
class Range:
    """What a setting may be, and with how many decimals."""

    low: Decimal
    high: Decimal
    places: int


RANGES: dict[str, Range] = {
    "linf_mm": Range(Decimal(20), Decimal("249.9"), 1),
    "k_per_year": Range(Decimal("0.05"), Decimal(3), 3),
    "c": Range(Decimal(0), Decimal(1), 2),
    "ts": Range(Decimal(0), Decimal("0.99"), 2),
    "market_mm": Range(Decimal(10), Decimal("249.8"), 1),
}
"""Narrower than the table's own: what no mussel has ever done is a slip of the finger."""


def load_growth(typed: Mapping[str, str]) -> Growth:
    """The settings. Raises Invalid with a sentence for each field."""
    values: dict[str, float] = {}
    faults: dict[str, str] = {}
    for name, allowed in RANGES.items():
        found = parse_number(unicodedata.normalize("NFKC", typed.get(name, "")).strip(), UNITS)
        if found is None:
            faults[name] = _("这不是数字，请再看一看。")
        elif not allowed.low <= found.value <= allowed.high:
            faults[name] = _("应在 %(low)s 到 %(high)s 之间。", low=allowed.low, high=allowed.high)
        elif found.value != round(found.value, allowed.places):
            faults[name] = _("最多 %(places)s 位小数。", places=allowed.places)
        else:
            values[name] = float(found.value)
    if not faults and values["market_mm"] >= values["linf_mm"]:
        faults["market_mm"] = _("要比最大壳长小，不然永远长不到。")
    if faults:
        raise Invalid(faults)
    return Growth(**values)


def typed_growth(growth: Growth) -> dict[str, str]:
    """The settings as they stand in the form."""
    return {name: f"{getattr(growth, name):g}" for name in RANGES}
