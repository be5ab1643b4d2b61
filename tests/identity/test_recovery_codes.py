"""Recovery codes: each takes the place of the phone once, and new ones end the old ones."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cofu_adopt.core.access import Role
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.identity import recovery_codes
from cofu_adopt.identity.codes import CodeCheck
from tests.identity.staff import acts, check, enrol, set_up, sign_in


@pytest.fixture
def operator_id(client: FlaskClient) -> int:
    return enrol("operator", Role.OPERATOR)


def left(person_id: int) -> int:
    with unit_of_work(writes=False):
        return recovery_codes.count_left(person_id)


def test_one_signs_in_once(app: Flask, operator_id: int, still: FrozenClock) -> None:
    _phone, codes = set_up(operator_id, still)
    client = sign_in(app, "operator", codes[0])
    assert client.get("/desk").status_code == 200
    assert "9 个，共 10 个" in client.get("/staff/security").text
    assert check(operator_id, codes[0]) is CodeCheck.WRONG
    assert left(operator_id) == 9
    assert acts()[-1] == ("totp.recover", str(operator_id), None)


def test_as_people_type_it(operator_id: int, still: FrozenClock) -> None:
    _phone, codes = set_up(operator_id, still)
    assert check(operator_id, codes[0].lower().replace("-", " ")) is CodeCheck.RIGHT
    assert check(operator_id, codes[1].replace("-", "－")) is CodeCheck.RIGHT
    assert check(operator_id, codes[2][:-1]) is CodeCheck.WRONG
    assert left(operator_id) == 8


def test_nobody_elses(operator_id: int, still: FrozenClock) -> None:
    other = enrol("other", Role.OPERATOR)
    _phone, codes = set_up(operator_id, still)
    set_up(other, still)
    assert check(other, codes[0]) is CodeCheck.WRONG
    assert check(operator_id, codes[0]) is CodeCheck.RIGHT


def test_new_ones_end_the_old_ones(app: Flask, operator_id: int, still: FrozenClock) -> None:
    phone, codes = set_up(operator_id, still)
    client = sign_in(app, "operator", phone.code())
    page = client.post("/staff/security/recovery-codes")
    new = re.findall(r"\b[2-9A-Z]{5}-[2-9A-Z]{5}\b", page.text)
    assert len(new) == 10
    assert page.headers["Cache-Control"] == "no-store"
    assert check(operator_id, codes[5]) is CodeCheck.WRONG
    assert check(operator_id, new[5]) is CodeCheck.RIGHT
    assert acts()[-2][0] == "totp.recovery_codes"


def test_none_without_a_phone(app: Flask, operator_id: int) -> None:
    assert sign_in(app, "operator").post("/staff/security/recovery-codes").status_code == 404
    assert left(operator_id) == 0
