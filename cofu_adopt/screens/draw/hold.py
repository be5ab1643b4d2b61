"""The hold: one buoy a minute, left to right."""

from __future__ import annotations

from markupsafe import Markup

MOST_BUOYS = 15


def hold_bar(minutes_left: int, minutes: int) -> Markup:
    """`minutes_left` of `minutes` buoys are filled; more than 15 minutes share 15 buoys."""
    total = max(1, min(minutes, MOST_BUOYS))
    filled = -(-minutes_left * total // max(1, minutes))
    buoys = "".join(
        f'<circle class="{"hb" if place < filled else "ho"}" cx="{11 + place * 22}" cy="11" r="7"/>'
        for place in range(total)
    )
    return Markup(  # noqa: S704 - numbers only
        '<svg viewBox="0 0 330 22" preserveAspectRatio="xMinYMid meet" aria-hidden="true">'
        f'<path class="hl" d="M4 11H{15 + (total - 1) * 22}"/>{buoys}</svg>'
    )
