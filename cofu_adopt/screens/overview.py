"""What there is today, in numbers: for the desk's first page and for programs."""

from __future__ import annotations

from dataclasses import dataclass

from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.queries import count_by_state
from cofu_adopt.core import due
from cofu_adopt.farm import queries as farm

PAID = (AdoptionState.PAID, AdoptionState.HARVESTED, AdoptionState.DELIVERED)
"""A rope in one of these is somebody's; one that is only held is not yet."""
LATE_SECONDS = 60
"""How long due work may wait before the desk says that the clock may be standing still."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The orders and the clock at a glance. `states`: orders and the sum of their prices in fen, those there are."""

    household_count: int
    paid_count: int
    paid_fen: int
    states: dict[AdoptionState, tuple[int, int]]
    late_seconds: int
    """How long the oldest due work has waited; 0 while that is no reason to worry."""


def read_overview() -> Overview:
    """As of now."""
    states = count_by_state()
    paid = [states[state] for state in PAID if state in states]
    age = due.oldest_age_seconds()
    return Overview(
        household_count=farm.count_households(),
        paid_count=sum(count for count, _fen in paid),
        paid_fen=sum(fen for _count, fen in paid),
        states={state: states[state] for state in AdoptionState if state in states},
        late_seconds=int(age) if age > LATE_SECONDS else 0,
    )
