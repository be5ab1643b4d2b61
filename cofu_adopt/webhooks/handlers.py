"""Reactions to events: each is kept for those who want it told."""

from __future__ import annotations

from cofu_adopt.events import ReadingKept, UpdatePosted, UpdateRestored, UpdateWithdrawn
from cofu_adopt.webhooks.keep_event import keep_event


def on_update_posted(event: UpdatePosted) -> None:
    """Once a post."""
    keep_event("update.posted", {"id": event.update_id}, fact=f"update.posted:{event.update_id}")


def on_update_withdrawn(event: UpdateWithdrawn) -> None:
    """Each time: a post that was taken off and put back can be taken off again."""
    keep_event("update.withdrawn", {"id": event.update_id})


def on_update_restored(event: UpdateRestored) -> None:
    """Each time, as a post: who was told to forget it has it again."""
    keep_event("update.posted", {"id": event.update_id})


def on_reading_kept(event: ReadingKept) -> None:
    """Each time: a day's value moves with each sample, and with each that is taken back."""
    keep_event("reading.kept", {"plot_id": event.plot_id, "measured_on": event.measured_on.isoformat()})
