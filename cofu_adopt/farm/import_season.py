"""Import the workshop's files: preview what would change, then all or nothing. A second import updates."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import text

from cofu_adopt.core import audit, clock, patience
from cofu_adopt.core.db import db, is_postgresql
from cofu_adopt.farm.compare_season import Change, Comparison, Tally, compare
from cofu_adopt.farm.errors import ImportBlocked, ImportStale
from cofu_adopt.farm.findings import Finding
from cofu_adopt.farm.read_season import read_season
from cofu_adopt.farm.season_input import SeasonInput, shift_season
from cofu_adopt.farm.write_season import write_households, write_measurements, write_plots, write_shares

IMPORT_LOCK = 4_201
"""Any constant: the advisory lock that lets one import write at a time."""


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do."""

    season: SeasonInput
    comparison: Comparison

    @property
    def tallies(self) -> dict[str, Tally]:
        """New, changed and same, by kind."""
        return self.comparison.tallies

    @property
    def changes(self) -> list[Change]:
        """What would change in what is stored."""
        return self.comparison.changes

    @property
    def findings(self) -> list[Finding]:
        """All remarks: about the files, and about them beside what is stored."""
        return self.season.findings + self.comparison.findings

    @property
    def blocked(self) -> bool:
        """True when a finding blocks the import."""
        return any(finding.blocks for finding in self.findings)


def preview_import(directory: Path, *, shift_days: int = 0, newest_on: date | None = None) -> ImportPreview:
    """Read the files and compare them with what is stored; writes nothing.

    `shift_days` moves all dates; `newest_on` instead moves them so that the newest measurement falls on that day.
    """
    if newest_on is None:
        season = read_season(directory, latest=clock.today() - timedelta(days=shift_days))
    else:
        # How far the dates move is known only once they are read; after that none lies ahead of `newest_on`.
        season = read_season(directory, latest=date.max)
        if season.measurements:
            shift_days = (newest_on - max(day for _code, day in season.measurements)).days
    if shift_days:
        season = shift_season(season, shift_days)
    return ImportPreview(season, compare(season))


def commit_import(preview: ImportPreview) -> None:
    """Write what the preview shows, in the open unit of work: all or nothing.

    Raises ImportBlocked; ImportStale when what is stored has changed since the preview; RopesInUse when a rope that
    the file leaves out was adopted in this very moment or belongs to an order of the past.
    """
    if is_postgresql():
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": IMPORT_LOCK})
    patience.be_patient()
    season, now = preview.season, compare(preview.season)
    if preview.blocked or any(finding.blocks for finding in now.findings):
        raise ImportBlocked
    if now != preview.comparison:
        raise ImportStale
    household_ids = write_households(season)
    plot_ids = write_plots(season)
    write_shares(season, household_ids, plot_ids)
    write_measurements(season, plot_ids)
    audit.record(
        "farm.import",
        "season",
        "import",
        after={kind: asdict(tally) for kind, tally in preview.tallies.items()},
    )


def demo_newest_on() -> date:
    """The day on which the newest measurement of the demo season falls: three days ago."""
    return clock.today() - timedelta(days=3)
