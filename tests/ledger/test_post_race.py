"""Two at once: the same fact is booked once, and a floor holds."""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask import Flask

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.ledger.errors import FloorBroken
from cofu_adopt.ledger.post import post_entry
from cofu_adopt.ledger.queries import balance, list_entries
from tests.ledger.books import capture, violated

Outcome = int | BaseException


def at_once(app: Flask, *works: Callable[[], int]) -> list[Outcome]:
    """What comes of `works`, each in its own thread and unit of work, started together."""
    outcomes: list[Outcome] = []
    barrier = threading.Barrier(len(works), timeout=30)

    def run(work: Callable[[], int]) -> None:
        try:
            with app.app_context():
                barrier.wait()
                with unit_of_work():
                    entry_id = work()
            outcomes.append(entry_id)
        except BaseException as error:  # noqa: BLE001 - it is the outcome
            outcomes.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def post(source: str, debit: str, credit: str, amount_fen: int) -> Callable[[], int]:
    return lambda: post_entry(source, [(debit, amount_fen), (credit, -amount_fen)], memo="", currency="cny")


def test_the_same_fact_told_at_once_is_booked_once(app: Flask) -> None:
    # The account exists before: else both wait for its birth, which is another lock.
    capture(1, 1)
    works = [post("payment:2:captured", "Gateway:sandbox", "Prepaid:1", 19800)] * 4
    outcomes = at_once(app, *works)
    assert len(set(outcomes)) == 1, outcomes
    with unit_of_work(writes=False):
        assert balance("Prepaid:1") == -19801
        assert len(list(list_entries())) == 2


def test_the_same_fact_of_a_new_order_is_booked_once(app: Flask) -> None:
    outcomes = at_once(app, *[post("payment:2:captured", "Gateway:sandbox", "Prepaid:2", 19800)] * 4)
    assert len(set(outcomes)) == 1, outcomes
    assert violated() == {}


def test_two_who_together_would_break_the_floor_do_not(app: Flask) -> None:
    capture(1, 100)
    outcomes = at_once(app, *[post(f"refund:{n}:due", "Prepaid:1", f"RefundDue:{n}", 60) for n in (1, 2, 3)])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["FloorBroken", "FloorBroken", "int"]
    assert any(isinstance(outcome, FloorBroken) for outcome in outcomes)
    with unit_of_work(writes=False):
        assert balance("Prepaid:1") == -40
    assert violated() == {}


def test_accounts_locked_in_either_order_do_not_deadlock(app: Flask) -> None:
    for n in (1, 2):
        capture(n, 1000)
    outcomes = at_once(
        app,
        *[post(f"a{n}", "Prepaid:1", "Prepaid:2", 1) for n in range(4)],
        *[post(f"b{n}", "Prepaid:2", "Prepaid:1", 1) for n in range(4)],
    )
    assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
    with unit_of_work(writes=False):
        assert (balance("Prepaid:1"), balance("Prepaid:2")) == (-1000, -1000)
