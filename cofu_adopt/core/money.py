"""Money is integer fen. Splitting loses and makes none."""

from __future__ import annotations

from collections.abc import Mapping

from babel.numbers import format_decimal
from flask_babel import get_locale

MINUS = "\N{MINUS SIGN}"


def yuan(amount_fen: int) -> str:
    """`amount_fen` as people write it, with two decimals and a true minus sign: 1234567 -> 12,345.67."""
    sign = MINUS if amount_fen < 0 else ""
    whole, fen = divmod(abs(amount_fen), 100)
    return f"{sign}{whole:,}.{fen:02d}"


def price(amount_fen: int) -> str:
    """`amount_fen` with its currency sign: ¥198.00."""
    text = yuan(amount_fen)
    return f"{MINUS}¥{text[1:]}" if text.startswith(MINUS) else f"¥{text}"


def kg(weight_g: int) -> str:
    """`weight_g` in kilograms without needless zeros: 2500 -> 2.5."""
    return str(format_decimal(weight_g / 1000, format="#,##0.###", locale=get_locale() or "zh_Hans"))


def jin(weight_g: int) -> str:
    """`weight_g` in 斤 (500 g) without needless zeros: 2500 -> 5."""
    return str(format_decimal(weight_g / 500, format="#,##0.##", locale=get_locale() or "zh_Hans"))


def percent_of(amount_fen: int, basis_points: int) -> int:
    """`basis_points` (1/100 of a per cent) of `amount_fen`, half a fen rounded up: 39900 at 800 -> 3192."""
    return (amount_fen * basis_points + 5000) // 10000


def split_fen(amount_fen: int, weights: Mapping[int, int]) -> dict[int, int]:
    """Split a non-negative amount in proportion to `weights` by the largest remainder, ties to the smaller id.

    The parts add up to `amount_fen` exactly. Source: MONEY.md, principles. Raises ValueError when the amount is
    negative or no weight is positive.
    """
    total = sum(weights.values())
    if amount_fen < 0 or total <= 0 or min(weights.values()) < 0:
        raise ValueError("an amount of at least 0 and weights with a positive sum are needed")
    parts = {key: amount_fen * weight // total for key, weight in weights.items()}
    rest = amount_fen - sum(parts.values())
    by_remainder = sorted(weights, key=lambda key: (-(amount_fen * weights[key] % total), key))
    for key in by_remainder[:rest]:
        parts[key] += 1
    return parts
