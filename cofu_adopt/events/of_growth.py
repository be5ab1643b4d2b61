"""What happens in the diary of the plots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class UpdatePosted:
    """A household's post is in the diary of these plots; once a post, after an edit not again."""

    update_id: int
    household_id: int
    plot_ids: tuple[int, ...]
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class UpdateWithdrawn:
    """A post was withdrawn by its household or taken off by an operator."""

    update_id: int


@dataclass(frozen=True, slots=True)
class UpdateRestored:
    """A post that an operator had taken off is shown again; a correction is none."""

    update_id: int


@dataclass(frozen=True, slots=True)
class ReadingKept:
    """A plot's measurement of a day is new, has moved, or is gone: its chart and forecast have moved with it."""

    plot_id: int
    measured_on: date


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """An adopter has asked under a household's post; once a question."""

    comment_id: int
    update_id: int
    household_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    """The post's household, or the workshop, has answered what `asker_id` asked; once an answer."""

    comment_id: int
    update_id: int
    person_id: int
    asker_id: int
    by_workshop: bool
