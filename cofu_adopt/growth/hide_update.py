"""The workshop takes a post off, or puts it back; each for a reason that stands in the audit log."""

from __future__ import annotations

from cofu_adopt import events
from cofu_adopt.core import audit, clock
from cofu_adopt.core.bus import publish
from cofu_adopt.core.db import db
from cofu_adopt.core.reason import load_reason
from cofu_adopt.growth.own_update import lock_update


def hide_update(update_id: int, typed_reason: str) -> None:
    """Take the post off; what it measured still counts. Raises NotFound, Invalid."""
    reason, update = load_reason(typed_reason), lock_update(update_id)
    if update.hidden_at is not None:
        return
    update.hidden_at = clock.now()
    db.session.flush()
    audit.record("growth.hide", "growth_update", update_id, after={"reason": reason})
    if update.withdrawn_at is None:
        publish(events.UpdateWithdrawn(update_id=update.id))


def restore_update(update_id: int, typed_reason: str) -> None:
    """Show the post again. Raises NotFound, Invalid."""
    reason, update = load_reason(typed_reason), lock_update(update_id)
    if update.hidden_at is None:
        return
    update.hidden_at = None
    db.session.flush()
    audit.record("growth.restore", "growth_update", update_id, after={"reason": reason})
    if update.withdrawn_at is None and update.corrects_id is None:
        publish(events.UpdateRestored(update_id=update.id))
