"""Numbers as people write them: digits, thousands, a unit behind, per cent, Chinese numerals."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import Enum, auto
from functools import cache
from typing import NamedTuple

PLAIN = re.compile(r"^[+-]?[0-9]+(\.[0-9]*)?$|^[+-]?\.[0-9]+$")
THOUSANDS = re.compile(r"^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$")
DIGITS = "零一二三四五六七八九"
SIMPLE = str.maketrans("〇两壹贰叁肆伍陆柒捌玖拾佰仟", "零二一二三四五六七八九十百千")


class Writing(Enum):
    """How a number was written."""

    PLAIN = auto()
    WITH_UNIT = auto()
    PER_CENT = auto()
    CHINESE = auto()


class Number(NamedTuple):
    """A number and how it was written."""

    value: Decimal
    writing: Writing


def parse_number(text: str, units: tuple[str, ...]) -> Number | None:
    """The number in `text` (tidied); None when it is not one. One of `units` may stand behind it."""
    if PLAIN.match(text):
        return Number(Decimal(text), Writing.PLAIN)
    if text.endswith("%") and PLAIN.match(text[:-1].strip()):
        return Number(Decimal(text[:-1].strip()) / 100, Writing.PER_CENT)
    bare = text
    for unit in units:
        bare = bare.removesuffix(unit)
    bare = bare.strip()
    if THOUSANDS.match(bare):
        bare = bare.replace(",", "")
    if PLAIN.match(bare):
        return Number(Decimal(bare), Writing.WITH_UNIT)
    value = parse_chinese(bare)
    return None if value is None else Number(Decimal(value), Writing.CHINESE)


def parse_chinese(text: str) -> int | None:
    """一百零五 is 105, 十二 is 12, 二〇二六 is 2026; None when it is not a whole number below 10,000.

    一百五 is none: it is said for 150 and looks like 105.
    """
    plain = text.translate(SIMPLE)
    if plain == DIGITS[0]:
        return 0
    if len(plain) > 1 and set(plain) <= set(DIGITS):
        return int("".join(str(DIGITS.index(character)) for character in plain))
    return _written().get(plain.removeprefix("一") if plain.startswith("一十") else plain)


@cache
def _written() -> dict[str, int]:
    return {_write(value): value for value in range(1, 10_000)}


def _write(value: int) -> str:
    words, gap = "", ""
    for digit, unit in zip(f"{value:04}", ("千", "百", "十", ""), strict=True):
        if digit != "0":
            words += gap + DIGITS[int(digit)] + unit
            gap = ""
        elif words:
            gap = DIGITS[0]
    return words.removeprefix("一") if words.startswith("一十") else words
