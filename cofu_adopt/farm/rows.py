"""What other slices get of the sea: frozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cofu_adopt.farm.models import Species


@dataclass(frozen=True, slots=True)
class GridRow:
    """A square of the sea with the mean position of its plots and how many of its ropes are free."""

    id: int
    code: str
    longitude: float
    latitude: float
    rope_count: int
    free_count: int


@dataclass(frozen=True, slots=True)
class PublicHousehold:
    """What the public may see of a household: a name and story with consent, else only its village."""

    id: int
    village: str
    public_name: str | None
    story: str | None
    story_en: str | None

    @property
    def seal(self) -> str:
        """The one character on the family's seal; 枸 where the family is not named."""
        return self.public_name[0] if self.public_name else "枸"


@dataclass(frozen=True, slots=True)
class PlotRow:
    """A plot as pages show it."""

    id: int
    code: str
    grid_code: str
    inside_line: bool
    species: Species
    seeded_on: date
    rope_count: int
    free_count: int
    rope_length_m: Decimal
    insured: bool
    households: tuple[PublicHousehold, ...]
    latest: MeasurementRow | None


@dataclass(frozen=True, slots=True)
class MeasurementRow:
    """One measurement of a plot."""

    measured_on: date
    mean_shell_length_mm: float
    sample_count: int
    survival: float
    water_temperature_c: float | None


@dataclass(frozen=True, slots=True)
class StoryRow:
    """What a household tells about itself, for its own eyes and the operator's: consent or not."""

    id: int
    code: str
    head_name: str
    village: str
    public_name: str | None
    story: str | None
    story_en: str | None
    consents: bool


@dataclass(frozen=True, slots=True)
class RopeRow:
    """A rope and whether it is free this season."""

    number: int
    free: bool
