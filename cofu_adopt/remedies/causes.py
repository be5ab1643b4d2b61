"""What each cause offers, what it comes to when nobody chooses, and for how long one may choose.

A new cause is a member of events.Cause, a line here, and its sentence in words.py; nothing else knows one from another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from cofu_adopt.events import Cause
from cofu_adopt.payments.models import RefundReason
from cofu_adopt.remedies.models import Outcome


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a cause. Of `outcomes` those are offered that outcomes.py can carry out."""

    outcomes: tuple[Outcome, ...]
    default: Outcome
    choose_within: timedelta
    refund_reason: RefundReason


CAUSES: dict[Cause, Terms] = {
    Cause.LATE_PAYMENT: Terms(
        outcomes=(Outcome.ROPE, Outcome.CREDIT, Outcome.MONEY),
        default=Outcome.MONEY,
        choose_within=timedelta(hours=24),
        refund_reason=RefundReason.PAID_TOO_LATE,
    ),
}
