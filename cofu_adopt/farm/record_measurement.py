"""Keep what was measured on a plot on a day, or take it away again. The diary decides what the day's value is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, func, select

from cofu_adopt.core.db import db
from cofu_adopt.farm.models import Plot, PlotMeasurement


def lock_plots(plot_ids: Collection[int]) -> None:
    """Let nobody else write measurements of these plots until the open unit of work ends."""
    query = select(Plot.id).where(Plot.id.in_(plot_ids)).order_by(Plot.id).with_for_update(key_share=True)
    db.session.execute(query).all()


def record_measurement(
    plot_id: int,
    measured_on: date,
    *,
    mean_shell_length_mm: Decimal,
    sample_count: int,
    survival: Decimal | None,
    water_temperature_c: Decimal | None,
) -> None:
    """Make this the plot's measurement of the day; the caller has locked the plot.

    Where nobody counted the living, the plot's last count stands, or that all live; where nobody measured the water,
    what was known of the day stays.
    """
    row = _find(plot_id, measured_on)
    if row is None:
        row = PlotMeasurement(plot_id=plot_id, measured_on=measured_on, water_temperature_c=None)
        row.survival = _last_survival(plot_id, measured_on)
        db.session.add(row)
    row.mean_shell_length_mm, row.sample_count = mean_shell_length_mm, sample_count
    if survival is not None:
        row.survival = survival
    if water_temperature_c is not None:
        row.water_temperature_c = water_temperature_c
    db.session.flush()


def change_water_temperature(plot_id: int, measured_on: date, was: Decimal | None, now: Decimal | None) -> None:
    """Set the water of the day right; what somebody else than the teller of `was` has told since then stays."""
    row = _find(plot_id, measured_on)
    if row is not None and (was is None or row.water_temperature_c in {None, was}):
        row.water_temperature_c = now
        db.session.flush()


def remove_measurement(plot_id: int, measured_on: date) -> None:
    """Take the plot's measurement of the day away: nothing that was measured then is believed any more."""
    db.session.execute(
        delete(PlotMeasurement).where(PlotMeasurement.plot_id == plot_id, PlotMeasurement.measured_on == measured_on)
    )


def _find(plot_id: int, on: date) -> PlotMeasurement | None:
    query = select(PlotMeasurement).where(PlotMeasurement.plot_id == plot_id, PlotMeasurement.measured_on == on)
    return db.session.scalar(query)


def _last_survival(plot_id: int, on: date) -> Decimal:
    last = (
        select(func.max(PlotMeasurement.measured_on))
        .where(PlotMeasurement.plot_id == plot_id, PlotMeasurement.measured_on < on)
        .scalar_subquery()
    )
    query = select(PlotMeasurement.survival).where(
        PlotMeasurement.plot_id == plot_id, PlotMeasurement.measured_on == last
    )
    return db.session.scalar(query) or Decimal(1)
