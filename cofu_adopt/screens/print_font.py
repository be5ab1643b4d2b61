"""The one font that the product draws with itself (fonts/README.md): what it holds, and what it lacks."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FONT = Path(__file__).parent / "fonts" / "NotoSerifSC.otf"
# It says at INFO of each file which glyphs it holds.
logging.getLogger("fontTools").setLevel(logging.WARNING)


@cache
def _held() -> frozenset[int]:
    with TTFont(FONT, lazy=True) as font:
        return frozenset(font.getBestCmap())


def can_print(text: str) -> bool:
    """True when the font has every character: nothing is ever drawn as an empty box."""
    return all(ord(character) in _held() for character in text)
