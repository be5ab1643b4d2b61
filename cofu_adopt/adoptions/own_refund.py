"""One refund of one's own order."""

from __future__ import annotations

from cofu_adopt.adoptions.queries import find_own
from cofu_adopt.core.errors import NotFound
from cofu_adopt.payments.refund_progress import RefundProgress, list_progress


def get_own_refund(code: str, person_id: int, refund_id: int) -> RefundProgress:
    """The refund as it stands today. Raises NotFound, also for one of another order or of somebody else's."""
    found = [one for one in list_progress(find_own(code, person_id).id) if one.id == refund_id]
    if not found:
        raise NotFound
    return found[0]
