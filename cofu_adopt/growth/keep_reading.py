"""From a sample to the plot's measurement of the day.

A plot has one measurement a day. Its readings of that day that are kept make it together: each shell counts once
(sample.pool). Taken one away, the others make it anew; what stood there before the diary is a reading like the others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import or_, select

from cofu_adopt import events
from cofu_adopt.core import clock
from cofu_adopt.core.bus import publish
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import Invalid
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.record_measurement import (
    change_water_temperature,
    lock_plots,
    record_measurement,
    remove_measurement,
)
from cofu_adopt.growth.errors import ReadingQuestioned
from cofu_adopt.growth.models import GrowthReading, GrowthUpdate, ReadingState
from cofu_adopt.growth.questions import Question, questions_about
from cofu_adopt.growth.sample import Sample, pool

Asked = dict[int, list[Question]]
Plots = Mapping[str, int]


def ask(plots: Plots, on: date, samples: Mapping[str, Sample], *, confirmed: bool) -> Asked:
    """Lock the plots and ask what is odd about the samples, by plot id.

    Raises Invalid for a plot that the post is not about; ReadingQuestioned unless the household has `confirmed`.
    """
    strange = [code for code in samples if code not in plots]
    if strange:
        raise Invalid({f"readings.{strange[0]}": _not_of_this_post()})
    lock_plots([plots[code] for code in samples])
    asked = {plots[code]: questions_about(plots[code], code, on, sample) for code, sample in samples.items()}
    open_questions = [question for questions in asked.values() for question in questions]
    if open_questions and not confirmed:
        raise ReadingQuestioned(open_questions)
    return asked


def keep(
    plots: Plots,
    on: date,
    samples: Mapping[str, Sample],
    asked: Asked,
    *,
    update_id: int | None,
    water_temperature_c: Decimal | None = None,
) -> None:
    """Keep the samples of a post (or of a sensor) that were asked about."""
    for code, sample in samples.items():
        plot_id, questions = plots[code], asked[plots[code]]
        row = reading_of(update_id, plot_id) or GrowthReading(update_id=update_id, plot_id=plot_id)
        fill(row, on, sample)
        row.question = questions[0].code if questions else None
        row.confirmed_at = clock.now() if questions else None
        keep_row(row, water_temperature_c)


def keep_row(row: GrowthReading, water_temperature_c: Decimal | None = None) -> None:
    """Let a reading count, and make the plot's measurement of its day anew; the plot is locked."""
    if not _counting(row.plot_id, row.measured_on):
        _take_over(row.plot_id, row.measured_on)
    row.state = ReadingState.KEPT
    db.session.add(row)
    db.session.flush()
    _settle(row.plot_id, row.measured_on, water_temperature_c)
    publish(events.ReadingKept(plot_id=row.plot_id, measured_on=row.measured_on))


def drop(row: GrowthReading, *, is_replaced: bool = False) -> None:
    """Let a reading count no more; the plot is locked. `is_replaced`: keep_row follows for the same plot and day."""
    was, row.state = row.state, ReadingState.REJECTED
    db.session.flush()
    if was == ReadingState.KEPT:
        settle_day(row, is_replaced=is_replaced)


def settle_day(row: GrowthReading, *, is_replaced: bool = False) -> None:
    """Make the measurement of a day anew without a reading that counts no more.

    It is published once an act: where another reading takes its place, when that is kept.
    """
    _settle(row.plot_id, row.measured_on)
    if not is_replaced:
        publish(events.ReadingKept(plot_id=row.plot_id, measured_on=row.measured_on))


def _settle(plot_id: int, on: date, water_temperature_c: Decimal | None = None) -> None:
    # None of the readings counts any more: none of it is left.
    counting = _counting(plot_id, on)
    if not counting:
        remove_measurement(plot_id, on)
        return
    whole = pool([Sample(row.mean_shell_length_mm, row.sample_count, None, row.survival) for row in counting])
    record_measurement(
        plot_id,
        on,
        mean_shell_length_mm=whole.mean_shell_length_mm,
        sample_count=whole.sample_count,
        survival=whole.survival,
        water_temperature_c=water_temperature_c,
    )


def retell_water(rows: Collection[GrowthReading], was: Decimal | None, now: Decimal | None) -> None:
    """The post of these readings tells another temperature than before, None for none; their plots are locked.

    Told no more, it gives way to what another post has told with a reading of the day.
    """
    if was == now:
        return
    for row in rows:
        if row.state == ReadingState.KEPT:
            told = _told_water(row.plot_id, row.measured_on) if now is None else now
            change_water_temperature(row.plot_id, row.measured_on, was, told)


def fill(row: GrowthReading, on: date, sample: Sample) -> None:
    """Write a sample into its row."""
    row.measured_on = on
    row.mean_shell_length_mm, row.sample_count = sample.mean_shell_length_mm, sample.sample_count
    row.lengths_mm = None if sample.lengths_mm is None else list(sample.lengths_mm)
    row.survival = sample.survival
    row.reviewed_at, row.reviewed_by_id = None, None


def reading_of(update_id: int | None, plot_id: int) -> GrowthReading | None:
    """What a post says of a plot."""
    if update_id is None:
        return None
    query = select(GrowthReading).where(GrowthReading.update_id == update_id, GrowthReading.plot_id == plot_id)
    return db.session.scalar(query)


def readings_of(update_id: int) -> list[GrowthReading]:
    """All that a post says of its plots, its plots locked."""
    query = select(GrowthReading).where(GrowthReading.update_id == update_id).order_by(GrowthReading.plot_id)
    rows = list(db.session.scalars(query))
    lock_plots([row.plot_id for row in rows])
    return rows


def day_of_post(happened_at: datetime) -> date:
    """The day to which a post's readings belong."""
    return clock.day_of(happened_at)


def _counting(plot_id: int, on: date) -> list[GrowthReading]:
    query = (
        select(GrowthReading)
        .outerjoin(GrowthUpdate, GrowthUpdate.id == GrowthReading.update_id)
        .where(
            GrowthReading.plot_id == plot_id,
            GrowthReading.measured_on == on,
            GrowthReading.state == ReadingState.KEPT,
            or_(GrowthReading.update_id.is_(None), GrowthUpdate.withdrawn_at.is_(None)),
        )
        .order_by(GrowthReading.id)
    )
    return list(db.session.scalars(query))


def _told_water(plot_id: int, on: date) -> Decimal | None:
    ids = {row.update_id for row in _counting(plot_id, on)}
    query = select(GrowthUpdate.water_temperature_c).where(
        GrowthUpdate.id.in_(ids), GrowthUpdate.water_temperature_c.is_not(None)
    )
    return db.session.scalars(query.order_by(GrowthUpdate.id.desc()).limit(1)).first()


def _take_over(plot_id: int, on: date) -> None:
    # What the workshop imported for the day would else be lost, and could not come back.
    for known in farm.list_measurements(plot_id):
        if known.measured_on == on:
            row = GrowthReading(update_id=None, plot_id=plot_id, state=ReadingState.KEPT)
            length, survival = Decimal(str(known.mean_shell_length_mm)), Decimal(str(known.survival))
            fill(row, on, Sample(length, known.sample_count, None, survival))
            db.session.add(row)
            db.session.flush()


def _not_of_this_post() -> str:
    return str(_("这条记录没有写这一桁。"))
