"""Whether a short text shows all that it holds: no control, no invisible and no direction character."""

from __future__ import annotations

import unicodedata

from flask_babel import gettext as _

UNSHOWABLE = frozenset({"Cc", "Cf", "Co", "Cs"})
JOINER = "\N{ZERO WIDTH JOINER}"
"""What holds an emoji together."""


def is_showable(text: str) -> bool:
    """True when a person sees every character of `text`, which is one line.

    A character that is younger than our tables is let through, as rare names have such; one that will never be is not.
    """
    return not any(
        (unicodedata.category(one) in UNSHOWABLE and one != JOINER) or ord(one) & 0xFFFE == 0xFFFE  # noqa: PLR2004
        for one in text
    )


def unshowable() -> str:
    """The sentence for a text that is not."""
    return str(_("有不能显示的字符，请改一改。"))
