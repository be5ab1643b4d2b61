"""What must hold in the books, as checks of `flask verify`. Source: MONEY.md, invariants."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import case, func, select, text

from cofu_adopt.core.db import db, is_postgresql
from cofu_adopt.core.registry import check
from cofu_adopt.ledger.chart import Floor
from cofu_adopt.ledger.models import JournalEntry, LedgerAccount, LedgerSeal, Posting
from cofu_adopt.ledger.post import body_hash, breaks_floor
from cofu_adopt.ledger.queries import list_entries
from cofu_adopt.ledger.seal import GENESIS, chain_on
from cofu_adopt.ledger.triggers import TABLES


@check("ledger: all postings add up to zero in each currency")
def sum_is_zero() -> Iterator[str]:
    """The whole book balances."""
    rows = db.session.execute(
        select(LedgerAccount.currency, func.sum(Posting.amount_fen))
        .join(Posting, Posting.account_id == LedgerAccount.id)
        .group_by(LedgerAccount.currency)
    )
    for currency, total in rows:
        if total:
            yield f"{currency}: {total} fen too much"


@check("ledger: each entry balances, has two legs or more, no zero leg, and the body that was hashed")
def entries_hold() -> Iterator[str]:
    """Each entry by itself."""
    for entry in list_entries():
        amounts = [amount for _code, amount in entry.lines]
        if len(amounts) < 2 or sum(amounts) != 0 or 0 in amounts:  # noqa: PLR2004 - two legs
            yield f"entry {entry.id} ({entry.source}): {amounts}"
        elif body_hash(entry.source, entry.lines, entry.currency) != entry.body_hash:
            yield f"entry {entry.id} ({entry.source}): its lines are not those that were posted"


@check("ledger: a reversal is the exact opposite of one entry")
def reversals_hold() -> Iterator[str]:
    """Reversals mirror what they reverse."""
    # Leg by leg: in each account, legs of one size are as many in both entries and cancel out.
    leg = case((Posting.entry_id == JournalEntry.id, 1), else_=-1)
    astray = (
        select(JournalEntry.id)
        .join(Posting, Posting.entry_id.in_((JournalEntry.id, JournalEntry.reverses_id)))
        .where(JournalEntry.reverses_id.is_not(None))
        .group_by(JournalEntry.id, Posting.account_id, func.abs(Posting.amount_fen))
        .having((func.sum(Posting.amount_fen) != 0) | (func.sum(leg) != 0))
    )
    rows = db.session.execute(
        select(JournalEntry.id, JournalEntry.source, JournalEntry.reverses_id)
        .where(JournalEntry.id.in_(astray))
        .order_by(JournalEntry.id)
    )
    for entry_id, source, reverses_id in rows:
        yield f"entry {entry_id} ({source}) does not reverse entry {reverses_id}"


@check("ledger: narrow accounts keep their floors")
def floors_hold() -> Iterator[str]:
    """No narrow asset below zero, no narrow liability above."""
    rows = db.session.execute(
        select(LedgerAccount.code, LedgerAccount.floor, func.sum(Posting.amount_fen))
        .join(Posting, Posting.account_id == LedgerAccount.id)
        .where(LedgerAccount.floor != Floor.NONE)
        .group_by(LedgerAccount.id, LedgerAccount.code, LedgerAccount.floor)
    )
    for code, floor, total in rows:
        if breaks_floor(Floor(floor), total):
            yield f"{code} stands at {total} fen"


@check("ledger: the hash chain holds")
def chain_holds() -> Iterator[str]:
    """Sealed entries are as they were sealed."""
    chain, after = GENESIS, 0
    seals = db.session.execute(
        select(LedgerSeal.up_to_entry_id, LedgerSeal.entry_count, LedgerSeal.chain_hash).order_by(LedgerSeal.id)
    ).all()
    for up_to, kept_count, kept_hash in seals:
        chain, count = chain_on(chain, after, up_to)
        if chain != kept_hash or count != kept_count:
            yield f"entries {after + 1} to {up_to} are not as they were sealed"
            return
        after = up_to


@check("ledger: the triggers that refuse changes are in place")
def triggers_stand() -> Iterator[str]:
    """Nobody has taken the guard away."""
    if is_postgresql():
        query = (
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgenabled = 'O' AND p.proname = 'refuse_change_of_books'"
        )
        needed = 1
    else:
        query = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'"
        needed = 2
    found = list(db.session.scalars(text(query)))
    for table in TABLES:
        if found.count(table) < needed:
            yield f"{table} has no trigger against changes"


@check("ledger: every entry has postings of its own")
def no_stray_postings() -> Iterator[str]:
    """No posting without an entry."""
    stray = db.session.scalar(
        select(func.count()).select_from(Posting).where(Posting.entry_id.not_in(select(JournalEntry.id)))
    )
    if stray:
        yield f"{stray} postings without an entry"
