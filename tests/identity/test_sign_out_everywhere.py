"""Sign out everywhere: every browser at once, this one only if that is ticked."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from cofu_adopt.core.access import Role
from cofu_adopt.core.clock import FrozenClock
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
