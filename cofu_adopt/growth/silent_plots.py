"""The plots of which nothing was posted for some days: those with adopters first, whoever waits longest on top."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from cofu_adopt.adoptions.queries import Waiting, list_waiting
from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.farm.desk_plots import PlotName, heads_of_plots, list_plot_names
from cofu_adopt.growth.models import PlotReminder
from cofu_adopt.growth.queries import plot_days

USUAL_DAYS = 14
CHOICES = (7, 14, 21, 30, 60)
"""After how many days a plot counts as silent."""
LATELY_DAYS = 7


@dataclass(frozen=True, slots=True)
class SilentPlot:
    """How long a plot has been silent, and who waits for it."""

    plot: PlotName
    heads: tuple[tuple[str, str], ...]
    """Code and head's name of the households that share it."""
    waiting: Waiting | None
    posted_at: datetime | None
    """The last post that everybody may see."""
    reminded_at: datetime | None
    today: date

    @property
    def days(self) -> int:
        """Whole days without a post; of a plot without any, since it was hung."""
        since = self.plot.seeded_on if self.posted_at is None else clock.day_of(self.posted_at)
        return max(0, (self.today - since).days)

    @property
    def waiting_since(self) -> datetime | None:
        """Since when somebody waits for news: the last post, or the first adoption after it."""
        if self.waiting is None:
            return None
        return self.waiting.since if self.posted_at is None else max(self.posted_at, self.waiting.since)

    @property
    def adopters(self) -> int:
        """How many people wait."""
        return 0 if self.waiting is None else self.waiting.people

    @property
    def was_reminded_today(self) -> bool:
        """True when its household has been told today."""
        return self.reminded_at is not None and clock.day_of(self.reminded_at) == self.today

    @property
    def was_reminded_lately(self) -> bool:
        """True within a week of its last reminder."""
        return self.reminded_at is not None and (self.today - clock.day_of(self.reminded_at)).days <= LATELY_DAYS

    def is_silent(self, days: int) -> bool:
        """True when nothing was posted for so many days."""
        return self.days >= days


def list_plots(*, grid_code: str | None = None, household_code: str | None = None) -> list[SilentPlot]:
    """All plots, those on which somebody waits first, the longest silence on top; five statements for any number."""
    names, today = list_plot_names(grid_code), clock.today()
    ids = [plot.id for plot in names]
    heads, waiting, posted, reminded = heads_of_plots(ids), list_waiting(ids), plot_days(ids), _reminded(ids)
    found = [
        SilentPlot(
            plot=plot,
            heads=tuple(heads.get(plot.id, ())),
            waiting=waiting.get(plot.id),
            posted_at=posted.get(plot.id),
            reminded_at=reminded.get(plot.id),
            today=today,
        )
        for plot in names
    ]
    if household_code is not None:
        found = [row for row in found if household_code in {code for code, _head in row.heads}]
    return sorted(found, key=lambda row: (row.waiting is None, -row.days, row.plot.code))


def list_silent(days: int, *, grid_code: str | None = None, household_code: str | None = None) -> list[SilentPlot]:
    """Those of the plots of which nothing was posted for so many days."""
    return [row for row in list_plots(grid_code=grid_code, household_code=household_code) if row.is_silent(days)]


def _reminded(plot_ids: list[int]) -> dict[int, datetime]:
    query = (
        select(PlotReminder.plot_id, func.max(PlotReminder.reminded_at))
        .where(PlotReminder.plot_id.in_(plot_ids))
        .group_by(PlotReminder.plot_id)
    )
    return dict(db.session.execute(query).all())
