"""What remedies say, in the reader's language: why something is owed, what can be chosen, who chose."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from cofu_adopt.core import clock
from cofu_adopt.events import Cause
from cofu_adopt.remedies.models import ChosenBy, Outcome

CAUSES: dict[Cause, Any] = {Cause.LATE_PAYMENT: _l("付款到时，绳已被别人认走")}
OUTCOMES: dict[Outcome, Any] = {
    Outcome.ROPE: _l("换一串一样的"),
    Outcome.CREDIT: _l("记成余额"),
    Outcome.MONEY: _l("全额退款"),
}
CHOOSERS: dict[ChosenBy, Any] = {
    ChosenBy.ADOPTER: _l("认养人自己选的"),
    ChosenBy.DEFAULT: _l("到时没有选，照事先说的办"),
    ChosenBy.STAFF: _l("工坊替认养人选的"),
}


def cause_words(cause: Cause) -> str:
    """Why something is owed, for the desk."""
    return str(CAUSES[cause])


def outcome_words(outcome: Outcome) -> str:
    """What can be chosen."""
    return str(OUTCOMES[outcome])


def chooser_words(chooser: ChosenBy) -> str:
    """Who chose."""
    return str(CHOOSERS[chooser])


def time_left(until: datetime) -> str:
    """How long one can still choose, rounded down, so that nobody is promised a minute too many."""
    left = max(until - clock.now(), timedelta())
    hours, minutes = divmod(int(left.total_seconds()) // 60, 60)
    if hours:
        return str(ngettext("还有 %(num)s 小时", "还有 %(num)s 小时", hours))
    if minutes:
        return str(ngettext("还有 %(num)s 分钟", "还有 %(num)s 分钟", minutes))
    return str(_("不到 1 分钟了"))
