"""The mussel: one outline, hung by its narrow end, drawn as large as the one that was measured."""

from __future__ import annotations

from markupsafe import Markup

SHELL = "M0-50C13-48 27-22 27 10C27 34 16 50-1 50C-19 50-28 34-26 12C-24-16-13-44 0-50Z"
RIBS = "M4-40C14-24 20 2 18 22M0-26C10-8 14 12 11 34M-3-12C3 4 6 20 4 40"
ROPE_MUSSELS = (
    (5, 14, -38, 20), (-5, 18, 30, 20), (2, 23, -8, 21), (-6, 30, 44, 22), (7, 31, -46, 22),
    (0, 37, 14, 23), (7, 44, -30, 21), (-6, 44, 34, 22), (1, 50, -6, 22),
)  # fmt: skip
FULL_SIZE_MM = 80


def mussel_at(shell_length_mm: float) -> Markup:
    """A mussel of that length, in proportion to one of 80 mm."""
    scale = shell_length_mm / FULL_SIZE_MM * 0.5
    return Markup(  # noqa: S704 - numbers only
        '<svg class="mussel" viewBox="0 0 44 52" aria-hidden="true">'
        f'<g transform="translate(24 26) rotate(24) scale({scale:.3f})">'
        f'<path class="sh" d="{SHELL}"/><path class="rib" d="{RIBS}"/></g></svg>'
    )


def rope_symbol() -> Markup:
    """The rope and its mussels, once a page: each rope of the picker refers to it and gives it its colours."""
    mussels = "".join(
        f'<g transform="translate({18 + x} {y}) rotate({turn}) scale(.{scale})">'
        f'<path class="rope-m" d="{SHELL}"/><path class="rope-rib" d="M4-36C14-20 18 2 16 22"/></g>'
        for x, y, turn, scale in ROPE_MUSSELS
    )
    return Markup(  # noqa: S704 - constants only
        '<svg class="sprite" aria-hidden="true"><symbol id="rope" viewBox="0 0 36 68" overflow="visible">'
        f'<path class="rope-line" d="M18 0V66"/>{mussels}</symbol></svg>'
    )


def rope_figure() -> Markup:
    """One rope of the picker: the buoy, the rope and its mussels. The classes decide whether it is free or taken."""
    return Markup(
        '<svg viewBox="0 0 36 68" aria-hidden="true"><use href="#rope" width="36" height="68"/>'
        '<circle class="o" cx="18" cy="2" r="5"/><circle class="b" cx="18" cy="2" r="7.5"/></svg>'
    )
