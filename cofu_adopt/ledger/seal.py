"""A hash chain seals entries in batches: what is moved behind the software's back is found (MONEY.md, principles)."""

from __future__ import annotations

import json
from hashlib import sha256

from sqlalchemy import func, select, text

from cofu_adopt.core import clock
from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from cofu_adopt.ledger.models import JournalEntry, LedgerSeal
from cofu_adopt.ledger.queries import EntryRow, list_entries

GENESIS = "0" * 64
LOCK_KEY = 7_263_801
"""Any constant: the advisory lock that lets one sealer work at a time."""


def seal_entries() -> int:
    """Seal all entries that no open transaction can still precede; return how many. A transaction of its own.

    An entry's id is given before its commit. So on PostgreSQL the newest id is read first, and is only sealed up to
    when afterwards no other transaction holds a write lock on the table; else the next tick tries again.
    """
    with unit_of_work("ledger.seal"):
        if is_postgresql():
            free = db.session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
            if not free:
                return 0
        previous = db.session.scalar(select(LedgerSeal).order_by(LedgerSeal.id.desc()).limit(1))
        after = previous.up_to_entry_id if previous else 0
        newest = db.session.scalar(select(func.max(JournalEntry.id))) or 0
        if newest <= after or (is_postgresql() and not _nobody_writes()):
            return 0
        chain, count = chain_on(previous.chain_hash if previous else GENESIS, after, newest)
        db.session.add(LedgerSeal(up_to_entry_id=newest, entry_count=count, chain_hash=chain, sealed_at=clock.now()))
        return count


def chain_on(chain: str, after_id: int, up_to_id: int) -> tuple[str, int]:
    """Continue a chain hash over the entries in (after_id, up_to_id]; return it and their number."""
    count = 0
    for entry in list_entries(after_id=after_id, up_to_id=up_to_id):
        chain = sha256(f"{chain}\n{_canonical(entry)}".encode()).hexdigest()
        count += 1
    return chain, count


def _canonical(entry: EntryRow) -> str:
    return json.dumps(
        [
            entry.id,
            entry.source,
            entry.body_hash,
            entry.memo,
            entry.effective_on.isoformat(),
            entry.reverses_id,
            entry.currency,
            [list(line) for line in entry.lines],
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _nobody_writes() -> bool:
    # A transaction that has an entry's id holds a RowExclusiveLock on the table until it ends.
    writers = db.session.scalar(
        text(
            "SELECT count(*) FROM pg_locks WHERE relation = 'journal_entry'::regclass "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
            "AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()"
        )
    )
    return bool(writers == 0)
