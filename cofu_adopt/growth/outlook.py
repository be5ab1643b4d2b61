"""What is to be expected of a plot and of a square at harvest, and whether it is large enough then. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from cofu_adopt.farm.desk_plots import PlotName
from cofu_adopt.farm.models import Species
from cofu_adopt.growth import rules
from cofu_adopt.growth.forecast import Forecast, ForecastPoint
from cofu_adopt.growth.rules import BAND_SHARE, NET_SHARE, RECALIBRATE_FROM
from cofu_adopt.growth.species import OF_THE_PAPERS
from cofu_adopt.offers.windows import Window


class Reach(StrEnum):
    """Whether the expected length is at market size on the last day of the harvest window."""

    NO = "no"
    """Not even the upper end of the band is."""
    DOUBTFUL = "doubtful"
    """Only the upper part of the band is."""
    UNKNOWN = "unknown"
    """It was never measured."""
    LIKELY = "likely"
    """The expected length is, the lower end of the band is not."""
    SURE = "sure"
    """The whole band is."""
    UNPROMISED = "unpromised"
    """No offer sells it: there is no window."""


SHORT = frozenset({Reach.NO, Reach.DOUBTFUL})
ORDER = {reach: place for place, reach in enumerate(Reach)}
"""Worst first."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What is expected on a day: the length with its band, and what a rope weighs, alive, at these lengths."""

    on: date
    length_mm: float
    low_mm: float
    high_mm: float
    rope_g: float
    low_g: float
    high_g: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """A plot, what was promised of it, and what is expected. All stages but `today` need a window."""

    plot: PlotName
    heads: tuple[tuple[str, str], ...]
    adopted: int
    """Ropes that are somebody's and still grow."""
    window: Window | None
    forecast: Forecast | None
    measured: int
    """How often it was measured."""
    survival: float | None
    """As measured last."""
    today: Stage | None
    start: Stage | None
    middle: Stage | None
    end: Stage | None
    reach: Reach

    @property
    def lacking_mm(self) -> float:
        """How much it will be short of market size when the window ends; 0 when it is not, or nobody knows."""
        if self.end is None or self.forecast is None:
            return 0.0
        return max(0.0, self.forecast.market_mm - self.end.length_mm)

    @property
    def is_short(self) -> bool:
        """True when it is not expected to reach market size within its window."""
        return self.reach in SHORT

    @property
    def net_g(self) -> float | None:
        """What can be packed of a rope when the window ends."""
        return None if self.end is None else self.end.rope_g * NET_SHARE

    @property
    def is_light(self) -> bool:
        """True when a rope is expected to give less than the promised net weight."""
        return self.net_g is not None and self.window is not None and self.net_g < self.window.promised_net_g

    @property
    def has_own_speed(self) -> bool:
        """True when it was measured often enough to be reckoned at its own speed, not at its species'."""
        return self.measured >= RECALIBRATE_FROM

    @property
    def urgency(self) -> tuple[int, float, str]:
        """Where it stands in the list: what misses its promise by most comes first."""
        return ORDER[self.reach], -self.lacking_mm, self.plot.code


@dataclass(frozen=True, slots=True)
class GridStage:
    """The plots of a square together: the mean length of their ropes with its band, and the weight of all ropes."""

    length_mm: float
    low_mm: float
    high_mm: float
    ropes_g: float


@dataclass(frozen=True, slots=True)
class GridOutlook:
    """A square's plots of one species together. A stage speaks of those plots of which something is expected then."""

    grid_code: str
    species: Species
    plots: int
    ropes: int
    adopted: int
    unmeasured: int
    short: int
    """Plots that are not expected to reach market size within their windows."""
    windows: tuple[Window, ...]
    first_on: date | None
    """The day on which the first of its plots is at market size."""
    last_on: date | None
    """The day on which the last is; None when one never is within three years, or nobody knows."""
    today: GridStage | None
    start: GridStage | None
    middle: GridStage | None
    end: GridStage | None

    @property
    def urgency(self) -> tuple[float, str]:
        """Where it stands in the list: the square of which the largest part misses its promise comes first."""
        return -self.short / self.plots, self.grid_code


