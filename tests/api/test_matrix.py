"""Every role against every operation. An operation that is not in the table fails."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cofu_adopt.core.access import Role
from cofu_adopt.core.openapi import METHODS, document
from tests.api.shop import Program, Shop

PLACE = re.compile(r"<(?:[^<>]*:)?([^<>]+)>")
LETTERS = {
    "A": Role.ADOPTER, "H": Role.HOUSEHOLD, "S": Role.HOST, "O": Role.OPERATOR, "M": Role.FINANCE_MAKER,
    "C": Role.FINANCE_CHECKER, "U": Role.AUDITOR, "D": Role.ADMINISTRATOR,
}  # fmt: skip
ANYBODY, SIGNED_IN = "anybody", "AHSOMCUD"
TABLE = {
    "get /sea": ANYBODY,
    "get /grids": ANYBODY,
    "get /grids/{code}": ANYBODY,
    "get /grids/{code}/plots": ANYBODY,
    "get /plots/{code}": ANYBODY,
    "get /plots/{code}/ropes": ANYBODY,
    "get /plots/{code}/measurements": ANYBODY,
    "get /offers": ANYBODY,
    "get /offers/{offer_id}": ANYBODY,
    "post /sign-in/codes": ANYBODY,
    "post /sign-in": ANYBODY,
    "post /sign-out": SIGNED_IN,
    "get /tokens": SIGNED_IN,
    "post /tokens": SIGNED_IN,
    "delete /tokens/{token_id}": SIGNED_IN,
    "get /me": SIGNED_IN,
    "put /me": "AH",
    "get /me/addresses": "AH",
    "post /me/addresses": "AH",
    "post /me/addresses/parse": "AH",
    "get /me/addresses/{address_id}": "AH",
    "delete /me/addresses/{address_id}": "AH",
    "get /me/messages": "AH",
    "post /me/messages/read": "AH",
    "get /me/preferences": "AH",
    "patch /me/preferences": "AH",
    "post /me/push-subscriptions": "AH",
    "delete /me/push-subscriptions": "AH",
    "post /holds": "A",
    "get /holds": "A",
    "get /orders": "A",
    "get /orders/{code}": "A",
    "put /orders/{code}/review": "A",
    "post /orders/{code}/payments": "A",
    "post /orders/{code}/payments/check": "A",
    "put /orders/{code}/name": "A",
    "get /orders/{code}/cancellation": "A",
    "post /orders/{code}/cancellation": "A",
    "get /orders/{code}/receipt": "A",
    "get /household/plots": "H",
    "get /household/stories": "H",
    "get /household/stories/{code}": "H",
    "put /household/stories/{code}": "H",
    "get /desk/offers": "OMCU",
    "post /desk/offers": "O",
    "get /desk/offers/{offer_id}": "OMCU",
    "put /desk/offers/{offer_id}": "O",
    "post /desk/offers/{offer_id}/publish": "O",
    "post /desk/offers/{offer_id}/stop": "O",
    "get /desk/orders": "OMCU",
    "get /desk/orders/{code}": "OMCU",
    "get /desk/plots": "OMCU",
    "get /desk/plots/{code}/ropes": "OMCU",
    "get /desk/households": "OMCU",
}
LET_IN = {200, 201, 202, 204, 400, 409, 415, 422, 428}
"""With an empty body one may be refused for the body, once one is in."""


def operations(shop: Shop) -> dict[str, dict[str, Any]]:
    made = document(shop.app)
    return {
        f"{method} {path.removeprefix('/api/v1')}": item[method]
        for path, item in made["paths"].items()
        for method in METHODS
        if method in item
    }


def in_braces(found: re.Match[str]) -> str:
    return "{" + found[1] + "}"


def test_the_table_names_every_operation(shop: Shop) -> None:
    with shop.app.test_request_context():
        assert set(operations(shop)) == set(TABLE)


def test_the_document_names_every_route(shop: Shop) -> None:
    rules = {
        f"{method.lower()} {PLACE.sub(in_braces, rule.rule).removeprefix('/api/v1')}"
        for rule in shop.app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert rules == set(TABLE)


def test_the_document_says_who_may(shop: Shop) -> None:
    with shop.app.test_request_context():
        for name, operation in operations(shop).items():
            roles = set() if TABLE[name] == ANYBODY else {str(LETTERS[letter]) for letter in TABLE[name]}
            assert set(operation.get("x-roles", ())) == roles, name


@pytest.mark.parametrize("letter", LETTERS)
def test_a_role_may_what_the_table_says(shop: Shop, letter: str) -> None:
    me = shop.person(LETTERS[letter])
    places = own_things(shop, me, LETTERS[letter])
    for name, who in TABLE.items():
        method, _, path = name.partition(" ")
        # The token in use would be gone before the others are asked for.
        caller = shop.person(LETTERS[letter]) if name == "post /sign-out" else me
        part = path.split("{")[0].strip("/")
        answer = caller.call(method.upper(), path.format_map(places["any"] | places.get(part, {})), {})
        may = who == ANYBODY or letter in who
        if may:
            assert answer.status_code in LET_IN, f"{name}: {answer.status} {answer.text}"
        else:
            assert answer.status_code == 404, f"{name}: {answer.status}"
            assert answer.json["code"] == "not_found"  # type: ignore[index]


def test_a_visitor_may_what_is_for_anybody(shop: Shop) -> None:
    places = {"code": "A1-01", "offer_id": shop.offer_id, "token_id": 1, "address_id": 1}
    for name, who in TABLE.items():
        method, _, path = name.partition(" ")
        here = path.format_map(places | ({"code": "A1"} if path.startswith("/grids") else {}))
        answer = shop.visitor().call(method.upper(), here, {})
        if who == ANYBODY:
            assert answer.status_code in LET_IN, f"{name}: {answer.status}"
        else:
            assert answer.status_code == 401, f"{name}: {answer.status}"
            assert answer.headers["WWW-Authenticate"].startswith("Bearer"), name


def own_things(shop: Shop, me: Program, role: Role) -> dict[str, dict[str, Any]]:
    """What stands in the addresses that `me` calls, by the part of the API."""
    order = shop.paid(me if role is Role.ADOPTER else shop.adopter())
    address = {
        "recipient": "林小满", "phone": "13800005678", "province": "上海市", "city": "上海市", "district": "杨浦区",
        "detail": "四平路 1 号",
    }  # fmt: skip
    kept = me.post("/me/addresses", address)
    spare = me.post("/tokens", {"name": "spare", "scopes": ["me"], "expires_in_days": 1}).json
    return {
        "any": {
            "offer_id": shop.offer_id,
            "token_id": spare["about"]["id"],  # type: ignore[index]
            "address_id": kept.json["id"] if kept.status_code == 201 else 1,  # type: ignore[index]
        },
        "grids": {"code": "A1"},
        "plots": {"code": "A1-01"},
        "orders": {"code": order},
        "household/stories": {"code": "GQ001"},
        "desk/orders": {"code": order},
        "desk/plots": {"code": "A1-01"},
    }
