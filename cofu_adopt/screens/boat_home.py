"""The household's home: its plots as cards, what waits on each, and what the household will get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cofu_adopt.adoptions import queries as adoptions
from cofu_adopt.core import clock
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.rows import PlotRow
from cofu_adopt.growth.queries import plot_days
from cofu_adopt.ledger import queries as ledger
from cofu_adopt.offers.rules import SplitRule, split
from cofu_adopt.screens.boat_tasks import News, Next, Task, news_of, next_task


@dataclass(frozen=True, slots=True)
class PlotCard:
    """A plot as its household sees it at sea."""

    plot: PlotRow
    news: News
    silent_days: int
    adopter_count: int
    rope_count: int
    """Ropes that are somebody's."""
    next: Next

    @property
    def urgency(self) -> tuple[bool, int, str]:
        """Where it stands on the page: whoever waits longest comes first."""
        return self.next.task is not Task.POST, -self.silent_days, self.plot.code


@dataclass(frozen=True, slots=True)
class Owed:
    """What a household gets: reckoned for ropes that grow, and what the books owe it already."""

    growing_fen: int
    rope_count: int
    payable_fen: int


def plot_cards(plots: Sequence[PlotRow]) -> list[PlotCard]:
    """The plots, those first on which somebody waits."""
    ids, today = [plot.id for plot in plots], clock.today()
    posted, adopters = plot_days(ids), adoptions.count_adopters(ids)
    cards = []
    for plot in plots:
        last = posted.get(plot.id)
        news, days = news_of(None if last is None else clock.day_of(last), today)
        people, ropes = adopters.get(plot.id, (0, 0))
        task = next_task(
            news,
            has_adopters=people > 0,
            measured_on=plot.latest.measured_on if plot.latest else None,
            seeded_on=plot.seeded_on,
            today=today,
        )
        cards.append(PlotCard(plot, news, days, people, ropes, task))
    return sorted(cards, key=lambda card: card.urgency)


def owed_to(household_ids: Sequence[int], plots: Sequence[PlotRow]) -> Owed:
    """The households' share of what is adopted on these plots, by each order's own rule, and what can be paid now."""
    today, growing, ropes = clock.today(), 0, 0
    ids = [plot.id for plot in plots]
    shares = farm.shares_of_plots_on(ids, today)
    for plot_id, price_fen, rule in adoptions.list_growing_terms(ids):
        weights = shares.get(plot_id, {})
        mine = sum(weight for household_id, weight in weights.items() if household_id in household_ids)
        part = split(price_fen, SplitRule.from_json(rule), hosted=False).household_fen
        growing += max(0, part) * mine // max(1, sum(weights.values()))
        ropes += 1
    # Debits are positive in the books: what is owed stands as a negative balance.
    payable = -sum(ledger.balance(f"Payable:household:{household_id}") for household_id in household_ids)
    return Owed(growing, ropes, payable)
