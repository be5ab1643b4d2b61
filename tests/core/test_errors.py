"""Every failure ends in a page or a problem document that says what to do, in the reader's language."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cofu_adopt.core import access
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import Busy, DomainError, Invalid, NotFound, SignInNeeded, TooMany

BUSY = sqlite3.OperationalError("database is locked")
FAILURES: dict[str, tuple[Exception, int, str]] = {
    "domain": (DomainError(), 400, "bad_request"),
    "hidden": (NotFound(), 404, "not_found"),
    "invalid": (Invalid({"name": "?"}), 422, "invalid"),
    "often": (TooMany(retry_after_seconds=7), 429, "too_many"),
    "busy": (Busy(), 503, "busy"),
    "pool": (PoolTimeout(), 503, "busy"),
    "locked": (OperationalError("UPDATE", {}, BUSY), 503, "busy"),
    "broken": (ProgrammingError("SELEC", {}, Exception("syntax")), 500, "our_fault"),
    "bug": (ZeroDivisionError(), 500, "our_fault"),
}


def raising(error: Exception) -> Callable[[], Any]:
    def view() -> Any:
        raise error

    return access.public()(view)


def ask_for_what_is_not_there() -> str:
    return str(db.session.scalar(text("SELECT no_such_column")))


def add_routes(app: Flask) -> None:
    for name, (error, _status, _code) in FAILURES.items():
        app.add_url_rule(f"/{name}", name, raising(error))
        app.add_url_rule(f"/api/{name}", f"api_{name}", raising(error))
    app.add_url_rule("/api/sign-in-first", "first", raising(SignInNeeded()))
    app.add_url_rule("/big", "big", access.public()(lambda: abort(413)))
    app.add_url_rule("/typo", "typo", access.public()(ask_for_what_is_not_there))
    app.add_url_rule("/form", "form", raising(SignInNeeded()), methods=["GET", "POST"])


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.mark.parametrize("name", FAILURES)
def test_pages_and_problems(client: FlaskClient, name: str) -> None:
    _error, status, code = FAILURES[name]
    page = client.get(f"/{name}")
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert 'href="/"' in page.text
    problem = client.get(f"/api/{name}")
    assert (problem.status_code, problem.mimetype) == (status, "application/problem+json")
    assert problem.json is not None
    assert (problem.json["status"], problem.json["code"], problem.json["type"]) == (status, code, f"/api#{code}")
    assert problem.json["title"]
    for answer in (page, problem):
        assert "Traceback" not in answer.text
        assert "UPDATE" not in answer.text
        assert ("Retry-After" in answer.headers) is (status in {429, 503})


def test_when_to_come_back(client: FlaskClient) -> None:
    assert client.get("/often").headers["Retry-After"] == "7"
    assert client.get("/busy").headers["Retry-After"] == "5"


@pytest.mark.parametrize(("language", "words"), [("zh_Hans", "没有找到"), ("en", "lang=")])
def test_the_page_is_in_the_readers_language(client: FlaskClient, language: str, words: str) -> None:
    page = client.get(f"/hidden?lang={language}")
    assert words in page.text
    assert f'<html lang="{"en" if language == "en" else "zh-Hans"}"' in page.text
    assert f'<html lang="{"en" if language == "en" else "zh-Hans"}"' in client.get("/nowhere").text


def test_the_browsers_language_counts_until_one_is_chosen(client: FlaskClient) -> None:
    english = {"Accept-Language": "en-GB,en;q=0.9"}
    assert 'lang="en"' in client.get("/nowhere", headers=english).text[:99]
    assert 'lang="zh-Hans"' in client.get("/nowhere", headers={"Accept-Language": "fr"}).text[:99]
    client.get("/nowhere?lang=zh_Hans")
    assert 'lang="zh-Hans"' in client.get("/nowhere", headers=english).text[:99]


def test_werkzeugs_refusals_have_pages_too(client: FlaskClient) -> None:
    assert client.get("/nowhere").status_code == 404
    assert client.get("/api/nowhere").mimetype == "application/problem+json"
    refused = client.delete("/hidden")
    assert (refused.status_code, refused.mimetype) == (405, "text/html")
    assert "GET" in refused.headers["Allow"]
    assert client.get("/big").status_code == 413


def test_a_broken_statement_is_our_fault_not_a_busy_database(client: FlaskClient) -> None:
    assert client.get("/typo").status_code == 500


def test_whoever_must_sign_in_comes_back(client: FlaskClient) -> None:
    assert client.get("/form?a=1").headers["Location"] == "/sign-in?next=/form?a%3D1"
    page = {"Referer": "http://localhost/plots/A1-01?rope=7"}
    assert client.post("/form", headers=page).headers["Location"] == "/sign-in?next=/plots/A1-01?rope%3D7"
    stranger = {"Referer": "http://evil.example/plots"}
    assert client.post("/form", headers=stranger).headers["Location"] == "/sign-in?next=/"
    assert client.post("/form").headers["Location"] == "/sign-in?next=/"
    problem = client.get("/api/sign-in-first")
    assert (problem.status_code, problem.json and problem.json["code"]) == (401, "sign_in_needed")


def test_every_refusal_has_a_code_of_its_own_a_status_and_a_sentence(app: Flask) -> None:
    found: list[type[DomainError]] = [DomainError, *all_refusals(DomainError)]
    codes = [error.code for error in found]
    assert len(found) > 15
    assert len(set(codes)) == len(codes), sorted(code for code in codes if codes.count(code) > 1)
    with app.test_request_context(), force_locale("zh_Hans"):
        for error in found:
            assert 400 <= error.status < 600, error
            assert str(error.text).endswith("。"), error


def all_refusals(error: type[DomainError]) -> list[type[DomainError]]:
    return [
        found
        for child in error.__subclasses__()
        if child.__module__.startswith("cofu_adopt")
        for found in (child, *all_refusals(child))
    ]


@pytest.mark.parametrize("path", ["/?q=%00", "/sea/A%00", "/sign-in?next=/%00"])
def test_a_nul_is_refused_before_the_database_sees_it(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code == 400


def test_a_nul_in_a_form_is_refused(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post("/staff/sign-in", data={"username": "a\0b", "password": "x"})
    assert answer.status_code == 400
