"""A bar that is filled to a part: ropes adopted, a quota used."""

from __future__ import annotations

from markupsafe import Markup, escape

WIDTH = 200


def meter(part: float, whole: float, label: str) -> Markup:
    """A bar filled to `part` of `whole`; more than the whole, or nothing of nothing, shows as full or empty."""
    share = min(1.0, max(0.0, part / whole)) if whole > 0 else 0.0
    return Markup(  # noqa: S704 - the label is escaped, the rest are numbers
        f'<svg class="meter" viewBox="0 0 {WIDTH} 10" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(label)}"><rect class="tr" width="{WIDTH}" height="10" rx="3"/>'
        f'<rect class="fi" width="{share * WIDTH:.0f}" height="10" rx="3"/></svg>'
    )
