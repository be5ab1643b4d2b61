"""`flask verify` and `flask jobs` on the command line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from cofu_adopt.core import clock, due, outbox, registry
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.registry import checks
from cofu_adopt.ledger.post import post_entry


def test_an_empty_house_is_in_order(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["verify"])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert len(lines) > 10
    assert all(line.startswith("ok  ") for line in lines[:-1])
    assert lines[-1] == f"{len(checks())} checks, 0 violated"


def test_a_violation_is_told_and_ends_in_1(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def leak() -> Iterator[str]:
        yield "boat 7 has a leak"

    monkeypatch.setitem(registry._checks, "boats: none leaks", leak)
    result = app.test_cli_runner().invoke(args=["verify"])
    assert result.exit_code == 1
    assert "FAIL boats: none leaks\n       boat 7 has a leak\n" in result.output
    assert result.output.endswith(f"{len(checks())} checks, 1 violated\n")


def test_jobs_once_does_what_is_due_and_sends_what_waits(app: Flask) -> None:
    with unit_of_work():
        due.declare("apply_event", 1, clock.now())
        outbox.put(
            "sms",
            {"template": "sign_in_code", "minutes": 10},
            aggregatetype="sign_in_code",
            aggregateid=1,
            secret="13800005678 123456",
        )
    result = app.test_cli_runner().invoke(args=["jobs", "--once"])
    # The event does not exist: its row has failed and comes back later, and the clock goes on.
    assert result.output.splitlines()[-1] == "1 due, 1 messages"
    assert result.exit_code == 0


def test_money_in_the_books_that_belongs_to_nothing_is_found(app: Flask) -> None:
    with unit_of_work():
        post_entry("payment:7:captured", [("Gateway:sandbox", 5), ("Prepaid:7", -5)], memo="", currency="cny")
        post_entry("refund:8:due", [("Prepaid:7", 2), ("RefundDue:8", -2)], memo="", currency="cny")
    result = app.test_cli_runner().invoke(args=["verify"])
    assert result.exit_code == 1
    assert "Prepaid:7 stands at -3 fen for no order" in result.output
    assert "RefundDue:8 stands at -2 fen for no refund" in result.output
