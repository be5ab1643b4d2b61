"""A reversal is the only correction, and there is one at most."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.ledger.errors import NotReversible
from cofu_adopt.ledger.post import post_entry, reverse_entry
from cofu_adopt.ledger.queries import balance, list_entries
from tests.ledger.books import behind_the_softwares_back, capture, violated

CHECK = "ledger: a reversal is the exact opposite of one entry"
SOURCE = "payment:1:captured"


def reverse(source: str, of_source: str = SOURCE) -> int:
    with unit_of_work():
        return reverse_entry(source, of_source=of_source, memo="undone")


def test_it_is_the_exact_opposite_and_said_again_it_is_the_same(app: Flask) -> None:
    first = capture(1)
    undone = reverse("payment:1:undone")
    assert reverse("payment:1:undone") == undone
    with unit_of_work(writes=False):
        assert (balance("Gateway:sandbox"), balance("Prepaid:1")) == (0, 0)
        entries = list(list_entries())
    assert [(entry.id, entry.reverses_id) for entry in entries] == [(first, None), (undone, first)]
    assert entries[1].lines == tuple((code, -amount) for code, amount in entries[0].lines)
    assert violated() == {}


def test_nothing_is_reversed_twice_or_back_or_from_nothing(app: Flask) -> None:
    capture(1)
    reverse("payment:1:undone")
    for source, of_source in (("again", SOURCE), ("back", "payment:1:undone"), ("x", "no such entry")):
        with pytest.raises(NotReversible):
            reverse(source, of_source)
    with unit_of_work(writes=False):
        assert balance("Prepaid:1") == 0


@pytest.mark.parametrize(
    "lines",
    [
        [("Gateway:sandbox", -19800), ("RefundDue:1", 19800)],
        [("Gateway:sandbox", -19799), ("Prepaid:1", 19799)],
        [("Gateway:sandbox", -9900), ("Gateway:sandbox", -9900), ("Prepaid:1", 19800)],
        [("Gateway:sandbox", -19800), ("Prepaid:1", 19800), ("Prepaid:1", 1), ("Prepaid:1", -1)],
    ],
)
def test_what_calls_itself_a_reversal_and_is_none_is_found(app: Flask, lines: list[tuple[str, int]]) -> None:
    first = capture(1)
    # So that no floor stands in the forger's way.
    with unit_of_work():
        post_entry("due", [("Gateway:sandbox", 50000), ("RefundDue:1", -50000)], memo="", currency="cny")
        post_entry("false", lines, memo="", currency="cny", reverses_id=first)
    assert violated() == {CHECK: [f"entry 3 (false) does not reverse entry {first}"]}


def test_a_changed_original_is_found_too(app: Flask) -> None:
    capture(1)
    reverse("payment:1:undone")
    with behind_the_softwares_back():
        db.session.execute(text("UPDATE posting SET amount_fen = amount_fen * 2 WHERE entry_id = 1"))
    assert CHECK in violated()
