"""What /metrics asks of the diary."""

from __future__ import annotations

from cofu_adopt.core.registry import gauge
from cofu_adopt.growth.read_reviews import count_readings_to_review
from cofu_adopt.growth.silent_plots import USUAL_DAYS, list_silent


@gauge("cofu_silent_plots", "Plots with adopters of which nothing was posted for two weeks.")
def silent_plots() -> int:
    """Those on which somebody waits."""
    return sum(row.waiting is not None for row in list_silent(USUAL_DAYS))


@gauge("cofu_readings_to_review", "Readings that look wrong and that nobody of the workshop has looked at.")
def readings_to_review() -> int:
    """All that wait."""
    return count_readings_to_review()