def look_ahead(
    plot: PlotName,
    forecast: Forecast | None,
    window: Window | None,
    today: date,
    *,
    heads: Sequence[tuple[str, str]] = (),
    adopted: int = 0,
    measured: int = 0,
    survival: float | None = None,
) -> Outlook:
    """What is to be expected of a plot."""

    def stage(on: date | None) -> Stage | None:
        return None if on is None or forecast is None else stage_of(plot, forecast.at(on))

    return Outlook(
        plot=plot,
        heads=tuple(heads),
        adopted=adopted,
        window=window,
        forecast=forecast,
        measured=measured,
        survival=survival,
        today=stage(today),
        start=stage(window.from_on if window else None),
        middle=stage(window.middle_on if window else None),
        end=stage(window.to_on if window else None),
        reach=reach_of(forecast, window),
    )


def reach_of(forecast: Forecast | None, window: Window | None) -> Reach:
    """Whether a plot is at market size on the last day of its window."""
    if window is None:
        return Reach.UNPROMISED
    if forecast is None:
        return Reach.UNKNOWN
    at = forecast.at(window.to_on)
    if at.length_mm >= forecast.market_mm:
        return Reach.SURE if at.low_mm >= forecast.market_mm else Reach.LIKELY
    return Reach.DOUBTFUL if at.high_mm >= forecast.market_mm else Reach.NO


def stage_of(plot: PlotName, point: ForecastPoint) -> Stage:
    """The length and what a rope weighs at it. The papers' market size is the yardstick, whatever an operator set."""
    length_m, market_mm = float(plot.rope_length_m), OF_THE_PAPERS[plot.species].market_mm
    weigh: Callable[[float], float] = lambda length_mm: rules.rope_g(length_mm, length_m, market_mm)  # noqa: E731
    return Stage(
        point.on, point.length_mm, point.low_mm, point.high_mm,
        weigh(point.length_mm), weigh(point.low_mm), weigh(point.high_mm),
    )  # fmt: skip


def by_grid(outlooks: Iterable[Outlook]) -> list[GridOutlook]:
    """The squares, each species of a square by itself, worst first."""
    key: Callable[[Outlook], tuple[str, Species]] = lambda one: (one.plot.grid_code, one.plot.species)  # noqa: E731
    groups = groupby(sorted(outlooks, key=key), key)
    return sorted((_grid(code, species, list(rows)) for (code, species), rows in groups), key=lambda row: row.urgency)


def _grid(code: str, species: Species, rows: Sequence[Outlook]) -> GridOutlook:
    ready = [row.forecast.ready_on if row.forecast else None for row in rows]
    known = [day for day in ready if day is not None]
    return GridOutlook(
        grid_code=code,
        species=species,
        plots=len(rows),
        ropes=sum(row.plot.rope_count for row in rows),
        adopted=sum(row.adopted for row in rows),
        unmeasured=sum(row.forecast is None for row in rows),
        short=sum(row.is_short for row in rows),
        windows=tuple(sorted({row.window for row in rows if row.window}, key=lambda one: (one.from_on, one.to_on))),
        first_on=min(known, default=None),
        last_on=max(known) if known and len(known) == len(ready) else None,
        today=_together([(row.plot.rope_count, row.today) for row in rows]),
        start=_together([(row.plot.rope_count, row.start) for row in rows]),
        middle=_together([(row.plot.rope_count, row.middle) for row in rows]),
        end=_together([(row.plot.rope_count, row.end) for row in rows]),
    )


def _together(parts: Sequence[tuple[int, Stage | None]]) -> GridStage | None:
    known = [(ropes, stage) for ropes, stage in parts if stage is not None]
    if not known:
        return None
    length = sum(ropes * stage.length_mm for ropes, stage in known) / sum(ropes for ropes, _stage in known)
    weight = sum(ropes * stage.rope_g for ropes, stage in known)
    return GridStage(length, length * (1 - BAND_SHARE), length * (1 + BAND_SHARE), weight)
