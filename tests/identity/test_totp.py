"""The second step: set up by a first code, asked for after the password, each code good once."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from cofu_adopt.core.access import Role
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.identity import totp
from cofu_adopt.identity.codes import CodeCheck
from tests.identity.staff import Phone, acts, check, enrol, give_password, set_up, sign_in
from tests.people import Who, browser

WORKERS = 8


@pytest.fixture
def operator_id(client: FlaskClient) -> int:
    return enrol("operator", Role.OPERATOR)


def test_set_up_on_the_page(app: Flask, operator_id: int, still: FrozenClock) -> None:
    client = sign_in(app, "operator")
    assert "没有设置" in client.get("/staff/security").text
    page = client.post("/staff/security/totp")
    assert page.headers["Cache-Control"] == "no-store"
    assert 'src="data:image/svg+xml' in page.text
    (letters,) = re.findall(r'<code class="secret mono">([A-Z2-7 ]+)</code>', page.text)
    phone = Phone(letters.replace(" ", ""))
    wrong = client.post("/staff/security/totp/confirm", data={"code": phone.wrong()})
    assert wrong.status_code == 422
    assert letters in wrong.text, "the same secret again"
    assert give_password(app.test_client(), "operator").location == "/desk", "nothing changes before the first code"
    done = client.post("/staff/security/totp/confirm", data={"code": phone.code()})
    assert len(set(re.findall(r"\b[2-9A-Z]{5}-[2-9A-Z]{5}\b", done.text))) == 10
    assert done.headers["Cache-Control"] == "no-store"
    assert "已设置" in client.get("/staff/security").text
    assert acts() == [("totp.set_up", str(operator_id), operator_id)]


def test_the_code_is_asked_for_after_the_password(app: Flask, operator_id: int, still: FrozenClock) -> None:
    phone, _codes = set_up(operator_id, still)
    client = app.test_client()
    asked = give_password(client, "operator", "/desk/offers")
    assert asked.location == "/staff/sign-in/code?next=/desk/offers"
    assert client.get("/desk").status_code == 302, "the password alone opens nothing"
    assert client.get(asked.location).status_code == 200
    wrong = client.post("/staff/sign-in/code", data={"code": phone.wrong(), "next": "/desk/offers"})
    assert wrong.status_code == 422
    assert client.get("/desk").status_code == 302
    right = client.post("/staff/sign-in/code", data={"code": phone.code(), "next": "/desk/offers"})
    assert right.location == "/desk/offers"
    assert client.get("/desk").status_code == 200


def test_without_the_password_no_code_is_asked_for(app: Flask, operator_id: int, still: FrozenClock) -> None:
    phone, _codes = set_up(operator_id, still)
    client = app.test_client()
    assert client.get("/staff/sign-in/code").location.startswith("/staff/sign-in?")
    assert client.post("/staff/sign-in/code", data={"code": phone.code()}).location.startswith("/staff/sign-in?")
    give_password(client, "operator")
    still.advance(minutes=11)
    assert client.post("/staff/sign-in/code", data={"code": phone.code()}).location.startswith("/staff/sign-in?")


def test_a_code_works_once_and_no_older_one_after_it(operator_id: int, still: FrozenClock) -> None:
    phone, _codes = set_up(operator_id, still)
    still.advance(minutes=1)
    before, now, next_one = phone.code(-1), phone.code(), phone.code(1)
    assert check(operator_id, now) is CodeCheck.RIGHT
    assert check(operator_id, now) is CodeCheck.DEAD
    assert check(operator_id, before) is CodeCheck.DEAD
    assert check(operator_id, next_one) is CodeCheck.RIGHT


def test_half_a_minute_off_and_no_more(operator_id: int, still: FrozenClock) -> None:
    phone, _codes = set_up(operator_id, still)
    still.advance(minutes=5)
    assert check(operator_id, phone.code(-2)) is CodeCheck.WRONG
    assert check(operator_id, phone.code(2)) is CodeCheck.WRONG
    assert check(operator_id, f" {phone.code(-1)[:3]}－{phone.code(-1)[3:]} ") is CodeCheck.RIGHT


def test_the_code_that_set_it_up_does_not_sign_in(operator_id: int, still: FrozenClock) -> None:
    with unit_of_work():
        phone = Phone(totp.start(operator_id))
        assert totp.confirm(operator_id, phone.code()) is CodeCheck.RIGHT
    assert check(operator_id, phone.code()) is CodeCheck.DEAD


def test_a_right_code_at_once_from_many_sides_is_taken_once(app: Flask, operator_id: int, still: FrozenClock) -> None:
    code = set_up(operator_id, still)[0].code()
    gate = Barrier(WORKERS)

    def run(_number: int) -> CodeCheck:
        with app.app_context():
            gate.wait(timeout=30)
            try:
                return check(operator_id, code)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(WORKERS) as pool:
        assert Counter(pool.map(run, range(WORKERS))) == {CodeCheck.RIGHT: 1, CodeCheck.DEAD: WORKERS - 1}


def test_ten_tries_in_a_quarter_of_an_hour(app: Flask, operator_id: int, still: FrozenClock) -> None:
    phone, _codes = set_up(operator_id, still)
    client = app.test_client()
    give_password(client, "operator")
    for _ in range(9):  # setting up was the first
        assert client.post("/staff/sign-in/code", data={"code": phone.wrong()}).status_code == 422
    refused = client.post("/staff/sign-in/code", data={"code": phone.code()})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "870")
    other = enrol("other", Role.OPERATOR)
    assert check(other, "000000") is CodeCheck.WRONG, "each person has her own tries"
    still.advance(minutes=15)
    assert check(operator_id, phone.code()) is CodeCheck.RIGHT


def test_another_phone_counts_from_its_first_code(app: Flask, operator_id: int, still: FrozenClock) -> None:
    old, _codes = set_up(operator_id, still)
    with unit_of_work():
        new = Phone(totp.start(operator_id))
    assert check(operator_id, new.code()) is CodeCheck.WRONG
    assert check(operator_id, old.code()) is CodeCheck.RIGHT
    still.advance(minutes=1)
    with unit_of_work():
        assert totp.confirm(operator_id, new.code()) is CodeCheck.RIGHT
    still.advance(minutes=1)
    assert check(operator_id, old.code()) is CodeCheck.WRONG
    assert check(operator_id, new.code()) is CodeCheck.RIGHT


def test_the_secret_is_encrypted_at_rest(operator_id: int, still: FrozenClock) -> None:
    phone, codes = set_up(operator_id, still)
    with unit_of_work():
        waiting = totp.start(operator_id)
    with db.engine.connect() as connection:
        stored = str(connection.execute(text("SELECT * FROM totp")).all())
        stored += str(connection.execute(text("SELECT * FROM recovery_code")).all())
    assert str(operator_id) in stored
    assert not any(secret in stored for secret in (phone.secret, waiting, codes[0], codes[0].replace("-", "")))


@pytest.fixture
def strict(app: Flask, operator_id: int) -> Flask:
    """The house demands it, as in production."""
    app.extensions["settings"] = replace(app.extensions["settings"], staff_totp_required=True)
    return app


def test_where_it_is_demanded_nothing_else_opens(strict: Flask, still: FrozenClock) -> None:
    client = sign_in(strict, "operator")
    for path in ("/desk", "/desk/orders", "/desk/orders/export?format=csv", "/desk/offers/new"):
        assert client.get(path).location == "/staff/security", path
    assert client.post("/desk/offers/1/stop").location == "/staff/security"
    page = client.get("/staff/security").text
    assert "先设置两步验证" in page
    assert 'href="/desk/orders"' not in page, "no link leads to a refusal"
    letters = re.findall(r'"secret mono">([A-Z2-7 ]+)<', client.post("/staff/security/totp").text)[0]
    code = Phone(letters.replace(" ", "")).code()
    assert client.post("/staff/security/totp/confirm", data={"code": code}).status_code == 200
    assert client.get("/desk/orders").status_code == 200


def test_adopters_are_not_asked_for_it(strict: Flask) -> None:
    assert browser(strict, Who.ADOPTER).get("/me").status_code == 200
