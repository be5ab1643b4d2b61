"""Who may say no to a request for money back: those who approve, and whoever asked, of her own."""

from __future__ import annotations

from cofu_adopt.core.access import Caller
from cofu_adopt.core.errors import NotFound
from cofu_adopt.core.reason import load_reason
from cofu_adopt.payments import refund_desk, refund_request
from cofu_adopt.screens.desk_roles import CHECKERS, MONEY_ACTORS

DECLINERS = MONEY_ACTORS


def decline_as(caller: Caller, request_id: int, typed: str) -> None:
    """Decline, or take one's own back, for the reason `typed`; in the open unit of work.

    Raises NotFound also for another's request, Invalid, RequestDecided.
    """
    row = refund_desk.get_request(request_id)
    if row.requested_by_id != caller.person_id and not caller.has(*CHECKERS):
        raise NotFound
    refund_request.decline_request(request_id, caller.person_id, load_reason(typed))
