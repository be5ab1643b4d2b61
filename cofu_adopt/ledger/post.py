"""Post an entry: balanced, once per source, floors held."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cofu_adopt.core import clock
from cofu_adopt.core.db import db, is_postgresql
from cofu_adopt.ledger.chart import CHART, Floor
from cofu_adopt.ledger.errors import EntryConflict, EntryUnbalanced, FloorBroken, NotReversible, UnknownAccount
from cofu_adopt.ledger.models import JournalEntry, LedgerAccount, Posting

Line = tuple[str, int]
"""An account's code and an amount in fen: debit positive, credit negative."""


def post_entry(
    source: str,
    lines: Sequence[Line],
    *,
    memo: str,
    currency: str,
    effective_on: date | None = None,
    reverses_id: int | None = None,
) -> int:
    """Post an entry in the open unit of work and return its id.

    The same source with the same body is a no-op that returns the first entry's id. Raises EntryUnbalanced,
    EntryConflict, UnknownAccount, FloorBroken.
    """
    if len(lines) < 2 or sum(amount for _code, amount in lines) != 0 or any(amount == 0 for _code, amount in lines):  # noqa: PLR2004
        raise EntryUnbalanced(source)
    body = body_hash(source, lines, currency)
    before = _posted_before(source, body)
    if before is not None:
        return before
    accounts = {code: _account(code, currency) for code in sorted({code for code, _amount in lines})}
    narrow = sorted(
        (account for account in accounts.values() if account.floor != Floor.NONE), key=lambda account: account.id
    )
    for account in narrow:
        _lock(account)
    # Another may have posted it while this one waited for the accounts.
    before = _posted_before(source, body)
    if before is not None:
        return before
    entry = JournalEntry(
        source=source,
        body_hash=body,
        memo=memo,
        effective_on=effective_on or clock.today(),
        created_at=clock.now(),
        reverses_id=reverses_id,
    )
    db.session.add(entry)
    db.session.flush()
    db.session.add_all(
        Posting(entry_id=entry.id, account_id=accounts[code].id, amount_fen=amount) for code, amount in lines
    )
    db.session.flush()
    for account in narrow:
        _check_floor(account)
    return entry.id


def reverse_entry(source: str, *, of_source: str, memo: str) -> int:
    """Post the exact opposite of the entry `of_source`; the only correction there is, at most once an entry.

    Raises NotReversible when there is no such entry, it is itself a reversal, or another source has reversed it.
    """
    entry = db.session.scalar(select(JournalEntry).where(JournalEntry.source == of_source))
    if entry is None or entry.reverses_id is not None:
        raise NotReversible(of_source)
    other = db.session.scalar(select(JournalEntry.source).where(JournalEntry.reverses_id == entry.id))
    if other not in {None, source}:
        raise NotReversible(f"{of_source} is reversed by {other}")
    rows = db.session.execute(
        select(LedgerAccount.code, LedgerAccount.currency, Posting.amount_fen)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(Posting.entry_id == entry.id)
        .order_by(Posting.id)
    ).all()
    return post_entry(
        source,
        [(row.code, -row.amount_fen) for row in rows],
        memo=memo,
        currency=rows[0].currency,
        reverses_id=entry.id,
    )


def body_hash(source: str, lines: Sequence[Line], currency: str) -> str:
    """SHA-256 of the entry's canonical UTF-8 bytes: source, currency, and its lines in order."""
    body = json.dumps([source, currency, [list(line) for line in lines]], ensure_ascii=False, separators=(",", ":"))
    return sha256(body.encode()).hexdigest()


def _posted_before(source: str, body: str) -> int | None:
    found = db.session.execute(
        select(JournalEntry.id, JournalEntry.body_hash).where(JournalEntry.source == source)
    ).one_or_none()
    if found is not None and found.body_hash != body:
        raise EntryConflict(source)
    return None if found is None else int(found.id)


def _account(code: str, currency: str) -> LedgerAccount:
    root = CHART.get(code.partition(":")[0])
    if root is None:
        raise UnknownAccount(code)
    found = db.session.scalar(select(LedgerAccount).where(LedgerAccount.code == code))
    if found is None:
        insert = postgresql_insert if is_postgresql() else sqlite_insert
        db.session.execute(
            insert(LedgerAccount)
            .values(code=code, kind=root.kind, currency=currency, floor=root.floor)
            .on_conflict_do_nothing(index_elements=["code"])
        )
        found = db.session.scalars(select(LedgerAccount).where(LedgerAccount.code == code)).one()
    if found.currency != currency:
        raise EntryUnbalanced(f"{code} is kept in {found.currency}, not in {currency}")
    return found


def _lock(account: LedgerAccount) -> None:
    # NO KEY: postings' foreign keys take key-share locks, and a full lock would deadlock with them (PERFORMANCE.md).
    db.session.execute(select(LedgerAccount.id).where(LedgerAccount.id == account.id).with_for_update(key_share=True))


def _check_floor(account: LedgerAccount) -> None:
    total = db.session.scalar(
        select(func.coalesce(func.sum(Posting.amount_fen), 0)).where(Posting.account_id == account.id)
    )
    if breaks_floor(Floor(account.floor), total or 0):
        raise FloorBroken(f"{account.code} would stand at {total} fen")


def breaks_floor(floor: Floor, balance_fen: int) -> bool:
    """True when an account with this floor may not stand at `balance_fen`."""
    return (floor is Floor.NEVER_NEGATIVE and balance_fen < 0) or (floor is Floor.NEVER_POSITIVE and balance_fen > 0)
