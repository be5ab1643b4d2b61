"""Many at once: one code is sent, the tries add up to five, and one right code signs in once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from flask import Flask

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.identity import codes
from cofu_adopt.identity.codes import CodeCheck
from tests.identity.conftest import PHONE, last_code, other_than

WORKERS = 8
Outcome = TypeVar("Outcome")


def all_at_once(app: Flask, work: Callable[[int], Outcome]) -> Counter[Outcome]:
    gate = Barrier(WORKERS)

    def run(number: int) -> Outcome:
        with app.app_context():
            gate.wait(timeout=30)
            try:
                with unit_of_work():
                    return work(number)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(WORKERS) as pool:
        return Counter(pool.map(run, range(WORKERS)))


@pytest.fixture
def code(app: Flask) -> str:
    with unit_of_work():
        codes.send_code(PHONE)
    return last_code()


def test_a_right_code_typed_many_times_at_once_signs_in_once(app: Flask, code: str) -> None:
    outcomes = all_at_once(app, lambda number: codes.check_code(PHONE, code, network_address=f"10.0.0.{number}"))
    assert outcomes == {CodeCheck.RIGHT: 1, CodeCheck.DEAD: WORKERS - 1}


def test_wrong_codes_at_once_have_five_tries_together(app: Flask, code: str) -> None:
    wrong = other_than(code)
    outcomes = all_at_once(app, lambda number: codes.check_code(PHONE, wrong, network_address=f"10.0.0.{number}"))
    assert outcomes == {CodeCheck.WRONG: codes.MOST_TRIES, CodeCheck.DEAD: WORKERS - codes.MOST_TRIES}


def test_codes_asked_for_at_once_are_sent_once(app: Flask) -> None:
    refused = all_at_once(
        app, lambda number: codes.count_request(PHONE, network_address=f"10.0.0.{number}") is not None
    )
    assert refused == {False: 1, True: WORKERS - 1}
