"""How a mussel grows: seasonal von Bertalanffy (Somers 1988), from the last measurement. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from math import exp, log, pi, sin

BAND_SHARE = 0.12
"""Half the band around a forecast, as a share of it: nearly all measurements fall inside. Source: DOMAIN.md."""
FALL_SHARE = 0.05
"""A mean length that falls by more than this is asked about. Source: DOMAIN.md."""
RECALIBRATE_FROM = 4
"""From how many measurements on a plot has a speed of its own. Source: DOMAIN.md."""
SPEED_DOUBT = 0.15
"""How far plots' speeds lie apart: the standard deviation of their logarithm. Holds back what few values say."""
LENGTH_DOUBT = 0.04
"""How far a measured mean lies from the true one, as a share (3.7 % in the demo season)."""
CLOSED_FROM, CLOSED_TO = (4, 20), (6, 30)
"""No trade in live 厚壳贻贝 from 20 April to 30 June: month and day. Source: DOMAIN.md."""
ROPE_G_PER_M = 4400
"""What hangs on a metre of rope at market size: 11 kg on the 2.5 m of the demo season, sd 2.5 kg. Source: DOMAIN.md."""
NET_SHARE = 5 / 5.8
"""Packers put 5.8 kg in a box of 5 kg net: what drains and what dies on the way. Source: DOMAIN.md."""
SLOWEST, FASTEST, STEPS = 0.6, 1.6, 100
LONGEST_DAYS = 3 * 365


@dataclass(frozen=True, slots=True)
class Growth:
    """The settings of a species.

    `c`: 0 grows evenly through the year, 1 stands still once; `ts`: the part of the year at which it grows fastest
    for its size.
    """

    linf_mm: float
    k_per_year: float
    c: float = 0.7
    ts: float = 0.58
    market_mm: float = 60
    """From this mean shell length on it is sold."""

    def at_speed(self, speed: float) -> Growth:
        """The same for a plot that grows `speed` times as fast."""
        return replace(self, k_per_year=self.k_per_year * speed)


BLUE_MUSSEL = Growth(linf_mm=87.7, k_per_year=0.88, market_mm=60)
"""紫贻贝, fitted to published increments of Izmir longlines. Source: DOMAIN.md."""
HARD_MUSSEL = Growth(linf_mm=130, k_per_year=0.42, market_mm=80)
"""厚壳贻贝, an assumption. Source: DOMAIN.md."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A mean shell length on a day."""

    on: date
    length_mm: float


def year_part(day: date) -> float:
    """The day in decimal years."""
    first = date(day.year, 1, 1)
    return day.year + (day - first).days / (date(day.year + 1, 1, 1) - first).days


def grown(growth: Growth, length_mm: float, from_on: date, to_on: date) -> float:
    """The length on `to_on` of a mussel that was `length_mm` long on `from_on`.

    L2 = L1 + (Linf - L1)(1 - exp(-[K dt + S(t2) - S(t1)])), S(t) = (C K / 2 pi) sin 2 pi (t - ts). Source: DOMAIN.md.
    A mussel that is longer than Linf stays as it is: shells do not shrink.
    """
    return _longer(growth, length_mm, _progress(growth, from_on, to_on))


def weight_g(length_mm: float) -> float:
    """The live weight of one mussel in g. W = 3.3e-4 L^2.66. Source: DOMAIN.md."""
    return 3.3e-4 * float(length_mm**2.66)


def rope_g(length_mm: float, rope_length_m: float, market_mm: float) -> float:
    """What a rope weighs whose mussels are `length_mm` long; as many hang on a metre as make ROPE_G_PER_M at market.

    Nobody weighs a rope before it is cut: this is the number that the season was reckoned with, scaled by length.
    """
    return ROPE_G_PER_M * rope_length_m * weight_g(length_mm) / weight_g(market_mm)


def speed_of(growth: Growth, readings: Sequence[Reading]) -> float:
    """How fast a plot grows beside its species: 1 until RECALIBRATE_FROM readings, then the likeliest speed.

    The speed that makes the steps between the readings likeliest, held back towards 1 as plots seldom differ much
    (a normal prior on its logarithm, SPEED_DOUBT; errors of a reading relative to its length, LENGTH_DOUBT).
    """
    return _speed_of(growth, tuple(readings))


# A page that lists the plots asks for each what it asked a moment ago; readings come twice a month.
@lru_cache(maxsize=4096)
def _speed_of(growth: Growth, readings: tuple[Reading, ...]) -> float:
    if len(readings) < RECALIBRATE_FROM:
        return 1.0
    return min(
        (SLOWEST + (FASTEST - SLOWEST) * n / STEPS for n in range(STEPS + 1)), key=_unlikeliness(growth, readings)
    )


def questions_about(growth: Growth, before: Sequence[Reading], reading: Reading) -> list[str]:
    """Why a new reading should be measured again: `falls`, `outside_band`; nothing when it looks right.

    `before`: the readings of the plot up to that day, oldest first.
    """
    earlier = [one for one in before if one.on <= reading.on]
    if not earlier:
        return []
    last = earlier[-1]
    if reading.length_mm < last.length_mm * (1 - FALL_SHARE):
        return ["falls"]
    expected = grown(growth.at_speed(speed_of(growth, earlier)), last.length_mm, last.on, reading.on)
    return [] if abs(reading.length_mm - expected) <= BAND_SHARE * expected else ["outside_band"]


def day_of_length(growth: Growth, last: Reading, length_mm: float) -> date | None:
    """The first day on which the forecast from `last` reaches `length_mm`; None when it does not within 3 years."""
    if last.length_mm >= length_mm:
        return last.on
    low, high = last.on.toordinal(), last.on.toordinal() + LONGEST_DAYS
    if grown(growth, last.length_mm, last.on, date.fromordinal(high)) < length_mm:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if grown(growth, last.length_mm, last.on, date.fromordinal(middle)) < length_mm:
            low = middle
        else:
            high = middle
    return date.fromordinal(high)


def _longer(growth: Growth, length_mm: float, progress: float) -> float:
    return length_mm + max(0.0, growth.linf_mm - length_mm) * (1 - exp(-progress))


def _progress(growth: Growth, from_on: date, to_on: date) -> float:
    t1, t2 = year_part(from_on), year_part(to_on)
    return growth.k_per_year * (t2 - t1) + _season(growth, t2) - _season(growth, t1)


def _season(growth: Growth, t: float) -> float:
    return growth.c * growth.k_per_year / (2 * pi) * sin(2 * pi * (t - growth.ts))


def _unlikeliness(growth: Growth, readings: Sequence[Reading]) -> Callable[[float], float]:
    # A plot that is `speed` times as fast makes `speed` times the progress: the calendar is asked once a step.
    steps = [(was.length_mm, now.length_mm, _progress(growth, was.on, now.on)) for was, now in pairwise(readings)]

    def of(speed: float) -> float:
        errors = ((now / _longer(growth, was, progress * speed) - 1) / LENGTH_DOUBT for was, now, progress in steps)
        # Both ends of a step are measured, hence twice the variance.
        return sum(error**2 for error in errors) / 2 + (log(speed) / SPEED_DOUBT) ** 2

    return of
