"""Where a price goes: a bar in parts, and the swatches by which a table names them."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

WIDTH, HEIGHT, GAP = 640, 20, 3
MOST_PARTS = 6


def share_bar(amounts_fen: Sequence[int]) -> Markup:
    """A bar of up to six parts in proportion to `amounts_fen`. It says nothing: the table beside it does."""
    total = sum(amount for amount in amounts_fen if amount > 0)
    shown = [(number, amount) for number, amount in enumerate(amounts_fen[:MOST_PARTS], start=1) if amount > 0]
    room = WIDTH - GAP * max(0, len(shown) - 1)
    parts, x = [], 0.0
    for number, amount in shown:
        width = room * amount / total
        parts.append(f'<rect class="p{number}" x="{x:.1f}" width="{width:.1f}" height="{HEIGHT}" rx="3"/>')
        x += width + GAP
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="sharebar" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )


def swatch(number: int) -> Markup:
    """The colour of part `number` of a share_bar(), to stand before its name."""
    return Markup(  # noqa: S704 - a number only
        f'<svg class="sw" viewBox="0 0 12 12" aria-hidden="true"><rect class="p{number:d}" width="12" height="12" rx="2"/></svg>'
    )
