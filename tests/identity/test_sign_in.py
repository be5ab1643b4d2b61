"""Signing in by phone: the way back is kept and never leaves the site; a wrong code keeps everything."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.identity.pages import local_path
from cofu_adopt.identity.people import enrol_household_person
from tests.identity.conftest import PHONE, last_code, other_than, sign_in

NEXT = "/plots/D6-04?rope=7"


def test_whoever_must_sign_in_comes_back_to_the_page(client: FlaskClient) -> None:
    answer = client.get("/me/messages?lang=zh_Hans")
    assert answer.location == "/sign-in?next=/me/messages?lang%3Dzh_Hans"
    assert 'value="/me/messages?lang=zh_Hans"' in client.get(answer.location).text


def test_the_way_back_is_kept_through_every_step(client: FlaskClient) -> None:
    assert f'value="{NEXT}"' in client.get("/sign-in", query_string={"next": NEXT}).text
    bad = client.post("/sign-in", data={"phone": "138", "next": NEXT})
    assert bad.status_code == 422
    assert f'value="{NEXT}"' in bad.text
    assert 'value="138"' in bad.text
    sent = client.post("/sign-in", data={"phone": PHONE, "next": NEXT})
    page = client.get(sent.location).text
    assert f'value="{NEXT}"' in page
    assert "138****5678" in page
    assert PHONE in page, "the form that sends another code needs the number"
    wrong = client.post("/sign-in/code", data={"code": other_than(last_code()), "next": NEXT})
    assert wrong.status_code == 422
    assert "验证码不对" in wrong.text
    assert f'value="{NEXT}"' in wrong.text
    right = client.post("/sign-in/code", data={"code": last_code(), "next": NEXT})
    assert right.location == NEXT
    assert client.get("/me").status_code == 200


@pytest.mark.parametrize(
    "given",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/a\\b", "javascript:alert(1)",
     "/\n/evil.example", "/\t/evil.example", "evil.example", "", None, " /x", "http:/evil.example"],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(given: str | None) -> None:
    assert local_path(given) == "/"


@pytest.mark.parametrize("given", ["/", "/me", NEXT, "/sea/D6?a=//b", "/orders/ABC/review#pay"])
def test_paths_of_the_site_are_kept(given: str) -> None:
    assert local_path(given, "/other") == given


def test_a_posted_way_back_does_not_leave_the_site_either(client: FlaskClient) -> None:
    client.post("/sign-in", data={"phone": PHONE})
    answer = client.post("/sign-in/code", data={"code": last_code(), "next": "https://evil.example/"})
    assert answer.location == "/"


@pytest.mark.parametrize("typed", ["{0} ", "{0:.3}-{1}", "full"])
def test_a_code_is_understood_as_it_is_typed(client: FlaskClient, typed: str) -> None:
    client.post("/sign-in", data={"phone": PHONE})
    code = last_code()
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    words = code.translate(wide) if typed == "full" else typed.format(code, code[3:])
    assert client.post("/sign-in/code", data={"code": words, "next": "/me"}).location == "/me"


def test_half_a_code_costs_no_try(client: FlaskClient) -> None:
    client.post("/sign-in", data={"phone": PHONE})
    code = last_code()
    for typed in ("", "12", code[:5], f"{code}1", "......", "abc"):
        answer = client.post("/sign-in/code", data={"code": typed})
        assert answer.status_code == 422
        assert "6 位数字" in answer.text
    assert client.post("/sign-in/code", data={"code": code, "next": "/me"}).location == "/me"


def test_without_a_phone_there_is_no_code_to_type(client: FlaskClient) -> None:
    assert client.get("/sign-in/code?next=/me").location == "/sign-in?next=/me"
    assert client.post("/sign-in/code", data={"code": "123456", "next": "/me"}).location == "/sign-in?next=/me"


def test_asking_too_soon_says_when_and_leads_to_the_code_that_came(client: FlaskClient) -> None:
    client.post("/sign-in", data={"phone": PHONE})
    answer = client.post("/sign-in", data={"phone": PHONE, "next": NEXT})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    assert "请过 1 分钟再要" in answer.text
    assert "/sign-in/code?next=/plots/D6-04?rope%3D7" in answer.text
    code = last_code()
    assert client.post("/sign-in/code", data={"code": code, "next": "/me"}).location == "/me"


def test_the_development_inbox_is_shown_where_it_exists(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post("/sign-in", data={"phone": PHONE})
    assert "/dev/inbox" in client.get("/sign-in/code").text
    monkeypatch.setitem(client.application.jinja_env.globals, "is_safe_environment", False)  # noqa: FBT003
    assert "/dev/inbox" not in client.get("/sign-in/code").text


def test_a_household_is_led_home(app: Flask, client: FlaskClient) -> None:
    with unit_of_work():
        enrol_household_person(PHONE, "应和平")
    client.post("/sign-in", data={"phone": PHONE})
    assert client.post("/sign-in/code", data={"code": last_code()}).location == "/household"


def test_signing_in_again_finds_the_same_person(client: FlaskClient, still: FrozenClock) -> None:
    sign_in(client)
    client.post("/me", data={"display_name": "小满", "email": ""})
    client.post("/sign-out")
    assert client.get("/me").status_code == 302
    still.advance(minutes=1)
    sign_in(client)
    assert "小满" in client.get("/me").text
