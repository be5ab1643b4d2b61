"""The outbox: messages for the outside are rows of the transaction that caused them, sent after its commit.

Column names follow Debezium's outbox event router (id, aggregatetype, aggregateid, type, payload).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy import JSON, ColumnElement, Index, String, Text, func, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core import clock, crash, metrics
from cofu_adopt.core.crypto import decrypt, encrypt
from cofu_adopt.core.db import Base, db, is_postgresql, unit_of_work
from cofu_adopt.core.logs import in_one_line

CLAIM_SECONDS = 120
LONGEST_BACKOFF = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=1, hours=1)
"""Nobody's quiet hours are longer."""
LEAST_TRIES = 8
"""Nothing is given up before, however old: nobody may have been there to try."""
LONGEST_TRYING = timedelta(days=5)
"""Source: RFC 5321, 4.5.4.1: a mail is given up after four to five days."""
LONGEST_REFUSAL = timedelta(days=1)
"""What is refused for good is tried for so long all the same: the mistake may be ours, and be mended."""
log = structlog.get_logger()


WAITING = "sent_at IS NULL AND given_up_at IS NULL"
GIVEN_UP = "given_up_at IS NOT NULL"


class OutboxRow(Base):
    """One message. `secret` holds what may not lie in clear text (a phone number, a sign-in code), encrypted."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_waiting",
            "next_try_at",
            postgresql_where=text(WAITING),
            sqlite_where=text(WAITING),
        ),
        Index(
            "ix_outbox_given_up",
            "given_up_at",
            postgresql_where=text(GIVEN_UP),
            sqlite_where=text(GIVEN_UP),
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    aggregatetype: Mapped[str] = mapped_column(String(40))
    aggregateid: Mapped[str] = mapped_column(String(64))
    type: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    secret: Mapped[str | None] = mapped_column(Text)
    fact: Mapped[str | None] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    last_error: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class Message:
    """A claimed outbox row, as a sender sees it. `id` is stable: give it to the outside as its idempotency key."""

    id: str
    type: str
    payload: dict[str, Any]
    secret: str | None
    tries: int
    created_at: datetime


Send = Callable[[Message], None]


class Later(Exception):
    """Raised by a sender: not now, but `at` (somebody sleeps). It counts as no try."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at.isoformat())
        self.at = at


class RefusedForGood(Exception):
    """The base of what a sender raises when the outside says that it will never take this."""


class TooOld(Exception):
    """Raised by a sender: it is of no use to anybody any more, and is given up at once."""


def is_waiting() -> ColumnElement[bool]:
    """The condition: a message that is neither sent nor given up."""
    return OutboxRow.sent_at.is_(None) & OutboxRow.given_up_at.is_(None)


def put(
    type: str,  # noqa: A002 - Debezium's column name
    payload: dict[str, Any],
    *,
    aggregatetype: str,
    aggregateid: object,
    fact: str | None = None,
    secret: str | None = None,
) -> None:
    """Queue a message within the open unit of work. The same `fact` is queued once, however often it is told."""
    if fact is not None and db.session.scalar(select(OutboxRow.id).where(OutboxRow.fact == fact)):
        return
    now = clock.now()
    db.session.add(
        OutboxRow(
            id=str(uuid4()),
            aggregatetype=aggregatetype,
            aggregateid=str(aggregateid),
            type=type,
            payload=payload,
            secret=None if secret is None else encrypt(secret),
            fact=fact,
            created_at=now,
            next_try_at=now,
        )
    )
    db.session.flush()


def deliver(senders: Mapping[str, Send], *, addressed: bool | None = None, limit: int = 50) -> int:
    """Claim waiting messages and send each with the sender of its type, oldest first; return how many were claimed.

    `addressed`: only those that carry their own address (codes, receipts), or only the others (notes to many).

    What has been tried for days is given up: it stays on the desk's list for a while (core/stuck.py).
    At least once: a process that dies after sending sends again after the claim, under the same message id.
    What a slow outside leaves no time for within the claim is not begun: it comes back when the claim is over.
    """
    with unit_of_work("outbox.claim"):
        messages = _claim(list(senders), addressed=addressed, limit=limit)
    began = clock.stopwatch()
    for message in messages:
        if clock.stopwatch() - began > CLAIM_SECONDS / 2:
            break
        try:
            with crash.around(f"outbox.{message.type}"):
                senders[message.type](message)
        except Later as later:
            values: dict[str, Any] = {"claimed_until": None, "next_try_at": later.at, "tries": 0}
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the message must come back
            log.warning("outbox.failed", type=message.type, id=message.id, error=type(error).__name__)
            values = _after_failure(message, error)
        else:
            values = {"sent_at": clock.now(), "secret": None, "last_error": None}
        with unit_of_work("outbox.sent"):
            db.session.execute(update(OutboxRow).where(OutboxRow.id == message.id).values(**values))
        metrics.MESSAGES.labels(message.type, _outcome(values)).inc()
    return len(messages)


