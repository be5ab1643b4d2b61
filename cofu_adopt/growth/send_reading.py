"""A sensor, or a program of the household, sends a reading without a post."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal

from flask_babel import gettext as _

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.record_measurement import lock_plots
from cofu_adopt.growth import keep_reading
from cofu_adopt.growth.assemble import reading_rows
from cofu_adopt.growth.content import OLDEST_DAYS
from cofu_adopt.growth.errors import TooManyUpdates
from cofu_adopt.growth.models import GrowthReading, ReadingState
from cofu_adopt.growth.post_update import own_plots
from cofu_adopt.growth.questions import questions_about
from cofu_adopt.growth.rows import ReadingRow
from cofu_adopt.growth.sample import Sample
from cofu_adopt.identity import limits

PER_PLOT = (limits.Limit("readings_plot_day", 24, 86400),)


def household_of_plot(household_ids: Collection[int], plot_code: str, on: date | None) -> int:
    """Which of these households had a share in the plot on a day (None: today). Raises NotFound when none had."""
    for household_id in household_ids:
        if plot_code in farm.plots_of_household_on(household_id, on or clock.today()):
            return household_id
    raise NotFound


def send_reading(
    household_id: int, plot_code: str, on: date | None, sample: Sample, *, water_temperature_c: Decimal | None = None
) -> ReadingRow:
    """Keep a reading; one that looks wrong is kept aside until the workshop has looked at it, as nobody can be asked.

    Raises NotFound for a plot in which the household had no share on that day, Invalid, TooManyUpdates.
    """
    today = clock.today()
    day = on or today
    if not today - timedelta(days=OLDEST_DAYS) <= day <= today:
        raise Invalid({"measured_on": _("应是今天，或者 %(days)s 天以内的一天。", days=OLDEST_DAYS)})
    plot_id = own_plots(household_id, (plot_code,), day)[plot_code]
    wait = limits.claim((PER_PLOT, str(plot_id)))
    if wait is not None:
        raise TooManyUpdates(retry_after_seconds=wait)
    lock_plots([plot_id])
    questions = questions_about(plot_id, plot_code, day, sample)
    row = GrowthReading(update_id=None, plot_id=plot_id, state=ReadingState.QUESTIONED)
    keep_reading.fill(row, day, sample)
    row.question = questions[0].code if questions else None
    if questions:
        db.session.add(row)
        db.session.flush()
    else:
        keep_reading.keep_row(row, water_temperature_c)
    return reading_rows([row])[0]
