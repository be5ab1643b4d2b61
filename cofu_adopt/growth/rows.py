"""What other slices and pages get of the diary: frozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cofu_adopt.growth.models import ReadingState, Weather, Work


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A measured value of a post."""

    id: int
    plot_id: int
    plot_code: str
    measured_on: date
    mean_shell_length_mm: float
    sample_count: int
    survival: float | None
    state: ReadingState
    question: str | None


@dataclass(frozen=True, slots=True)
class PhotoState:
    """A photo of a post, for its household: whether people can be seen on it, and whether others see it."""

    photo_id: int
    shows_people: bool
    is_shown: bool


@dataclass(frozen=True, slots=True)
class UpdateRow:
    """A post as everybody may see it.

    `household_name` is None without the household's consent. `readings` are those that were kept, `photos` those that
    may be shown. `corrections`: what its household set right later, oldest first.
    """

    id: int
    household_id: int
    household_name: str | None
    happened_at: datetime
    created_at: datetime
    plot_codes: tuple[str, ...]
    note: str
    weather: Weather | None
    work: tuple[Work, ...]
    water_temperature_c: float | None
    photos: tuple[int, ...]
    readings: tuple[ReadingRow, ...]
    edited: bool
    on_behalf: bool
    corrections: tuple[UpdateRow, ...] = ()

    @property
    def place(self) -> tuple[datetime, int]:
        """Where it stands in a list, newest first."""
        return self.happened_at, self.id


@dataclass(frozen=True, slots=True)
class OwnUpdate:
    """A post as its household and the workshop see it: withdrawn or hidden, with every photo and reading."""

    row: UpdateRow
    person_id: int
    corrects_id: int | None
    withdrawn_at: datetime | None
    hidden_at: datetime | None
    changeable_until: datetime
    can_change: bool
    can_correct: bool
    photos: tuple[PhotoState, ...]
    readings: tuple[ReadingRow, ...]


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """What a post said until somebody changed it."""

    made_at: datetime
    person_id: int
    before: dict[str, Any]
