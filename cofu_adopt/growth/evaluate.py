"""How good the forecast is: the last measurements of every plot held out, and foretold from those before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from sqlalchemy import select

from cofu_adopt.core.db import db
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.models import Plot, Species
from cofu_adopt.growth import rules
from cofu_adopt.growth.rules import BAND_SHARE, RECALIBRATE_FROM, Growth, Reading
from cofu_adopt.growth.species import growths


@dataclass(frozen=True, slots=True)
class Quality:
    """The forecast of the last measurement when the last `held_out` are not known."""

    held_out: int
    own_speed: bool
    """Reckoned at each plot's own speed; else at that of its species."""
    plots: int
    mean_days: float
    mean_error: float
    """The mean of |measured / expected - 1|."""
    bias: float
    """The mean of measured / expected - 1."""
    inside_band: float
    """The share of measurements inside the band."""


def evaluate(held_out: int, *, own_speed: bool) -> Quality | None:
    """Hold out the last `held_out` measurements of every plot; None when no plot has enough."""
    plots: dict[int, Species] = dict(db.session.execute(select(Plot.id, Plot.species)).all())
    readings = {
        plot_id: [Reading(row.measured_on, row.mean_shell_length_mm) for row in rows]
        for plot_id, rows in farm.list_measurements_of(list(plots)).items()
    }
    species = growths()
    return quality(
        {plot_id: species[Species(plots[plot_id])] for plot_id in readings}, readings, held_out, own_speed=own_speed
    )


def quality(
    growth_of: Mapping[int, Growth], readings: Mapping[int, Sequence[Reading]], held_out: int, *, own_speed: bool
) -> Quality | None:
    """As evaluate(), for given readings by plot, oldest first."""
    errors, days = [], []
    for plot_id, all_readings in readings.items():
        known, last = all_readings[:-held_out], all_readings[-1]
        if len(known) < RECALIBRATE_FROM:
            continue
        growth = growth_of[plot_id]
        speed = rules.speed_of(growth, known) if own_speed else 1.0
        expected = rules.grown(growth.at_speed(speed), known[-1].length_mm, known[-1].on, last.on)
        errors.append(last.length_mm / expected - 1)
        days.append((last.on - known[-1].on).days)
    if not errors:
        return None
    return Quality(
        held_out=held_out,
        own_speed=own_speed,
        plots=len(errors),
        mean_days=fmean(days),
        mean_error=fmean(abs(error) for error in errors),
        bias=fmean(errors),
        inside_band=fmean(abs(error) <= BAND_SHARE for error in errors),
    )
