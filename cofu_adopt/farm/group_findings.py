"""Findings as a page shows them: grouped by file and kind of fault, the gravest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from cofu_adopt.farm.faults import Level
from cofu_adopt.farm.findings import Finding


@dataclass(frozen=True, slots=True)
class Group:
    """All findings of one kind of fault in one file; `accepted_count` of them are accepted."""

    findings: tuple[Finding, ...]
    accepted_count: int

    @property
    def name(self) -> str:
        """What a link calls it."""
        return f"{self.findings[0].kind}.{self.findings[0].code}"

    @property
    def level(self) -> Level:
        """What its findings do to the import."""
        return self.findings[0].level

    @property
    def title(self) -> Any:
        """What is wrong, in few words."""
        return self.findings[0].title

    @property
    def sheet(self) -> str:
        """The file."""
        return self.findings[0].sheet

    @property
    def waiting_count(self) -> int:
        """How many still wait for acceptance."""
        return len(self.findings) - self.accepted_count if self.level is Level.WARN else 0


def group_findings(findings: Iterable[Finding], accepted: Collection[str]) -> list[Group]:
    """The groups, those that block first, and within a level those that wait first."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.kind, finding.code), []).append(finding)
    made = [
        Group(tuple(sorted(found, key=lambda finding: finding.row)), sum(finding.id in accepted for finding in found))
        for found in groups.values()
    ]
    order = list(Level)
    return sorted(made, key=lambda group: (order.index(group.level), not group.waiting_count, group.name))


def choose_group(groups: list[Group], name: str | None) -> Group | None:
    """The group that was asked for, else the first: what blocks, or what waits."""
    return next((group for group in groups if group.name == name), groups[0] if groups else None)