def _after_failure(message: Message, error: Exception) -> dict[str, Any]:
    now = clock.now()
    values: dict[str, Any] = {"claimed_until": None}
    if not isinstance(error, TooOld):
        # Else what was in the way before stays.
        values["last_error"] = in_one_line(error)
    longest = LONGEST_REFUSAL if isinstance(error, RefusedForGood) else LONGEST_TRYING
    pause = min(timedelta(seconds=5 * 2 ** min(message.tries, 12)), LONGEST_BACKOFF)
    is_over = message.tries >= LEAST_TRIES and now + pause > message.created_at + longest
    if isinstance(error, TooOld) or is_over:
        return values | {"given_up_at": now, "secret": None}
    return values | {"next_try_at": now + pause}


def _outcome(values: Mapping[str, Any]) -> str:
    outcomes = {"sent_at": "sent", "given_up_at": "given_up", "last_error": "failed"}
    return next((outcome for name, outcome in outcomes.items() if name in values), "later")


def recall() -> int:
    """Bring back what a clock that ran ahead put off; return how many messages. A transaction of its own."""
    now = clock.now()
    too_long = OutboxRow.claimed_until > now + 2 * timedelta(seconds=CLAIM_SECONDS)
    was_tried = (OutboxRow.tries > 0) | (OutboxRow.created_at > now)
    too_late = OutboxRow.claimed_until.is_(None) & (
        (was_tried & (OutboxRow.next_try_at > now + LONGEST_BACKOFF)) | (OutboxRow.next_try_at > now + LONGEST_WAIT)
    )
    with unit_of_work():
        recalled = db.session.execute(
            update(OutboxRow)
            .where(is_waiting(), too_long | too_late)
            .values(claimed_until=None, next_try_at=now)
            .execution_options(synchronize_session=False)
        )
    return int(recalled.rowcount)  # type: ignore[attr-defined]


def _claim(types: list[str], *, addressed: bool | None, limit: int) -> list[Message]:
    now = clock.now()
    free = (
        is_waiting()
        & (OutboxRow.next_try_at <= now)
        & (OutboxRow.claimed_until.is_(None) | (OutboxRow.claimed_until <= now))
    )
    picked = select(OutboxRow.id).where(free, OutboxRow.type.in_(types)).order_by(OutboxRow.next_try_at).limit(limit)
    if addressed is not None:
        picked = picked.where(OutboxRow.secret.is_not(None) if addressed else OutboxRow.secret.is_(None))
    if is_postgresql():
        # Evaluated once, as in due.claim().
        picked = select(picked.with_for_update(skip_locked=True).cte("picked").c.id)
    rows = db.session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(picked.scalar_subquery()), free)
        .values(claimed_until=now + timedelta(seconds=CLAIM_SECONDS), tries=OutboxRow.tries + 1)
        .returning(
            OutboxRow.id,
            OutboxRow.type,
            OutboxRow.payload,
            OutboxRow.secret,
            OutboxRow.tries,
            OutboxRow.created_at,
            OutboxRow.next_try_at,
        )
        .execution_options(synchronize_session=False)
    )
    return [
        Message(row.id, row.type, row.payload, decrypt(row.secret) if row.secret else None, row.tries, row.created_at)
        for row in sorted(rows, key=lambda row: (row.next_try_at, row.id))
    ]


def count_waiting() -> int:
    """How many messages are not sent yet."""
    return db.session.scalar(select(func.count()).where(is_waiting())) or 0


def oldest_age_seconds() -> float:
    """The age of the oldest message that is not sent yet, in seconds; 0 when all are sent."""
    oldest = db.session.scalar(select(func.min(OutboxRow.created_at)).where(is_waiting()))
    return max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0
