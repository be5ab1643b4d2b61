"""The hash chain: it finds what nothing else can find."""

from __future__ import annotations

import threading

from beancount import loader
from flask import Flask
from sqlalchemy import select, text, update

from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from cofu_adopt.ledger.export import export_lines
from cofu_adopt.ledger.models import JournalEntry, LedgerAccount, LedgerSeal, Posting
from cofu_adopt.ledger.post import body_hash, post_entry
from cofu_adopt.ledger.seal import seal_entries
from tests.ledger.books import behind_the_softwares_back, capture, violated

CHAIN = "ledger: the hash chain holds"


def seals() -> list[tuple[int, int]]:
    with unit_of_work(writes=False):
        return [(row.up_to_entry_id, row.entry_count) for row in db.session.scalars(select(LedgerSeal))]


def test_entries_are_sealed_once_and_the_chain_goes_on(app: Flask) -> None:
    assert seal_entries() == 0
    capture(1)
    capture(2, memo='"é" 已付')
    assert seal_entries() == 2
    assert seal_entries() == 0
    capture(3)
    assert seal_entries() == 1
    assert seals() == [(2, 2), (3, 1)]
    assert violated() == {}


def test_a_posting_moved_to_another_order_is_found_only_by_the_chain(app: Flask) -> None:
    capture(1)
    capture(2)
    seal_entries()
    with behind_the_softwares_back():
        # A careful forger mends the entry's own hash too.
        other = db.session.scalars(select(LedgerAccount).where(LedgerAccount.code == "Prepaid:2")).one()
        entry = db.session.scalars(select(JournalEntry).where(JournalEntry.source == "payment:1:captured")).one()
        db.session.execute(
            update(Posting).where(Posting.entry_id == entry.id, Posting.amount_fen < 0).values(account_id=other.id)
        )
        lines = [("Gateway:sandbox", 19800), ("Prepaid:2", -19800)]
        entry.body_hash = body_hash(entry.source, lines, "cny")
    assert violated() == {CHAIN: ["entries 1 to 2 are not as they were sealed"]}
    with unit_of_work(writes=False):
        book = "\n".join(export_lines("beancount")) + "\n"
    assert loader.load_string(book)[1] == []


def test_a_careless_one_is_found_by_the_entrys_own_hash(app: Flask) -> None:
    capture(1)
    with behind_the_softwares_back():
        db.session.execute(update(Posting).values(amount_fen=Posting.amount_fen * 2))
    assert list(violated()) == [
        "ledger: each entry balances, has two legs or more, no zero leg, and the body that was hashed"
    ]


def test_a_changed_memo_or_day_and_a_lost_entry_are_found(app: Flask) -> None:
    for order in (1, 2, 3):
        capture(order)
    seal_entries()
    for change in (
        "UPDATE journal_entry SET memo = 'other' WHERE id = 1",
        "UPDATE journal_entry SET effective_on = '2020-01-01' WHERE id = 1",
        "DELETE FROM posting WHERE entry_id = 3",
        "DELETE FROM journal_entry WHERE id = 3",
    ):
        with behind_the_softwares_back():
            db.session.execute(text(change))
        assert CHAIN in violated(), change


def test_a_trigger_that_was_taken_away_is_missed(app: Flask) -> None:
    assert violated() == {}
    name = "posting_append_only ON posting" if is_postgresql() else "posting_no_update"
    with unit_of_work():
        db.session.execute(text(f"DROP TRIGGER {name}"))
    try:
        assert violated() == {
            "ledger: the triggers that refuse changes are in place": ["posting has no trigger against changes"]
        }
    finally:
        if is_postgresql():
            with unit_of_work():
                db.session.execute(
                    text(
                        "CREATE TRIGGER posting_append_only BEFORE UPDATE OR DELETE ON posting "
                        "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_books()"
                    )
                )


def test_nothing_is_sealed_while_an_earlier_entry_may_still_come(app: Flask) -> None:
    # On SQLite there is one writer: while it writes, sealing would have to wait for it.
    if not is_postgresql():
        return
    capture(5)
    given, done = threading.Event(), threading.Event()

    def slow() -> None:
        with app.app_context(), unit_of_work():
            post_entry("slow", [("Gateway:sandbox", 1), ("Prepaid:9", -1)], memo="", currency="cny")
            given.set()
            done.wait(timeout=30)

    writer = threading.Thread(target=slow)
    writer.start()
    try:
        assert given.wait(timeout=30)
        capture(1)
        assert seal_entries() == 0
    finally:
        done.set()
        writer.join(timeout=30)
    assert seal_entries() == 3
    assert violated() == {}
