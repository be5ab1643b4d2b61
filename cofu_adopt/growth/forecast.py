"""What is to be expected of a plot: its length from the last measurement on, and when it can be sold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cofu_adopt.core import clock
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.desk_plots import PlotName
from cofu_adopt.farm.models import Species
from cofu_adopt.farm.rows import MeasurementRow, PlotRow
from cofu_adopt.growth import rules
from cofu_adopt.growth.rules import BAND_SHARE, Growth, Reading
from cofu_adopt.growth.species import growths

STEP_DAYS = 10


@dataclass(frozen=True, slots=True)
class ForecastPoint:
    """The expected mean shell length on a day, and the band that nearly all measurements fall into."""

    on: date
    length_mm: float
    low_mm: float
    high_mm: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected of a plot, reckoned from its last measurement."""

    plot_id: int
    last: Reading
    growth: Growth
    """Of the species, at the plot's own speed."""
    speed: float
    """How fast the plot grows beside its species; 1 while it has too few measurements."""
    market_mm: float
    early_on: date | None
    """The first day on which the upper end of the band can be sold; None: not within three years."""
    ready_on: date | None
    """The day on which the expected length can be sold."""
    late_on: date | None
    """The day on which the lower end of the band can be sold."""

    def at(self, day: date) -> ForecastPoint:
        """The expected length on a day, not before the last measurement."""
        length = rules.grown(self.growth, self.last.length_mm, self.last.on, max(day, self.last.on))
        return ForecastPoint(day, length, length * (1 - BAND_SHARE), length * (1 + BAND_SHARE))

    def until(self, last_on: date) -> list[ForecastPoint]:
        """The points to draw, from the last measurement to `last_on`."""
        days = (last_on - self.last.on).days
        steps = [self.last.on + timedelta(days=n) for n in range(0, max(days, 0), STEP_DAYS)]
        return [self.at(day) for day in [*steps, max(last_on, self.last.on)]]


def forecast_of(plot: PlotRow, measurements: Sequence[MeasurementRow]) -> Forecast | None:
    """The forecast of a plot from its measurements, oldest first; None before the first."""
    return _forecast(plot.id, growths()[plot.species], measurements)


def forecasts_of(
    plots: Sequence[PlotRow | PlotName],
    measured: Mapping[int, Sequence[MeasurementRow]] | None = None,
    species: Mapping[Species, Growth] | None = None,
) -> dict[int, Forecast]:
    """The forecasts of many plots by id; those that were never measured have none.

    `measured` and `species` where they are known already, or others are to be tried.
    """
    species = growths() if species is None else species
    if measured is None:
        measured = farm.list_measurements_of([plot.id for plot in plots])
    found = (_forecast(plot.id, species[plot.species], measured.get(plot.id, ())) for plot in plots)
    return {forecast.plot_id: forecast for forecast in found if forecast is not None}


def days_until_ready(forecast: Forecast) -> int | None:
    """Whole days from today until the expected length can be sold, 0 when it can; None: not within three years."""
    return None if forecast.ready_on is None else max(0, (forecast.ready_on - clock.today()).days)


def _forecast(plot_id: int, growth: Growth, measurements: Sequence[MeasurementRow]) -> Forecast | None:
    readings = [Reading(row.measured_on, row.mean_shell_length_mm) for row in measurements]
    if not readings:
        return None
    speed, last = rules.speed_of(growth, readings), readings[-1]
    own = growth.at_speed(speed)
    early, ready, late = (
        rules.day_of_length(own, last, growth.market_mm / (1 + share)) for share in (BAND_SHARE, 0, -BAND_SHARE)
    )
    return Forecast(plot_id, last, own, speed, growth.market_mm, early, ready, late)
