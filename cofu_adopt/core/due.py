"""Work that is due is a row, claimed atomically. Any number of workers may run; each row has one effect."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import (
    ColumnElement,
    Index,
    String,
    Text,
    UniqueConstraint,
    cast,
    delete,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from cofu_adopt.core import clock, metrics
from cofu_adopt.core.db import Base, db, id_column, is_postgresql, unit_of_work
from cofu_adopt.core.logs import in_one_line

CLAIM_SECONDS = 120
LONGEST_BACKOFF = timedelta(hours=1)
log = structlog.get_logger()


class DueRow(Base):
    """Something to do at `due_at`. It is deleted in the transaction that did it."""

    __tablename__ = "due_row"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "period", name="uq_due_row_kind_subject_period"),
        Index("ix_due_row_due_at", "due_at"),
    )

    id: Mapped[int] = id_column()
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(64))
    period: Mapped[str] = mapped_column(String(20), default="", server_default="")
    due_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    last_error: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class Due:
    """A claimed row, as a handler sees it."""

    id: int
    kind: str
    subject: str
    period: str
    tries: int
    claimed_until: datetime


class NotYet(Exception):
    """Raised by a handler: what it waits for has not happened; the row comes back after a growing pause."""


class ClaimLost(Exception):
    """Another worker has claimed the row since; what was done here is rolled back."""


@dataclass(frozen=True, slots=True)
class Handler:
    """What to do with a kind of due row.

    With `own_transactions` it opens its own units of work and may call outside; it must then be resumable, because
    the row is only deleted after it returned.
    """

    run: Callable[[Due], None]
    own_transactions: bool = False


def declare(kind: str, subject: object, due_at: datetime, *, period: str = "") -> None:
    """Make `kind` due for `subject` at `due_at`; if it is already declared, move it there."""
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    statement = insert(DueRow).values(kind=kind, subject=str(subject), period=period, due_at=due_at, tries=0)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["kind", "subject", "period"],
            set_={"due_at": due_at, "claimed_until": None, "tries": 0, "last_error": None},
        )
    )


def declare_missing(kind: str, subjects: Collection[object], due_at: datetime) -> int:
    """Make `kind` due for those of `subjects` that have no row, and leave the others as they are; return how many."""
    if not subjects:
        return 0
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    rows = [{"kind": kind, "subject": str(one), "period": "", "due_at": due_at, "tries": 0} for one in subjects]
    missing = insert(DueRow).values(rows).on_conflict_do_nothing(index_elements=["kind", "subject", "period"])
    return len(db.session.scalars(missing.returning(DueRow.id)).all())


def has_row(kind: str, subject: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The condition, for another statement, that `kind` is declared for its column `subject`."""
    return exists().where(DueRow.kind == kind, DueRow.subject == cast(subject, String))


def withdraw(kind: str, subject: object, *, period: str = "") -> None:
    """It is no longer due; fine if it never was."""
    db.session.execute(
        delete(DueRow).where(DueRow.kind == kind, DueRow.subject == str(subject), DueRow.period == period)
    )


def claim(kinds: list[str], *, limit: int = 20) -> list[Due]:
    """Claim up to `limit` rows that are due and nobody else has, oldest first. Needs an open writing unit of work."""
    now = clock.now()
    free = (DueRow.due_at <= now) & ((DueRow.claimed_until.is_(None)) | (DueRow.claimed_until <= now))
    picked = select(DueRow.id).where(DueRow.kind.in_(kinds), free).order_by(DueRow.due_at, DueRow.id).limit(limit)
    if is_postgresql():
        # As a CTE that locks, it is evaluated once; as a subquery it may be asked again, and skip what it has locked.
        picked = select(picked.with_for_update(skip_locked=True).cte("picked").c.id)
    until = now + timedelta(seconds=CLAIM_SECONDS)
    rows = db.session.execute(
        update(DueRow)
        .where(DueRow.id.in_(picked.scalar_subquery()), free)
        .values(claimed_until=until, tries=DueRow.tries + 1)
        .returning(DueRow.id, DueRow.due_at, DueRow.kind, DueRow.subject, DueRow.period, DueRow.tries)
        .execution_options(synchronize_session=False)
    )
    oldest_first = sorted(rows, key=lambda row: (row.due_at, row.id))
    return [Due(row.id, row.kind, row.subject, row.period, row.tries, until) for row in oldest_first]


