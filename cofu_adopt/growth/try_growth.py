"""What other settings of a species would change, before anybody saves them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from statistics import median

from cofu_adopt.farm.models import Species
from cofu_adopt.growth.outlook import Outlook
from cofu_adopt.growth.read_outlook import read_outlooks
from cofu_adopt.growth.rules import Growth
from cofu_adopt.growth.species import growths

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Move:
    """The day on which a plot is ready, now and with the other settings; None: not within three years."""

    plot_code: str
    before_on: date | None
    after_on: date | None

    @property
    def days(self) -> int | None:
        """How many days later; None where one of both is unknown."""
        return None if self.before_on is None or self.after_on is None else (self.after_on - self.before_on).days


@dataclass(frozen=True, slots=True)
class Trial:
    """What would change for the species' plots that were measured."""

    plots: int
    moved: int
    earliest: int
    """By how many days the day moves at most towards today; negative."""
    latest: int
    """By how many days it moves at most away; 0 when it moves nowhere later."""
    typical: float
    """The median of the plots that move."""
    lost: int
    """Plots that would no longer be ready within three years."""
    won: int
    """Plots that would, and now are not."""
    short_before: int
    short_after: int
    furthest: tuple[Move, ...]
    """The plots that move furthest."""


def try_growth(species: Species, growth: Growth) -> Trial:
    """Reckon every plot of the species with both settings; nothing is kept."""
    known = growths()
    before, after = (
        _of(species, read_outlooks(species=known)),
        _of(species, read_outlooks(species=known | {species: growth})),
    )
    moves = [Move(before[key].plot.code, _ready(before[key]), _ready(after[key])) for key in before]
    days = [move.days for move in moves if move.days]
    return Trial(
        plots=len(moves),
        moved=sum(move.before_on != move.after_on for move in moves),
        earliest=min(0, *days) if days else 0,
        latest=max(0, *days) if days else 0,
        typical=median(days) if days else 0,
        lost=sum(move.before_on is not None and move.after_on is None for move in moves),
        won=sum(move.before_on is None and move.after_on is not None for move in moves),
        short_before=sum(one.is_short for one in before.values()),
        short_after=sum(one.is_short for one in after.values()),
        furthest=tuple(
            sorted((move for move in moves if move.days), key=lambda move: (-abs(move.days or 0), move.plot_code))[
                :SHOWN
            ]
        ),
    )


def _of(species: Species, outlooks: list[Outlook]) -> dict[int, Outlook]:
    return {one.plot.id: one for one in outlooks if one.plot.species is species and one.forecast is not None}


def _ready(outlook: Outlook) -> date | None:
    return outlook.forecast.ready_on if outlook.forecast else None
