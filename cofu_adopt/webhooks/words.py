"""What states of webhooks are called, and how they look."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from cofu_adopt.webhooks.models import OFF, DeliveryState, OffReason

STATES: dict[DeliveryState, tuple[str, str, Any]] = {
    DeliveryState.WAITING: ("", "clock", _l("在送")),
    DeliveryState.ARRIVED: ("ok", "check", _l("送到")),
    DeliveryState.FAILED: ("bad", "x", _l("没送到")),
    DeliveryState.MOOT: ("", "leaf", _l("不用送了")),
}
"""How a state looks: the chip's kind, its icon, its words."""
OFF_WORDS: dict[OffReason, Any] = {
    OffReason.BY_HAND: _l("工坊停的"),
    OffReason.GONE: _l("对方说不再收了（410）"),
    OffReason.FAILING: _l("三天没有一次送到"),
}


def error_words(error: str | None) -> str:
    """Why a try failed; what a network or a receiver said is shown as it was said."""
    return str(_("地址停着，没有送")) if error == OFF else error or ""