def finish(due: Due) -> None:
    """Delete the claimed row. Raises ClaimLost when the claim ran out and another worker took it."""
    if not _let_go(due):
        raise ClaimLost


def _let_go(due: Due) -> bool:
    deleted = db.session.execute(delete(DueRow).where(DueRow.id == due.id, DueRow.claimed_until == due.claimed_until))
    return bool(deleted.rowcount)  # type: ignore[attr-defined]


def run_due(handlers: Mapping[str, Handler], *, limit: int = 20) -> int:
    """Claim what is due and do it, each row in its own transaction; return how many rows were claimed.

    A row whose handler fails keeps its error and comes back after a growing pause (at most an hour).
    """
    with unit_of_work("due.claim"):
        claimed = claim(list(handlers), limit=limit)
    for due in claimed:
        handler = handlers[due.kind]
        try:
            if handler.own_transactions:
                handler.run(due)
                with unit_of_work(f"due.{due.kind}.finish"):
                    # The handler may have withdrawn the row itself, or declared it anew: both are fine.
                    _let_go(due)
            else:
                with unit_of_work(f"due.{due.kind}"):
                    handler.run(due)
                    finish(due)
            outcome = "done"
        except ClaimLost:
            outcome = "lost"
            log.warning("due.claim_lost", kind=due.kind, subject=due.subject)
        except NotYet:
            outcome = "waiting"
            with unit_of_work("due.put_back"):
                _put_back(due, None)
        except Exception as error:
            outcome = "failed"
            log.exception("due.failed", kind=due.kind, subject=due.subject, tries=due.tries)
            with unit_of_work("due.put_back"):
                _put_back(due, error)
        metrics.DUE_ROWS.labels(due.kind, outcome).inc()
    return len(claimed)


def recall() -> int:
    """Bring back what a clock that ran ahead put off; return how many rows. A transaction of its own.

    With a right clock no claim lasts longer than CLAIM_SECONDS, and no tried row waits longer than LONGEST_BACKOFF.
    A claim that is taken away costs nothing: whoever still works on it loses it when finishing.
    """
    now = clock.now()
    too_long = DueRow.claimed_until > now + 2 * timedelta(seconds=CLAIM_SECONDS)
    too_late = (DueRow.tries > 0) & DueRow.claimed_until.is_(None) & (DueRow.due_at > now + LONGEST_BACKOFF)
    with unit_of_work():
        recalled = db.session.execute(
            update(DueRow)
            .where(too_long | too_late)
            .values(claimed_until=None, due_at=now)
            .execution_options(synchronize_session=False)
        )
    return int(recalled.rowcount)  # type: ignore[attr-defined]


def _put_back(due: Due, error: Exception | None) -> None:
    """Let the row come back after a pause, with what went wrong; None: it only waits."""
    pause = min(timedelta(seconds=5 * 2 ** min(due.tries, 12)), LONGEST_BACKOFF)
    db.session.execute(
        update(DueRow)
        .where(DueRow.id == due.id, DueRow.claimed_until == due.claimed_until)
        .values(due_at=clock.now() + pause, claimed_until=None, last_error=error and in_one_line(error))
    )


def oldest_age_seconds() -> float:
    """How long the oldest due row has been waiting, in seconds; 0 when nothing is due."""
    oldest = db.session.scalar(select(func.min(DueRow.due_at)))
    return max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0


def count_waiting() -> int:
    """How many rows are due by now."""
    return db.session.scalar(select(func.count()).where(DueRow.due_at <= clock.now())) or 0
