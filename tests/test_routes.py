"""Every route declares who may call it, and those who may not get nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from cofu_adopt.app import CofuAdopt, create_app, csrf
from cofu_adopt.core.access import STAFF, Access, Role
from cofu_adopt.routes import register_blueprints
from config import Settings
from tests.people import Who, browser

OPEN_PATHS = re.compile(
    r"/($|healthz|readyz|metrics$|style/|sea/|plots/|r/|adopt$|sign-in|sign-out|staff/sign-in|media/|webhooks/|openapi|api$|api/"
    r"|sw\.js$|unsubscribe/|confirm-email/|household/(app/|sw\.js$|offline$|manifest\.webmanifest$))"
)
"""What anybody may call."""
SAFE_PATHS = re.compile(r"/(kit|sandbox/|desk/sandbox|dev/)")
"""What exists where no real money and no real person can be touched."""
ROLES_OF_PATHS: tuple[tuple[str, frozenset[Role]], ...] = (
    (r"/(orders|my)/", frozenset({Role.ADOPTER})),
    (r"/me(/|$)", frozenset({Role.ADOPTER, Role.HOUSEHOLD})),
    (r"/household/uploads(/|$)", frozenset({Role.HOUSEHOLD, Role.OPERATOR})),
    (r"/household(/|$)", frozenset({Role.HOUSEHOLD})),
    (r"/(desk|staff)(/|$)", STAFF),
)
"""Whom at most each part of the site is for."""
WRITERS_OF_DESK = frozenset({Role.OPERATOR, Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.ADMINISTRATOR})
NO_CSRF = {"webhooks.stripe_webhook", "notify_links.unsubscribe", "notify_links.confirm"}
"""The gateway signs its body instead, and the links of e-mails are signed themselves."""
SAMPLES = {"int": "1", "id": "1", "default": "NONE", "string": "NONE", "path": "NONE"}


@pytest.fixture(scope="module")
def development() -> Flask:
    return create_app(Settings(env="test", database_url="sqlite:///:memory:"))


@pytest.fixture(scope="module")
def production() -> Flask:
    """The routes of production, without the rest: its settings hold for the whole process."""
    app = CofuAdopt("cofu_adopt.app")
    register_blueprints(app, replace(Settings(), env="production"), csrf)
    return app


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def access_of(app: Flask, rule: Rule) -> Access | None:
    return getattr(app.view_functions[rule.endpoint], "access", None)


def undeclared(app: Flask) -> list[str]:
    return [rule.rule for rule in rules(app) if access_of(app, rule) is None]


def address(rule: Rule) -> str:
    """An address of the route, of something that does not exist."""
    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda found: SAMPLES[found[1] or "default"], rule.rule)


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def test_every_route_declares_who_may_call_it(development: Flask, production: Flask) -> None:
    assert len(rules(production)) > 30
    assert undeclared(development) == []
    assert undeclared(production) == []


def test_no_id_in_an_address_is_longer_than_a_database_can_hold(production: Flask) -> None:
    assert [rule.rule for rule in rules(production) if "<int:" in rule.rule] == []


def test_a_route_without_a_declaration_is_found_and_refuses(own_app: Flask) -> None:
    own_app.add_url_rule("/forgotten", "forgotten", lambda: "everybody's secrets")
    assert undeclared(own_app) == ["/forgotten"]
    answer = own_app.test_client().get("/forgotten")
    assert answer.status_code == 500
    assert "secrets" not in answer.text


def test_what_is_only_for_development_is_not_in_production(development: Flask, production: Flask) -> None:
    safe = {rule.rule for rule in rules(development)} - {rule.rule for rule in rules(production)}
    assert safe
    assert all(SAFE_PATHS.match(path) for path in safe)
    left = [rule.rule for rule in rules(production) if SAFE_PATHS.match(rule.rule)]
    assert left in ([], ["/dev/inbox"])


def test_each_part_of_the_site_is_for_those_it_is_for(development: Flask) -> None:
    for rule in rules(development):
        declared = access_of(development, rule)
        assert declared is not None
        if declared.roles is None:
            assert OPEN_PATHS.match(rule.rule) or SAFE_PATHS.match(rule.rule), f"{rule.rule} is open to everybody"
            continue
        assert declared.roles, f"{rule.rule} is for nobody"
        most = next((roles for path, roles in ROLES_OF_PATHS if re.match(path, rule.rule)), None)
        assert most is not None or rule.rule.startswith("/api/"), f"{rule.rule}: say in ROLES_OF_PATHS whom it is for"
        assert most is None or declared.roles <= most, f"{rule.rule} is for {sorted(declared.roles)}"


def test_the_auditor_changes_nothing(development: Flask) -> None:
    for rule in rules(development):
        declared = access_of(development, rule)
        may_write = declared is not None and (declared.writes or declared.own_transactions)
        if declared and declared.roles and may_write and rule.rule.startswith("/desk") and methods(rule) != ["GET"]:
            assert declared.roles <= WRITERS_OF_DESK, rule.rule


def test_no_get_declares_that_it_writes(development: Flask) -> None:
    for rule in rules(development):
        declared = access_of(development, rule)
        assert declared is None or not (declared.writes and methods(rule) == ["GET"]), rule.rule


def test_those_who_may_not_get_nothing(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    asked = 0
    for who in Who:
        client = browser(app, who)
        for rule in rules(app):
            declared = access_of(app, rule)
            if declared is None or declared.roles is None or (who.role is not None and who.role in declared.roles):
                continue
            for method in methods(rule):
                answer = client.open(address(rule), method=method)
                assert is_refusal(answer, who, rule, declared), f"{who} {method} {rule.rule}: {answer.status}"
                asked += 1
    assert asked > 150


def is_refusal(answer: TestResponse, who: Who, rule: Rule, declared: Access) -> bool:
    if rule.rule.startswith("/api/"):
        # A session is no token; tests/api holds each role against each operation.
        return answer.status_code == 401
    if who.role is not None:
        return answer.status_code == 404
    door = "/staff/sign-in" if declared.roles is not None and declared.roles <= STAFF else "/sign-in"
    return answer.status_code == 302 and answer.headers["Location"].split("?")[0] == door


def test_those_who_may_are_not_sent_away(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    for who in Who:
        client = browser(app, who)
        for rule in rules(app):
            declared = access_of(app, rule)
            # With something that does not exist, being let in ends in 404, 409 or 422, or in a page.
            mine = declared is not None and declared.roles is not None and who.role in declared.roles
            if mine and methods(rule) != ["GET"] and not rule.rule.startswith("/api/"):
                answer = client.open(address(rule), method=methods(rule)[0])
                assert answer.status_code not in {401, 403, 405, 500}, f"{who} {rule.rule}: {answer.status}"
                assert "sign-in" not in answer.headers.get("Location", ""), f"{who} {rule.rule}"


@pytest.fixture
def operator(app: Flask) -> Iterator[FlaskClient]:
    with browser(app, Who.OPERATOR) as client:
        yield client


def test_every_post_but_the_gateways_needs_the_forms_token(app: Flask, operator: FlaskClient) -> None:
    seen = set()
    for rule in rules(app):
        for method in methods(rule):
            # The API takes no session, so there is nothing that a foreign form could use.
            if method == "GET" or rule.rule.startswith("/api/"):
                continue
            seen.add(rule.endpoint)
            answer = operator.open(address(rule), method=method, data={"csrf_token": "guessed"})
            if rule.endpoint in NO_CSRF:
                assert answer.status_code == 404 or answer.json == {"status": "refused"}
                continue
            assert answer.status_code == 400, f"{method} {rule.rule}: {answer.status}"
    assert seen > NO_CSRF
    assert len(seen) > 10


def test_with_the_token_the_form_is_taken(app: Flask, operator: FlaskClient) -> None:
    page = operator.get("/sign-in").text
    (token,) = re.findall(r'name="csrf_token" value="([^"]+)"', page)[:1]
    assert operator.post("/sign-out", data={"csrf_token": token}).status_code == 302
