"""Icons: 24 grid, 1.75 stroke, round ends, one idea each. The colour is currentColor."""

from __future__ import annotations

from markupsafe import Markup

SHAPES: dict[str, str] = {
    "map": '<path d="M4 6l5-2 6 2 5-2v14l-5 2-6-2-5 2Z"/><path d="M9 4v14M15 6v14"/>',
    "rope": '<circle cx="12" cy="4.2" r="2.4"/><path d="M12 6.6v2.4M12 9c3.2 1 5.4 4.2 5.4 7.4A5.2 5.2 0 0 1 12 21.8a5.2 5.2 0 0 1-5.4-5.4C6.6 13.2 8.8 10 12 9Z"/><path d="M13 12.6c1.6 1.8 2.1 4 1.3 6"/>',
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4.5 21c.8-4.5 4-6 7.5-6s6.7 1.5 7.5 6"/>',
    "bell": '<path d="M6 16V11a6 6 0 0 1 12 0v5l2 2H4Z"/><path d="M10 21h4"/>',
    "ruler": '<path d="M3 8h18v8H3Z"/><path d="M7 8v3M11 8v4M15 8v3M19 8v4"/>',
    "check": '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
    "alert": '<path d="M12 4l9 16H3Z"/><path d="M12 10v4.5M12 17.3v.2"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>',
    "lock": '<path d="M5 11h14v9H5Z"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "truck": '<path d="M2 7h12v10H2ZM14 10h4l4 4v3h-8Z"/><circle cx="7" cy="18" r="2"/><circle cx="17.5" cy="18" r="2"/>',
    "box": '<path d="M4 8l8-4 8 4v9l-8 4-8-4Z"/><path d="M4 8l8 4 8-4M12 12v9"/>',
    "doc": '<path d="M6 3h8l4 4v14H6Z"/><path d="M14 3v4h4M9 12h6M9 16h6"/>',
    "right": '<path d="M9 5l7 7-7 7"/>',
    "left": '<path d="M15 5l-7 7 7 7"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l5 5"/>',
    "pin": '<path d="M12 21s7-6.5 7-11a7 7 0 0 0-14 0c0 4.5 7 11 7 11Z"/><circle cx="12" cy="10" r="2.5"/>',
    "cal": '<path d="M4 6h16v15H4Z"/><path d="M4 10.5h16M8 3v4M16 3v4"/>',
    "x": '<path d="M6 6l12 12M18 6L6 18"/>',
    "wave": '<path d="M2 9c3-3 5-3 7 0s5 3 7 0 4-3 6-1M2 16c3-3 5-3 7 0s5 3 7 0 4-3 6-1"/>',
    "wallet": '<path d="M3 7h16v13H3Z"/><path d="M3 7l12-4v4M15 13.5h4"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "msg": '<path d="M4 5h16v12h-9l-5 4v-4H4Z"/>',
    "heart": '<path d="M12 20s-8-4.8-8-10.3A4.6 4.6 0 0 1 12 7a4.6 4.6 0 0 1 8 2.7C20 15.2 12 20 12 20Z"/>',
    "storm": '<path d="M12 12m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0"/><path d="M12 9.5C10 5 6 5 3.5 7M14.5 12c4.5-2 4.5-6 2.5-8.5M12 14.5c2 4.5 6 4.5 8.5 2.5M9.5 12C5 14 5 18 7 20.5"/>',
    "grid": '<path d="M4 4h7v7H4ZM13 4h7v7h-7ZM4 13h7v7H4ZM13 13h7v7h-7Z"/>',
    "people": '<circle cx="9" cy="9" r="3.5"/><path d="M2.5 20c.6-4 3.2-5.5 6.5-5.5s5.9 1.5 6.5 5.5M16 6a3.5 3.5 0 0 1 0 6.5M18 15c2 .6 3.2 2 3.5 5"/>',
    "leaf": '<path d="M12 3C16 6 19 11 18 16c-.5 3-3 5-6 5s-6-2-6-6c0-5 3-9 6-12Z"/><path d="M12 8c2 3 2.5 7 1 11M12 3c-2 5-2 9-1 13"/>',
    "boat": '<path d="M3 15h18l-3 5H6Z"/><path d="M12 15V4l6 8h-6"/>',
    "camera": '<path d="M3 8h4l2-3h6l2 3h4v11H3Z"/><circle cx="12" cy="13" r="3.5"/>',
    "photo": '<path d="M3 5h18v14H3Z"/><path d="M3 16l5-5 4 4 3-3 6 6"/><circle cx="16" cy="9" r="1.3"/>',
    "nosignal": '<path d="M3 3l18 18M8 8a9 9 0 0 0-4 2.5M12 6.5c3 0 6 1.2 8 3.5M8.5 14a5 5 0 0 1 5.5-1"/><circle cx="12" cy="18.5" r=".8"/>',
    "temp": '<path d="M10 14V5a2 2 0 0 1 4 0v9a4 4 0 1 1-4 0Z"/><path d="M12 9v8"/>',
}  # fmt: skip


def icon(name: str, size: str = "") -> Markup:
    """The icon `name`; `size` is "", "s" or "l". It says nothing to a screen reader: put a word beside it."""
    classes = f"ic ic--{size}" if size else "ic"
    return Markup(f'<svg class="{classes}" viewBox="0 0 24 24" aria-hidden="true">{SHAPES[name]}</svg>')  # noqa: S704 - constants only
