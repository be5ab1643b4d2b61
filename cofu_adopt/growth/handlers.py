"""Reactions to events: a row that is due, no more. How many people it concerns costs the household no time."""

from __future__ import annotations

from cofu_adopt.events import ReadingKept, UpdatePosted, UpdateRestored
from cofu_adopt.growth.tell_adopters import declare_market_size, declare_update


def on_update_posted(event: UpdatePosted) -> None:
    """Her adopters are told."""
    declare_update(event.update_id)


def on_update_restored(event: UpdateRestored) -> None:
    """Her adopters are told, but for those who were before it was taken off."""
    declare_update(event.update_id)


def on_reading_kept(event: ReadingKept) -> None:
    """The day on which the plot's ropes are large enough has moved."""
    declare_market_size(event.plot_id)
