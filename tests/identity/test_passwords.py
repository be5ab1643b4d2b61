"""Staff sign in by name and password: the same answer and the same work for every wrong one, and limits."""

from __future__ import annotations

from typing import Literal

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from flask import Flask
from flask.testing import FlaskClient

from cofu_adopt.core.access import Role
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import db, in_unit_of_work, unit_of_work
from cofu_adopt.identity import people
from cofu_adopt.identity.errors import TooManyTries
from cofu_adopt.identity.models import Person
from cofu_adopt.identity.passwords import check_password
from tests.conftest import SLOW_HASHER, SLOW_NOBODY

RIGHT = "gouqi-2026"


@pytest.fixture(autouse=True)
def operator_id(app: Flask, still: FrozenClock) -> int:
    with unit_of_work():
        return people.enrol_staff("operator", RIGHT, "小周", (Role.OPERATOR,))


WRONG = "wrong"


def try_once(username: str = "operator", password: str = WRONG, network_address: str = "10.0.0.1") -> int | None:
    return check_password(username, password, network_address=network_address)


def test_name_and_password(operator_id: int) -> None:
    assert try_once(password=RIGHT) == operator_id
    assert try_once(password=f"{RIGHT} ") is None
    assert try_once(username="Operator", password=RIGHT) is None
    assert try_once(username="", password="") is None


def test_the_hash_is_as_slow_as_rfc_9106_asks() -> None:
    for hashed in (SLOW_HASHER.hash(RIGHT), SLOW_NOBODY):
        assert extract_parameters(hashed) == RFC_9106_LOW_MEMORY


def test_an_unknown_name_takes_as_much_work_and_no_transaction(
    operator_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[tuple[str, bool]] = []

    class Watched(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - argon2's name
            worked.append((str(hash).rsplit("$", 2)[0], in_unit_of_work()))
            return super().verify(hash, password)

    monkeypatch.setattr(people, "hasher", Watched())
    try_once(username="operator")
    try_once(username="nobody")
    with unit_of_work():
        guest = people.make_guest("zh_Hans")
        db.session.get_one(Person, guest.id).username = "without-password"
    try_once(username="without-password", password="nobody has this password!")
    parameters = {work[0] for work in worked}
    assert len(worked) == 3
    assert len(parameters) == 1, "the same cost whoever is asked for"
    assert not any(inside for _cost, inside in worked)


def test_nobodys_password_opens_nothing() -> None:
    assert try_once(username="nobody", password="nobody has this password") is None


def test_ten_tries_for_a_name_in_a_quarter_of_an_hour(operator_id: int, still: FrozenClock) -> None:
    for number in range(10):
        assert try_once(network_address=f"10.0.0.{number}") is None
    with pytest.raises(TooManyTries) as refusal:
        try_once(password=RIGHT, network_address="10.0.1.1")
    assert refusal.value.retry_after_seconds == 900
    still.advance(minutes=15)
    assert try_once(password=RIGHT) == operator_id


def test_thirty_tries_from_one_network_address() -> None:
    for number in range(30):
        assert try_once(username=f"name-{number}") is None
    with pytest.raises(TooManyTries):
        try_once(password=RIGHT)


def test_the_page_says_the_same_for_a_wrong_name_and_a_wrong_password(client: FlaskClient) -> None:
    for data in ({"username": "operator", "password": "x"}, {"username": "nobody", "password": RIGHT}):
        answer = client.post("/staff/sign-in", data=data)
        assert answer.status_code == 422
        assert "登录名或密码不对" in answer.text
        assert f'value="{data["username"]}"' in answer.text
        assert RIGHT not in answer.text


def test_the_page_says_when_to_come_back(client: FlaskClient) -> None:
    for _ in range(10):
        client.post("/staff/sign-in", data={"username": "operator", "password": "x"})
    answer = client.post("/staff/sign-in", data={"username": "operator", "password": RIGHT})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert "请过 15 分钟再试" in answer.text


def test_staff_come_to_the_desk_or_back(client: FlaskClient) -> None:
    assert client.get("/desk").location == "/staff/sign-in?next=/desk"
    signed_in = {"username": "operator", "password": RIGHT}
    assert client.post("/staff/sign-in", data=signed_in).location == "/desk"
    assert client.post("/staff/sign-in", data=signed_in | {"next": "/desk/offers"}).location == "/desk/offers"
    assert client.post("/staff/sign-in", data=signed_in | {"next": "//evil.example"}).location == "/desk"


def test_who_has_no_role_of_the_workshop_does_not_come_in(client: FlaskClient) -> None:
    with unit_of_work():
        people.enrol_staff("former", RIGHT, "以前的", ())
    answer = client.post("/staff/sign-in", data={"username": "former", "password": RIGHT})
    assert answer.status_code == 422
    assert client.get("/desk").status_code == 302
