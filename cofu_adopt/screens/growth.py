"""How a plot's growth is shown: its two charts, its picture, and how long it still grows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from markupsafe import Markup

from cofu_adopt.core import clock
from cofu_adopt.farm.models import Species
from cofu_adopt.farm.rows import MeasurementRow, PlotRow
from cofu_adopt.growth.forecast import forecast_of
from cofu_adopt.screens.draw.chart import Expected, Point, growth_chart

SIZES = (("p", 343, 250), ("w", 640, 300))
"""The chart for a phone and the one for a wide screen."""
YOUNG_BELOW_MM, GROWN_FROM_MM = 45, 65
DAYS_A_MONTH = 30.44


def growth_charts(
    plot: PlotRow, measurements: Sequence[MeasurementRow], harvest: tuple[date, date] | None
) -> list[Markup]:
    """The narrow and the wide chart of what was measured and is expected; none while there are not two points.

    The forecast goes to the end of the harvest, or a year beyond the last measurement where none is promised.
    """
    points = [Point(row.measured_on, row.mean_shell_length_mm) for row in measurements]
    if len(points) < 2:  # noqa: PLR2004 - a line has two ends
        return []
    forecast = forecast_of(plot, measurements)
    until = harvest[1] if harvest else points[-1].on + timedelta(days=365)
    expected = (
        [Expected(one.on, one.length_mm, one.low_mm, one.high_mm) for one in forecast.until(until)] if forecast else []
    )
    return [
        growth_chart(
            points,
            expected=expected,
            market_mm=forecast.market_mm if forecast else None,
            harvest=harvest,
            closed_season=plot.species is Species.HARD_MUSSEL,
            width=width,
            height=height,
            uid=uid,
        )
        for uid, width, height in SIZES
    ]


def picture_of(plot: PlotRow) -> str:
    """The drawing, in static/img, of a rope as large as the plot's last measurement; the season has no photos yet."""
    length_mm = plot.latest.mean_shell_length_mm if plot.latest else 0
    if length_mm < YOUNG_BELOW_MM:
        return "cluster-young"
    return "cluster-mid" if length_mm < GROWN_FROM_MM else "cluster"


def months_at_sea(plot: PlotRow) -> int:
    """Whole months since the plot was seeded."""
    return int(max(0, (clock.today() - plot.seeded_on).days) / DAYS_A_MONTH)


def days_until(day: date) -> int:
    """Days from today on the island until `day`; negative when it is past."""
    return (day - clock.today()).days
