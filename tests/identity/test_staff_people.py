"""The administrator resets a lost phone and ends sessions; everybody else finds no such page."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cofu_adopt.core.access import STAFF, Role, Scope
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.identity import recovery_codes, tokens
from cofu_adopt.identity.people import find_or_make_by_phone
from tests.identity.staff import acts, enrol, give_password, set_up, sign_in


@pytest.fixture
def operator_id(client: FlaskClient) -> int:
    return enrol("operator", Role.OPERATOR, Role.HOST)


@pytest.fixture
def admin_id(client: FlaskClient) -> int:
    return enrol("admin", Role.ADMINISTRATOR)


@pytest.fixture
def admin(app: Flask, admin_id: int) -> FlaskClient:
    return sign_in(app, "admin")


def test_the_list(admin: FlaskClient, admin_id: int, operator_id: int, still: FrozenClock) -> None:
    with unit_of_work():
        adopter = find_or_make_by_phone("13800005678", display_name="小满").id
    set_up(operator_id, still)
    page = admin.get("/staff/people").text
    assert "工坊运营" in page
    assert "主播" in page
    assert "共 2 人" in page
    assert "1 人没有设置两步验证" in page
    assert "小满" not in page, "adopters are no staff"
    assert f"/staff/people/{operator_id}/reset-totp" in page
    assert f"/staff/people/{admin_id}/" not in page
    assert f"/staff/people/{adopter}/" not in page


def test_a_lost_phone_is_reset(app: Flask, admin: FlaskClient, operator_id: int, still: FrozenClock) -> None:
    phone, _codes = set_up(operator_id, still)
    thief = sign_in(app, "operator", phone.code())
    assert admin.post(f"/staff/people/{operator_id}/reset-totp").location == "/staff/people"
    assert thief.get("/desk").location.startswith("/staff/sign-in")
    assert give_password(app.test_client(), "operator").location == "/desk", "no code is asked for"
    with unit_of_work(writes=False):
        assert recovery_codes.count_left(operator_id) == 0
    log = acts()[-2:]
    assert [act for act, _subject, _actor in log] == ["totp.reset", "person.end_sessions"]
    assert {subject for _act, subject, _actor in log} == {str(operator_id)}


def test_sessions_are_ended(
    app: Flask, admin: FlaskClient, admin_id: int, operator_id: int, still: FrozenClock
) -> None:
    phone, _codes = set_up(operator_id, still)
    operator = sign_in(app, "operator", phone.code())
    with unit_of_work():
        token = tokens.make_token(operator_id, name="stock", scopes=[Scope.DESK_READ], days=9).secret
    assert admin.post(f"/staff/people/{operator_id}/end-sessions").location == "/staff/people"
    assert operator.get("/desk").location.startswith("/staff/sign-in")
    assert give_password(app.test_client(), "operator").location.startswith("/staff/sign-in/code"), "the phone stays"
    assert admin.get("/desk").status_code == 200
    assert app.test_client().get("/api/v1/desk/plots", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert acts()[-2:] == [(act, str(operator_id), admin_id) for act in ("person.end_sessions", "token.revoke")]


@pytest.mark.parametrize("act", ["reset-totp", "end-sessions"])
def test_only_staff_and_never_oneself(admin: FlaskClient, admin_id: int, act: str) -> None:
    with unit_of_work():
        adopter = find_or_make_by_phone("13800005678").id
    for person_id in (admin_id, adopter, 4711):
        assert admin.post(f"/staff/people/{person_id}/{act}").status_code == 404
    assert acts() == []


@pytest.mark.parametrize("role", sorted(STAFF - {Role.ADMINISTRATOR}))
def test_to_others_it_does_not_exist(app: Flask, operator_id: int, role: Role) -> None:
    enrol("somebody", role)
    client = sign_in(app, "somebody")
    assert client.get("/staff/people").status_code == 404
    for act in ("reset-totp", "end-sessions"):
        assert client.post(f"/staff/people/{operator_id}/{act}").status_code == 404
    assert "/staff/people" not in client.get("/staff/security").text
    assert acts() == []


def test_the_command_helps_who_has_nobody(app: Flask, admin_id: int, still: FrozenClock) -> None:
    set_up(admin_id, still)
    result = app.test_cli_runner().invoke(args=["staff", "reset-totp", "admin"])
    assert result.exit_code == 0, result.output
    assert give_password(app.test_client(), "admin").location == "/desk"
    assert acts()[-1] == ("person.end_sessions", str(admin_id), None)
    assert app.test_cli_runner().invoke(args=["staff", "reset-totp", "nobody"]).exit_code == 1
