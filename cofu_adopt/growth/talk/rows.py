"""What pages and programs get of what was said: frozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cofu_adopt.growth.talk.models import ReportReason, Side


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A comment as all see it who may. `name`: a nickname, or what the public calls the household; None: neither."""

    id: int
    update_id: int
    side: Side
    name: str | None
    is_mine: bool
    words: str
    created_at: datetime
    answers: tuple[CommentRow, ...] = ()


@dataclass(frozen=True, slots=True)
class PostTalk:
    """What a rope's page shows under a post: its cheers, and its newest questions."""

    cheer_count: int = 0
    cheered: bool = False
    question_count: int = 0
    questions: tuple[CommentRow, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report, for the workshop."""

    reason: ReportReason
    note: str
    person_id: int
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class ModerationRow:
    """A comment for the workshop: also hidden or deleted, with who wrote and who reported it."""

    id: int
    update_id: int
    parent_id: int | None
    side: Side
    person_id: int
    words: str
    created_at: datetime
    deleted_at: datetime | None
    hidden_at: datetime | None
    checked_at: datetime | None
    reports: tuple[ReportRow, ...]

    @property
    def is_reported(self) -> bool:
        """True while a report waits."""
        return any(one.settled_at is None for one in self.reports)
