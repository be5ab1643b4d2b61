"""How a sign-in code lives and dies."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.outbox import OutboxRow
from cofu_adopt.identity import codes
from cofu_adopt.identity.codes import CodeCheck
from cofu_adopt.identity.models import SignInCode
from tests.identity.conftest import PHONE, last_code, other_than

pytestmark = pytest.mark.usefixtures("app", "still")


def send() -> str:
    with unit_of_work():
        codes.send_code(PHONE)
    return last_code()


def check(code: str, phone: str = PHONE, network_address: str = "10.0.0.1") -> CodeCheck:
    with unit_of_work():
        return codes.check_code(phone, code, network_address=network_address)


def test_the_right_code_signs_in_once() -> None:
    code = send()
    assert check(code) is CodeCheck.RIGHT
    assert check(code) is CodeCheck.DEAD


def test_four_wrong_tries_leave_one() -> None:
    code = send()
    assert {check(other_than(code)) for _ in range(4)} == {CodeCheck.WRONG}
    assert check(code) is CodeCheck.RIGHT


def test_five_wrong_tries_end_it() -> None:
    code = send()
    assert [check(other_than(code)) for _ in range(6)] == [CodeCheck.WRONG] * 5 + [CodeCheck.DEAD]
    assert check(code) is CodeCheck.DEAD


def test_a_newer_code_ends_the_older() -> None:
    old = send()
    new = send()
    if old == new:
        new = send()
    assert check(old) in {CodeCheck.WRONG, CodeCheck.DEAD}
    assert check(new) is CodeCheck.RIGHT
    assert check(old) is CodeCheck.DEAD


@pytest.mark.parametrize(("seconds", "outcome"), [(599, CodeCheck.RIGHT), (600, CodeCheck.DEAD)])
def test_it_dies_of_age(still: FrozenClock, seconds: int, outcome: CodeCheck) -> None:
    code = send()
    still.advance(seconds=seconds)
    assert check(code) is outcome


def test_a_code_is_only_for_its_phone() -> None:
    code = send()
    assert check(code, phone="13800005679") is CodeCheck.DEAD
    assert check(code) is CodeCheck.RIGHT


def test_a_network_address_may_not_try_forever(still: FrozenClock) -> None:
    code = send()
    for _ in range(60):
        check("000000", phone="13900000000", network_address="10.0.0.9")
    assert check(code, network_address="10.0.0.9") is CodeCheck.TOO_MANY
    assert check(code, network_address="10.0.0.8") is CodeCheck.RIGHT
    code = send()
    still.advance(minutes=15)
    assert check(code, network_address="10.0.0.9") is CodeCheck.DEAD, "the window is over, and so is the code"


def test_neither_code_nor_phone_lies_in_clear_text(app: Flask) -> None:
    code = send()
    with unit_of_work(writes=False):
        kept = db.session.scalars(select(SignInCode)).one()
        queued = db.session.scalars(select(OutboxRow)).one()
    assert code not in f"{kept.code_hash}{queued.payload}{queued.secret}"
    assert PHONE not in f"{kept.phone_index}{queued.payload}{queued.secret}"
