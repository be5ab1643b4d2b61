"""What a person may choose about messages, and when it is night. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum

from cofu_adopt.core import clock

DAY_MINUTES = 24 * 60
QUIET_FROM, QUIET_TO = 21 * 60 + 30, 7 * 60 + 30
"""Nobody is woken between these minutes of the island's day, unless she chose others."""


class Kind(StrEnum):
    """What a message is about. Receipts and refunds are of no kind: they are always sent."""

    UPDATE = "update"
    """A household has posted on her rope."""
    DIGEST = "digest"
    """What happened on her ropes in a week."""
    MILESTONE = "milestone"
    """The first photo, market size, the harvest's beginning."""
    TALK = "talk"
    """Somebody asked, cheered or answered."""
    REMINDER = "reminder"
    """The workshop reminds a household that adopters wait for news."""


class Cadence(StrEnum):
    """How much of the diary she wants to be told."""

    EACH = "each"
    WEEKLY = "weekly"
    MILESTONES = "milestones"
    NOTHING = "nothing"


class Channel(StrEnum):
    """Where a message goes besides the product itself."""

    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"


OFFERED: Mapping[Kind, tuple[Channel, ...]] = {
    Kind.UPDATE: (Channel.EMAIL, Channel.PUSH),
    Kind.DIGEST: (Channel.EMAIL, Channel.PUSH),
    Kind.MILESTONE: (Channel.EMAIL, Channel.SMS, Channel.PUSH),
    Kind.TALK: (Channel.EMAIL, Channel.PUSH),
    Kind.REMINDER: (Channel.EMAIL, Channel.SMS, Channel.PUSH),
}
"""An SMS costs the workshop money each time: it is kept for what happens a few times a season."""
ADMITS: Mapping[Kind, frozenset[Cadence]] = {
    Kind.UPDATE: frozenset({Cadence.EACH}),
    Kind.DIGEST: frozenset({Cadence.WEEKLY}),
    Kind.MILESTONE: frozenset(Cadence) - {Cadence.NOTHING},
    Kind.TALK: frozenset(Cadence),
    Kind.REMINDER: frozenset(Cadence),
}
"""Who is told a kind of message."""


def minute_of(at: datetime) -> int:
    """The minute of the island's day."""
    local = clock.local(at)
    return local.hour * 60 + local.minute


def midnight_before(at: datetime) -> datetime:
    """The beginning of the island's day in which `at` lies."""
    return datetime.combine(clock.day_of(at), time(), tzinfo=clock.SHANGHAI)


def is_quiet(minute: int, quiet_from: int, quiet_to: int) -> bool:
    """True within the quiet hours, which may span midnight; the same minute twice means none."""
    if quiet_from <= quiet_to:
        return quiet_from <= minute < quiet_to
    return minute >= quiet_from or minute < quiet_to


def after_quiet(at: datetime, quiet_from: int, quiet_to: int) -> datetime:
    """`at`, or the end of the quiet hours that it falls into."""
    minute = minute_of(at)
    if not is_quiet(minute, quiet_from, quiet_to):
        return at
    return midnight_before(at) + timedelta(minutes=quiet_to + (DAY_MINUTES if minute >= quiet_to else 0))


def minutes_of_words(words: str) -> int | None:
    """21:30 as minutes of the day; None for what is no time of day."""
    try:
        parsed = time.fromisoformat(words)
    except ValueError:
        return None
    return parsed.hour * 60 + parsed.minute


def words_of_minutes(minutes: int) -> str:
    """Minutes of the day as 21:30."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
