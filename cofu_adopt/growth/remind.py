"""Remind households of plots for which somebody waits: each plot once a day, however often and by whomever."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, cast, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cofu_adopt.core import audit, clock
from cofu_adopt.core.db import db, is_postgresql
from cofu_adopt.farm.queries import select_people_of_plots
from cofu_adopt.growth.models import PlotReminder
from cofu_adopt.growth.silent_plots import SilentPlot
from cofu_adopt.notify.fan_out import Note, fan_out
from cofu_adopt.notify.rules import Kind


@dataclass(frozen=True, slots=True)
class Plan:
    """What a reminder of these plots would do."""

    to_remind: tuple[SilentPlot, ...]
    reminded_today: tuple[SilentPlot, ...]
    """Their households have been told today."""
    out_of_reach: tuple[SilentPlot, ...]
    """Nobody acts for their households in the product: they must be rung up."""
    people: int
    """How many people would be told."""

    @property
    def households(self) -> int:
        """How many households would be told."""
        return len({code for row in self.to_remind for code, _head in row.heads})


@dataclass(frozen=True, slots=True)
class Reminded:
    """What a reminder has done."""

    plot_codes: tuple[str, ...]
    people: int


def plan(rows: Collection[SilentPlot]) -> Plan:
    """What would happen; nothing does."""
    people = select_people_of_plots(clock.today()).subquery("people")
    query = select(people.c.plot_id, people.c.person_id).where(people.c.plot_id.in_([row.plot.id for row in rows]))
    reached: dict[int, set[int]] = {}
    for plot_id, person_id in db.session.execute(query):
        reached.setdefault(plot_id, set()).add(person_id)
    told = tuple(row for row in rows if row.was_reminded_today)
    rest = [row for row in rows if not row.was_reminded_today]
    to_remind = tuple(row for row in rest if row.plot.id in reached)
    return Plan(
        to_remind=to_remind,
        reminded_today=told,
        out_of_reach=tuple(row for row in rest if row.plot.id not in reached),
        people=len({person_id for row in to_remind for person_id in reached[row.plot.id]}),
    )


def remind(planned: Plan) -> Reminded:
    """Tell the people of each household, in the open unit of work; a plot that was reminded today is passed over.

    One message a person, whatever the number of her plots; in the product, and where she chose besides.
    """
    plot_ids = _mark(planned)
    if not plot_ids:
        return Reminded((), 0)
    today = clock.today()
    # A plot is marked once a day: no other reminder of the day has the same first plot.
    note = Note(Kind.REMINDER, "post_reminder", f"post_reminder:{today.isoformat()}:{min(plot_ids)}", {})
    told = fan_out(note, _people(plot_ids))
    codes = tuple(sorted(row.plot.code for row in planned.to_remind if row.plot.id in plot_ids))
    audit.record("growth.remind", "plot_reminder", today.isoformat(), after={"plots": " ".join(codes), "people": told})
    return Reminded(codes, told)


def _mark(planned: Plan) -> set[int]:
    now = clock.now()
    rows = [
        {
            "plot_id": row.plot.id,
            "reminded_on": clock.day_of(now),
            "reminded_at": now,
            "adopter_count": row.adopters,
        }
        for row in sorted(planned.to_remind, key=lambda row: row.plot.id)
    ]
    if not rows:
        return set()
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    statement = insert(PlotReminder).values(rows).on_conflict_do_nothing().returning(PlotReminder.plot_id)
    return set(db.session.scalars(statement))


def _people(plot_ids: Collection[int]) -> Select[Any]:
    people = select_people_of_plots(clock.today()).subquery("people")
    return (
        select(
            people.c.person_id,
            func.min(people.c.code).label("plot"),
            func.count().label("plots"),
            cast(func.sum(PlotReminder.adopter_count), Integer).label("adopters"),
        )
        .join(PlotReminder, PlotReminder.plot_id == people.c.plot_id)
        .where(people.c.plot_id.in_(plot_ids), PlotReminder.reminded_on == clock.today())
        .group_by(people.c.person_id)
    )
