"""API tokens on the desk: made, shown once, used, revoked; never beyond what the person may do herself."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.people import Who, browser


@pytest.fixture
def app(app: Flask) -> Flask:
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def make(client: FlaskClient, *scopes: str, name: str = "库存大屏", days: str = "30") -> str:
    page = client.post("/staff/tokens", data={"name": name, "days": days, "scope": list(scopes)})
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    found = re.search(r'value="(cofu_[^"]+)"', page.text)
    assert found is not None
    return found[1]


def status(app: Flask, secret: str) -> int:
    return app.test_client().get("/api/v1/desk/orders", headers={"Authorization": f"Bearer {secret}"}).status_code


def test_a_token_works_until_it_is_revoked_and_is_shown_once(app: Flask) -> None:
    operator = browser(app, Who.OPERATOR)
    secret = make(operator, "desk:read")
    assert status(app, secret) == 200
    page = operator.get("/staff/tokens").text
    assert secret not in page
    assert secret[-4:] in page
    action = re.search(r'action="(/staff/tokens/\d+/revoke)"', page)
    assert action is not None
    assert operator.post(action[1]).status_code == 302
    assert status(app, secret) == 401


def test_another_persons_token_does_not_exist(app: Flask) -> None:
    make(browser(app, Who.OPERATOR), "desk:read")
    assert browser(app, Who.AUDITOR).post("/staff/tokens/1/revoke").status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {"name": "", "days": "30", "scope": "desk:read"},
        {"name": "x" * 41, "days": "30", "scope": "desk:read"},
        {"name": "x", "days": "9999", "scope": "desk:read"},
        {"name": "x", "days": "30"},
        {"name": "x", "days": "30", "scope": "desk:write"},
    ],
)
def test_what_cannot_be_is_refused_and_kept_in_the_form(app: Flask, form: dict[str, str]) -> None:
    answer = browser(app, Who.AUDITOR).post("/staff/tokens", data=form)
    assert answer.status_code == 422
    assert f'value="{form["name"]}"' in answer.text
