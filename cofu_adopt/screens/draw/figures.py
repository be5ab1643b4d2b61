"""Figures for the shop front's three steps and for empty states."""

from __future__ import annotations

from markupsafe import Markup

FIGURES: dict[str, str] = {
    "sea": '<svg class="fig" viewBox="0 0 80 80" aria-hidden="true"><path class="f-sea" d="M6 30c8-5 14-5 22 0s14 5 22 0 14-5 24 0v36a8 8 0 0 1-8 8H14a8 8 0 0 1-8-8Z"/><path class="f-line" d="M6 30c8-5 14-5 22 0s14 5 22 0 14-5 24 0M30 33v41M52 32v42M6 52h68"/><circle class="f-buoy" cx="41" cy="26" r="8"/><path class="f-line" d="M33 26h16M41 18v-6"/></svg>',
    "grow": '<svg class="fig" viewBox="0 0 80 80" aria-hidden="true"><path class="f-sea" d="M6 14h68v52a8 8 0 0 1-8 8H14a8 8 0 0 1-8-8Z"/><path class="f-rope" d="M16 14v22M40 14v34M64 14v50"/><path class="f-line" d="M6 14h68"/><g transform="translate(16 36) scale(.17)"><path class="f-shell" d="M0-50C13-48 27-22 27 10C27 34 16 50-1 50C-19 50-28 34-26 12C-24-16-13-44 0-50Z"/></g><g transform="translate(40 46) scale(.27)"><path class="f-shell" d="M0-50C13-48 27-22 27 10C27 34 16 50-1 50C-19 50-28 34-26 12C-24-16-13-44 0-50Z"/></g><g transform="translate(63 50) scale(.38)"><path class="f-shell" d="M0-50C13-48 27-22 27 10C27 34 16 50-1 50C-19 50-28 34-26 12C-24-16-13-44 0-50Z"/><path class="f-rib" d="M4-40C14-24 20 2 18 22M0-26C10-8 14 12 11 34"/></g></svg>',
    "home": '<svg class="fig" viewBox="0 0 80 80" aria-hidden="true"><path class="f-paper" d="M8 30l32 12v32L8 60Z"/><path class="f-sea" d="M40 42l32-12v30L40 74Z"/><path class="f-line" d="M8 30l32 12 32-12v30L40 74 8 60ZM40 42v32M8 30l32-12 32 12M24 24l32 12v9"/><g transform="translate(24 53) skewY(20) scale(.2)"><path class="f-shell" d="M0-50C13-48 27-22 27 10C27 34 16 50-1 50C-19 50-28 34-26 12C-24-16-13-44 0-50Z"/><path class="f-rib" stroke-width="4" d="M4-40C14-24 20 2 18 22"/></g><circle class="f-buoy" cx="62" cy="56" r="3.5"/></svg>',
    "empty": '<svg class="fig" viewBox="0 0 80 80" aria-hidden="true"><path class="f-sea" d="M4 32c8-5 14-5 22 0s14 5 22 0 14-5 28 0v40H4Z"/><path class="f-line" d="M4 32c8-5 14-5 22 0s14 5 22 0 14-5 28 0"/><path class="f-rope" d="M40 30v44"/><circle class="f-buoy" cx="40" cy="27" r="8"/><path class="f-line" d="M32 27h16"/></svg>',
}  # fmt: skip


def figure(name: str) -> Markup:
    """The figure `name`: sea, grow, home or empty."""
    return Markup(FIGURES[name])  # noqa: S704 - constants only
