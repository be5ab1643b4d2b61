"""Posting, and the triggers that keep the books append-only."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.ledger.errors import EntryConflict, EntryUnbalanced, FloorBroken
from cofu_adopt.ledger.post import post_entry
from cofu_adopt.ledger.queries import balance

LINES = [("Gateway:sandbox", 19800), ("Prepaid:1", -19800)]


def test_the_same_source_is_posted_once_and_another_body_refused(app: Flask) -> None:
    with unit_of_work():
        first = post_entry("payment:1:captured", LINES, memo="paid", currency="cny")
    with unit_of_work():
        assert post_entry("payment:1:captured", LINES, memo="paid", currency="cny") == first
        assert balance("Prepaid:1") == -19800
    with pytest.raises(EntryConflict), unit_of_work():
        post_entry("payment:1:captured", [("Gateway:sandbox", 1), ("Prepaid:1", -1)], memo="", currency="cny")


def test_unbalanced_and_floor_breaking_entries_are_refused(app: Flask) -> None:
    with pytest.raises(EntryUnbalanced), unit_of_work():
        post_entry("a", [("Gateway:sandbox", 2), ("Prepaid:1", -1)], memo="", currency="cny")
    with pytest.raises(FloorBroken), unit_of_work():
        post_entry("b", [("Prepaid:1", 1), ("RefundDue:1", -1)], memo="", currency="cny")


@pytest.mark.parametrize(
    "change", ["UPDATE posting SET amount_fen = 1", "DELETE FROM posting", "DELETE FROM journal_entry"]
)
def test_the_database_refuses_changes_of_the_books(app: Flask, change: str) -> None:
    with unit_of_work():
        post_entry("payment:1:captured", LINES, memo="paid", currency="cny")
    with pytest.raises(DBAPIError, match="append-only"), unit_of_work():
        db.session.execute(text(change))
