"""The workshop's three files once they are understood: plain records, no database."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from cofu_adopt.farm.findings import Finding
from cofu_adopt.farm.models import Species


@dataclass(frozen=True, slots=True)
class HouseholdInput:
    """A row of 养殖户名册. `row` is its number in the file."""

    code: str
    head_name: str
    village: str
    phone: str = field(repr=False)
    family_size: int
    low_income: bool = field(repr=False)
    bank_name: str
    bank_clearing_code: str
    bank_account: str = field(repr=False)
    payee_name: str
    joined_on: date
    row: int = field(compare=False)

    def values(self) -> dict[str, Any]:
        """What is stored, by column of the table."""
        return {name: getattr(self, name) for name in HouseholdInput.__slots__ if name != "row"}


@dataclass(frozen=True, slots=True)
class PlotInput:
    """A row of 桁地台账; `shares` are weights by household code."""

    code: str
    grid_code: str
    inside_line: bool
    shares: dict[str, int]
    species: Species
    seeded_on: date
    rope_count: int
    rope_length_m: Decimal
    insurance_number: str | None
    longitude: Decimal
    latitude: Decimal
    row: int = field(compare=False)

    def values(self) -> dict[str, Any]:
        """What is stored on the plot itself, by column of the table."""
        apart = {"code", "grid_code", "shares", "row"}
        return {name: getattr(self, name) for name in PlotInput.__slots__ if name not in apart}


@dataclass(frozen=True, slots=True)
class MeasurementInput:
    """A row of the measurements."""

    plot_code: str
    measured_on: date
    mean_shell_length_mm: Decimal
    sample_count: int
    survival: Decimal
    water_temperature_c: Decimal | None
    row: int = field(compare=False)

    def values(self) -> dict[str, Any]:
        """What is stored beside plot and day, by column of the table."""
        names = ("mean_shell_length_mm", "sample_count", "survival", "water_temperature_c")
        return {name: getattr(self, name) for name in names}


@dataclass(slots=True)
class SeasonInput:
    """Everything that was understood, and every remark.

    `names` are the names of the files that were handed in, by kind; `unread` are those kinds that could not be used at
    all; `listed` are the codes that each file lists, also in rows that are refused. `by_phone` and `by_card` are the
    households that were understood, the first one where a card is there twice.
    """

    households: dict[str, HouseholdInput] = field(default_factory=dict)
    plots: dict[str, PlotInput] = field(default_factory=dict)
    measurements: dict[tuple[str, date], MeasurementInput] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    listed: dict[str, set[str]] = field(default_factory=dict)
    by_phone: dict[str, HouseholdInput] = field(default_factory=dict, repr=False, compare=False)
    by_card: dict[str, HouseholdInput] = field(default_factory=dict, repr=False, compare=False)

    @property
    def blocked(self) -> bool:
        """True when a finding blocks the import."""
        return any(finding.blocks for finding in self.findings)


def shift_season(season: SeasonInput, days: int) -> SeasonInput:
    """The season with every date moved by `days`, so that a demo season is always fresh."""
    by = timedelta(days=days)
    return SeasonInput(
        households={code: replace(row, joined_on=row.joined_on + by) for code, row in season.households.items()},
        plots={code: replace(row, seeded_on=row.seeded_on + by) for code, row in season.plots.items()},
        measurements={
            (code, day + by): replace(row, measured_on=day + by) for (code, day), row in season.measurements.items()
        },
        findings=season.findings,
        names=season.names,
        unread=season.unread,
        listed=season.listed,
    )
