"""What may be said, how those who say it are called, and what reports are about."""

from __future__ import annotations

import re
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.showable import is_showable, unshowable
from cofu_adopt.growth.talk.models import ReportReason

LONGEST_WORDS = 300
LONGEST_NOTE = 200
DIGITS_OF_A_PHONE = re.compile(r"\d{4}")
REASONS: dict[ReportReason, Any] = {
    ReportReason.RUDE: _l("骂人、难听"),
    ReportReason.AD: _l("广告、拉人"),
    ReportReason.PRIVATE: _l("说出了别人的电话、地址或姓名"),
    ReportReason.OTHER: _l("别的"),
}


def check_words(typed: str) -> str:
    """What was typed, tidied. Raises Invalid for nothing, too much, or what cannot be shown."""
    lines = (" ".join(line.split()) for line in typed.replace("\r\n", "\n").split("\n"))
    words = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if not words:
        raise Invalid({"words": _("还没写字。")})
    if len(words) > LONGEST_WORDS:
        raise Invalid({"words": _("最多 %(count)s 个字。", count=LONGEST_WORDS)})
    if not all(is_showable(line) for line in words.split("\n")):
        raise Invalid({"words": unshowable()})
    return words


def check_note(typed: str) -> str:
    """What a report adds to its reason, on one line. Raises Invalid."""
    note = " ".join(typed.split())
    if len(note) > LONGEST_NOTE:
        raise Invalid({"note": _("最多 %(count)s 个字。", count=LONGEST_NOTE)})
    if not is_showable(note):
        raise Invalid({"note": unshowable()})
    return note


def nickname(display_name: str) -> str | None:
    """What other adopters may call an adopter; None for a name that holds a part of a phone.

    Until she chooses another, she is called by the end of her phone.
    """
    return None if DIGITS_OF_A_PHONE.search(display_name) else display_name


def form_key(form_uuid: str, place_id: int, typed: str) -> str:
    """The UUID of what a form sends: pressed twice it is the same, other words from the same page are another."""
    return str(uuid5(NAMESPACE_OID, f"{form_uuid}\n{place_id}\n{typed}"))


def for_templates() -> dict[str, Any]:
    """Words and limits for the templates."""
    return {"report_reasons": REASONS, "longest_words": LONGEST_WORDS, "longest_note": LONGEST_NOTE}
