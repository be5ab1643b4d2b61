"""Sign out everywhere: every browser at once, this one only if that is ticked."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.identity import tokens
from cofu_adopt.identity.people import find_or_make_by_phone
from tests.identity import conftest as adopters
from tests.identity.staff import acts, enrol, give_password, set_up, sign_in


def test_an_adopter_ends_all_others_and_stays(app: Flask, client: FlaskClient, still: FrozenClock) -> None:
    adopters.sign_in(client)
    still.advance(minutes=2)
    elsewhere = app.test_client()
    adopters.sign_in(elsewhere)
    still.advance(minutes=2)
    stranger = app.test_client()
    adopters.sign_in(stranger, "13900000000")
    assert client.post("/me/sign-out-everywhere").location == "/me"
    assert elsewhere.get("/me").location.startswith("/sign-in")
    assert "别处都退出了" in client.get("/me").text
    assert stranger.get("/me").status_code == 200


def test_and_here_too_if_that_is_ticked(app: Flask, client: FlaskClient) -> None:
    adopters.sign_in(client)
    assert client.post("/me/sign-out-everywhere", data={"here": "1"}).location == "/"
    assert client.get("/me").location.startswith("/sign-in")
    with client.session_transaction() as session:
        assert "person_id" not in session


def test_staff_end_theirs(app: Flask, client: FlaskClient) -> None:
    person_id = enrol("operator", Role.OPERATOR)
    here, elsewhere = sign_in(app, "operator"), sign_in(app, "operator")
    assert here.post("/staff/security/sign-out-everywhere").location == "/staff/security"
    assert here.get("/desk").status_code == 200
    assert elsewhere.get("/desk").location.startswith("/staff/sign-in")
    assert acts() == [("person.end_sessions", str(person_id), person_id)]
    assert here.post("/staff/security/sign-out-everywhere", data={"here": "1"}).location == "/staff/sign-in"
    assert here.get("/desk").location.startswith("/staff/sign-in")


def test_named_tokens_end_when_that_is_ticked(app: Flask, client: FlaskClient) -> None:
    adopters.sign_in(client)
    assert "接口令牌" not in client.get("/me").text, "she has none"
    person_id, token = name_token("13800005678")
    assert "接口令牌也撤销，还有 1 个能用" in client.get("/me").text
    client.post("/me/sign-out-everywhere")
    assert knocks(app, token) == 200
    client.post("/me/sign-out-everywhere", data={"tokens": "1"})
    assert knocks(app, token) == 401
    assert acts()[-2:] == [
        ("person.end_sessions", str(person_id), person_id),
        ("token.revoke", str(person_id), person_id),
    ]
    assert "接口令牌" not in client.get("/me").text


def test_tokens_of_staff_end_too(app: Flask, client: FlaskClient) -> None:
    person_id = enrol("operator", Role.OPERATOR)
    with unit_of_work():
        made = tokens.make_token(person_id, name="stock", scopes=[Scope.ME], days=9)
    here = sign_in(app, "operator")
    assert "接口令牌也撤销，还有 1 个能用" in here.get("/staff/security").text
    here.post("/staff/security/sign-out-everywhere", data={"tokens": "1"})
    assert knocks(app, made.secret) == 401


def test_a_program_can_do_it(app: Flask, client: FlaskClient) -> None:
    adopters.sign_in(client)
    _id, named = name_token("13800005678")
    with unit_of_work():
        signed_in = [tokens.sign_in_token(find_or_make_by_phone("13800005678"), "phone").secret for _ in range(3)]
    here = "/api/v1/sign-out/everywhere"
    weak = client.post(here, json={}, headers={"Authorization": f"Bearer {named}"})
    assert (weak.status_code, weak.json["code"]) == (403, "scope_missing")  # type: ignore[index]
    assert client.post(here, json={}, headers={"Authorization": f"Bearer {signed_in[0]}"}).status_code == 204
    assert [knocks(app, one) for one in (*signed_in, named)] == [401, 401, 401, 200]
    assert client.get("/me").location.startswith("/sign-in"), "the browser is out"
    with unit_of_work():
        again = tokens.sign_in_token(find_or_make_by_phone("13800005678"), "phone").secret
    sent = {"json": {"named_tokens": True}, "headers": {"Authorization": f"Bearer {again}"}}
    assert client.post(here, **sent).status_code == 204
    assert knocks(app, named) == 401


def name_token(phone: str) -> tuple[int, str]:
    """A named token of an adopter: her id and its secret."""
    with unit_of_work():
        person_id = find_or_make_by_phone(phone).id
        return person_id, tokens.make_token(person_id, name="helper", scopes=[Scope.ME], days=9).secret


def knocks(app: Flask, token: str) -> int:
    """The status that the API answers to the token."""
    return app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code


def test_it_is_quick_and_needs_no_password(app: Flask, client: FlaskClient, still: FrozenClock) -> None:
    enrol("operator", Role.OPERATOR)
    here = sign_in(app, "operator")
    still.advance(hours=5)
    assert here.post("/staff/security/sign-out-everywhere").location == "/staff/security"


def test_who_is_half_signed_in_starts_anew(app: Flask, client: FlaskClient, still: FrozenClock) -> None:
    phone, _codes = set_up(enrol("operator", Role.OPERATOR), still)
    here = sign_in(app, "operator", phone.code())
    still.advance(minutes=1)
    half = app.test_client()
    give_password(half, "operator")
    here.post("/staff/security/sign-out-everywhere")
    assert half.post("/staff/sign-in/code", data={"code": phone.code()}).location.startswith("/staff/sign-in?")
