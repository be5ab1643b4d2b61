"""How near the nearest day is by which a dispute must be answered."""

from __future__ import annotations

import math

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.payments.gauges import dispute_due_seconds, disputes_unanswered
from tests.payments.bank import answers, opens, paid_by_card
from tests.season import Season


def gauges() -> tuple[float, float]:
    with unit_of_work(writes=False):
        return disputes_unanswered(), dispute_due_seconds()


def test_the_nearest_day(season: Season) -> None:
    assert gauges() == (0, math.inf)
    ref = opens(season, paid_by_card(season))
    season.clock.advance(days=6)
    assert gauges() == (1, 86400)
    answers(ref)
    season.tick(seconds=1)
    assert gauges() == (0, math.inf)
