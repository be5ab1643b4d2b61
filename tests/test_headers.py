"""What every answer carries, errors too: the security headers and the request's id."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from cofu_adopt.app import HEADERS
from cofu_adopt.core import access

GIVEN_IDS = {
    "abc-12345": True,
    "A.b_c-" + "9" * 58: True,
    "short": False,
    "x" * 65: False,
    "with space": False,
    "inj<script>ect": False,
    "中文中文中文中文": False,
    "": False,
}


def add_routes(app: Flask) -> None:
    """Routes that fail in each way."""

    def fail() -> str:
        raise ZeroDivisionError

    def be_away() -> str:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    for name, view in (("fail", fail), ("away", be_away)):
        app.add_url_rule(f"/{name}", name, access.public()(view))
        app.add_url_rule(f"/api/{name}", f"api_{name}", access.public()(view))
    app.add_url_rule("/plain", "plain", access.anonymous()(lambda: "fine"))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


ANSWERS = [
    ("GET", "/plain", 200),
    ("GET", "/healthz", 200),
    ("GET", "/sign-in", 200),
    ("GET", "/static/js/app.js", 200),
    ("GET", "/style/app-old.css", 200),
    ("GET", "/orders/NONE", 302),
    ("POST", "/sign-out", 400),
    ("POST", "/webhooks/stripe", 400),
    ("GET", "/nowhere", 404),
    ("GET", "/static/nowhere.js", 404),
    ("PUT", "/sign-in", 405),
    ("GET", "/fail", 500),
    ("GET", "/api/fail", 500),
    ("GET", "/away", 503),
    ("GET", "/api/away", 503),
]


def ask(client: FlaskClient, method: str, path: str) -> TestResponse:
    return client.open(path, method=method, buffered=True)


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_has_the_headers_and_an_id(client: FlaskClient, method: str, path: str, status: int) -> None:
    answer = ask(client, method, path)
    assert answer.status_code == status
    for name, value in HEADERS.items():
        assert answer.headers.getlist(name) == [value], name
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])
    assert "Server-Timing" not in answer.headers


def test_the_policy_lets_nothing_in_that_is_not_ours() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in HEADERS["Content-Security-Policy"].split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert "http" not in HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize(("given", "kept"), GIVEN_IDS.items())
def test_a_good_id_is_kept_and_a_bad_one_replaced(client: FlaskClient, given: str, *, kept: bool) -> None:
    environ = {"HTTP_X_REQUEST_ID": given.encode().decode("latin-1")}
    for path in ("/plain", "/nowhere"):
        answer = client.get(path, environ_overrides=environ)
        found = answer.headers["X-Request-ID"]
        assert found == given if kept else re.fullmatch("[0-9a-f]{32}", found)


def test_only_over_https_is_https_demanded(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/plain").headers
    assert "max-age=" in client.get("/plain", base_url="https://localhost").headers["Strict-Transport-Security"]


def test_pages_are_not_kept_by_others_and_versioned_files_are(client: FlaskClient, app: Flask) -> None:
    assert client.get("/sign-in").headers["Cache-Control"] == "private, no-cache"
    (sheet,) = re.findall(r'href="(/style/app-[^"]+)"', client.get("/sign-in").text)
    assert "immutable" in client.get(sheet).headers["Cache-Control"]
    assert client.get("/style/app-old.css").headers["Cache-Control"] == "no-cache"
