"""What of the diary needs a person; registered for the desk's list of exceptions."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from cofu_adopt.core.registry import Matter, exception
from cofu_adopt.growth.read_reviews import readings_waiting_long


@exception("readings_waiting", _l("量的数没人看"))
def readings_waiting(limit: int) -> Sequence[Matter]:
    """Readings that look wrong and have waited for days."""
    return [
        Matter(
            words=_("%(plot)s 量的一个数跟往常对不上", plot=plot_code),
            todo=_("看一眼：没错就算数，不对就拿掉。"),
            since=since,
            path=f"/desk/growth/readings#r{reading_id}",
        )
        for reading_id, plot_code, since in readings_waiting_long(limit)
    ]
