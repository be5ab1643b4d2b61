"""Import the workshop's files: preview what would change, then all or nothing. A second import updates."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import text

from cofu_adopt.core import audit, clock, patience
from cofu_adopt.core.db import db, is_postgresql
from cofu_adopt.farm.compare_season import Change, Comparison, Tally, compare, known_codes
from cofu_adopt.farm.errors import CannotAccept, ImportBlocked, ImportStale, WarningsNotAccepted
from cofu_adopt.farm.findings import Finding
from cofu_adopt.farm.read_season import read_season
from cofu_adopt.farm.season_input import SeasonInput, shift_season
from cofu_adopt.farm.sheet import SeasonFile
from cofu_adopt.farm.write_season import write_households, write_measurements, write_plots, write_shares

IMPORT_LOCK = 4_201
"""Any constant: the advisory lock that lets one import write at a time."""


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do. `shift_days`: by how many days all dates of the files were moved."""

    season: SeasonInput
    comparison: Comparison
    files: Mapping[str, SeasonFile]
    shift_days: int = 0

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

    @property
    def warning_ids(self) -> frozenset[str]:
        """The ids of the findings that a person has to accept."""
        return frozenset(finding.id for finding in self.findings if finding.needs_acceptance)

    @property
    def changes_nothing(self) -> bool:
        """True when everything is already stored as the files say."""
        return self.comparison.is_empty

    @property
    def fingerprint(self) -> str:
        """Changes when the import would do something else than this preview shows."""
        found = self.comparison
        shown = [
            {kind: asdict(tally) for kind, tally in found.tallies.items()},
            [[change.kind, change.code, change.fields] for change in found.changes],
            [found.added, found.absent],
            sorted(finding.id for finding in self.findings),
        ]
        return sha256(json.dumps(shown, sort_keys=True, default=str).encode()).hexdigest()


def preview_import(
    files: Mapping[str, SeasonFile],
    *,
    shift_days: int = 0,
    newest_on: date | None = None,
    absent: str = "file_missing",
) -> ImportPreview:
    """Read the files and compare them with what is stored; writes nothing.

    `shift_days` moves all dates; `newest_on` instead moves them so that the newest measurement falls on that day.
    `absent`: what a file that is not there is told as.
    """
    known = known_codes()
    if newest_on is None:
        latest = clock.today() - timedelta(days=shift_days)
        season = read_season(files, latest=latest, known=known, absent=absent)
    else:
        # How far the dates move is known only once they are read; after that none lies ahead of `newest_on`.
        season = read_season(files, latest=date.max, known=known, absent=absent)
        if season.measurements:
            shift_days = (newest_on - max(day for _code, day in season.measurements)).days
    if shift_days:
        season = shift_season(season, shift_days)
    return ImportPreview(season, compare(season), files, shift_days)


def check_acceptable(preview: ImportPreview, accepted: Collection[str]) -> None:
    """Raise CannotAccept when one of the ids is not a finding that waits for acceptance."""
    for one in accepted:
        if one not in preview.warning_ids:
            raise CannotAccept(id=one)


def commit_import(preview: ImportPreview, accepted: Collection[str] = ()) -> bool:
    """Write what the preview shows, in the open unit of work: all or nothing. False when there is nothing to write.

    Raises ImportBlocked; WarningsNotAccepted unless every warning's id is in `accepted`; ImportStale when what is
    stored has changed since the preview; RopesInUse when a rope that the file leaves out was adopted in this very
    moment or belongs to an order of the past.
    """
    if is_postgresql():
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": IMPORT_LOCK})
    patience.be_patient()
    season, now = preview.season, compare(preview.season)
    if preview.blocked or any(finding.blocks for finding in now.findings):
        raise ImportBlocked
    missing = preview.warning_ids - set(accepted)
    if missing:
        raise WarningsNotAccepted(count=len(missing))
    if now != preview.comparison:
        raise ImportStale
    if preview.changes_nothing:
        return False
    household_ids = write_households(season)
    plot_ids = write_plots(season)
    write_shares(season, household_ids, plot_ids)
    write_measurements(season, plot_ids)
    audit.record("farm.import", "season", "import", after=_record(preview))
    return True


def _record(preview: ImportPreview) -> dict[str, object]:
    """What the audit log keeps: counts, which files, and each finding that was accepted. No cell's content."""
    accepted = [finding for finding in preview.findings if finding.needs_acceptance]
    return {
        **{kind: asdict(tally) for kind, tally in preview.tallies.items()},
        "files": {
            kind: {"name": file.name, "sha256": sha256(file.content).hexdigest()}
            for kind, file in preview.files.items()
        },
        "accepted_counts": Counter(finding.code for finding in accepted),
        "accepted": [
            {"id": finding.id, "code": finding.code, "file": finding.kind, "row": finding.row, "column": finding.column}
            for finding in accepted
        ],
    }


def demo_newest_on() -> date:
    """The day on which the newest measurement of the demo season falls: three days ago."""
    return clock.today() - timedelta(days=3)
