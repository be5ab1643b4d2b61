"""Entries to test with, and the hand of somebody who goes around the software."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from cofu_adopt.core.registry import checks
from cofu_adopt.ledger.post import post_entry
from cofu_adopt.ledger.triggers import TABLES, create_statements, drop_statements


def capture(order: int, amount_fen: int = 19800, *, memo: str = "paid") -> int:
    """Post the money of an order, in a unit of work of its own, and return the entry's id."""
    with unit_of_work():
        return post_entry(
            f"payment:{order}:captured",
            [("Gateway:sandbox", amount_fen), (f"Prepaid:{order}", -amount_fen)],
            memo=memo,
            currency="cny",
        )


@contextmanager
def behind_the_softwares_back() -> Iterator[None]:
    """One unit of work without the triggers, which stand again afterwards."""
    dialect = "postgresql" if is_postgresql() else "sqlite"
    with unit_of_work():
        for statement in drop_statements(dialect):
            db.session.execute(text(statement))
        yield
        db.session.flush()
        for statement in create_statements(dialect):
            db.session.execute(text(statement))


def violated() -> dict[str, list[str]]:
    """The checks of the ledger that fail, with what they say."""
    with unit_of_work(writes=False):
        found = {name: list(check()) for name, check in checks().items() if name.startswith("ledger: ")}
    assert len(found) >= len(TABLES)
    return {name: words for name, words in found.items() if words}
