"""What a post says: limits of its words, water and day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from flask_babel import gettext as _

from cofu_adopt.core import clock
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.showable import is_showable, unshowable
from cofu_adopt.growth.models import Weather, Work
from cofu_adopt.growth.sample import Sample

LONGEST_NOTE = 500
MOST_PHOTOS = 9
MOST_PLOTS = 30
COLDEST_C, WARMEST_C = -2, 36
"""What sea water can be."""
OLDEST_DAYS = 30
"""A phone that was offline for longer has nothing to tell any more."""
CHANGE_WITHIN = timedelta(days=1)
"""So long a post can be edited and withdrawn."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is said in words and one number."""

    note: str = ""
    weather: Weather | None = None
    work: tuple[Work, ...] = ()
    water_temperature_c: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A post as it comes from a phone. `people_uuids`: those of `photo_uuids` on which people can be seen."""

    client_uuid: str
    plot_codes: tuple[str, ...]
    content: Content = Content()
    happened_at: datetime | None = None
    photo_uuids: tuple[str, ...] = ()
    people_uuids: frozenset[str] = frozenset()
    people_consent: bool = False
    readings: tuple[tuple[str, Sample], ...] = ()
    confirmed: bool = False
    """The household has been asked about its readings and says that they are right."""


def check_content(content: Content) -> Content:
    """The content, tidied. Raises Invalid."""
    note = content.note.replace("\r\n", "\n").strip()
    faults: dict[str, str] = {}
    if len(note) > LONGEST_NOTE:
        faults["note"] = _("最多 %(count)s 个字。", count=LONGEST_NOTE)
    elif not all(is_showable(line) for line in note.split("\n")):
        faults["note"] = unshowable()
    warmth = content.water_temperature_c
    if warmth is not None and not COLDEST_C <= warmth <= WARMEST_C:
        faults["water_temperature_c"] = _("水温应在 %(low)s 到 %(high)s 度之间。", low=COLDEST_C, high=WARMEST_C)
    if faults:
        raise Invalid(faults)
    return Content(note, content.weather, tuple(dict.fromkeys(content.work)), warmth)


def settle_moment(happened_at: datetime | None) -> datetime:
    """When it happened: a phone's clock that runs ahead is not believed. Raises Invalid for what is too long ago."""
    now = clock.now()
    if happened_at is None or happened_at > now:
        return now
    if happened_at < now - timedelta(days=OLDEST_DAYS):
        raise Invalid({"happened_at": _("这是 %(days)s 天以前的事了，发不了。", days=OLDEST_DAYS)})
    return happened_at
