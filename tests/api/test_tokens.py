"""Tokens: what they may, how long they live, what is kept of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from cofu_adopt.core import clock
from cofu_adopt.core.access import Access, Role, Scope
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.identity.bearer import NOTE_USE_EVERY
from cofu_adopt.identity.models import ApiToken, Person
from cofu_adopt.identity.people import enrol_staff
from cofu_adopt.identity.tokens import scopes_of, sign_in_token
from tests.api.shop import Program, Shop


def make(me: Program, *scopes: str, days: int = 30) -> Any:
    answer = me.post("/tokens", {"name": "shop screen", "scopes": list(scopes), "expires_in_days": days})
    assert answer.status_code == 201, answer.text
    return answer.json


def code_of(answer: Any) -> str:
    return str(answer.json["code"])


def test_a_token_may_only_what_its_scopes_say(shop: Shop) -> None:
    me = shop.adopter()
    reader = Program(shop.app, make(me, "orders:read")["token"])
    assert reader.get("/orders").status_code == 200
    refused = reader.post("/holds", {"offer_id": shop.offer_id})
    assert (refused.status_code, code_of(refused)) == (403, "scope_missing")
    assert refused.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="orders:write"'
    assert reader.get("/me").status_code == 403


def test_a_weak_token_makes_no_stronger_one(shop: Shop) -> None:
    weak = shop.person(Role.ADOPTER, scopes=frozenset({Scope.TOKENS, Scope.ORDERS_READ}))
    assert make(weak, "orders:read")["about"]["scopes"] == ["orders:read"]
    refused = weak.post("/tokens", {"name": "x", "scopes": ["orders:write"], "expires_in_days": 1})
    assert (refused.status_code, code_of(refused)) == (403, "scope_missing")


def test_nobody_gives_what_her_roles_do_not(shop: Shop) -> None:
    refused = shop.adopter().post("/tokens", {"name": "x", "scopes": ["desk:read"], "expires_in_days": 1})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["scopes"])  # type: ignore[index]
    assert make(shop.operator(), "desk:read", "desk:write")["about"]["scopes"] == ["desk:read", "desk:write"]
    refused = shop.person(Role.AUDITOR).post("/tokens", {"name": "x", "scopes": ["desk:write"], "expires_in_days": 1})
    assert refused.status_code == 422


def test_a_token_expires(shop: Shop) -> None:
    with clock.frozen() as frozen:
        token = Program(shop.app, make(shop.adopter(), "me", days=2)["token"])
        frozen.advance(days=1, hours=23)
        assert token.get("/me").status_code == 200
        frozen.advance(hours=2)
        refused = token.get("/me")
    assert (refused.status_code, code_of(refused)) == (401, "token_not_valid")
    assert "invalid_token" in refused.headers["WWW-Authenticate"]


def test_a_revoked_token_ends_at_once(shop: Shop) -> None:
    me = shop.adopter()
    made = make(me, "me")
    token = Program(shop.app, made["token"])
    assert token.get("/me").status_code == 200
    assert made["about"]["id"] in [row["id"] for row in me.read("/tokens")["items"]]
    assert me.delete(f"/tokens/{made['about']['id']}").status_code == 204
    assert me.delete(f"/tokens/{made['about']['id']}").status_code == 204
    assert token.get("/me").status_code == 401
    assert made["about"]["id"] not in [row["id"] for row in me.read("/tokens")["items"]]


def test_signing_out_revokes_the_token_that_was_sent(shop: Shop) -> None:
    me = shop.adopter()
    assert me.post("/sign-out").status_code == 204
    assert me.get("/me").status_code == 401


def test_only_its_hash_is_in_the_database(shop: Shop) -> None:
    secret = make(shop.adopter(), "me")["token"]
    assert len(secret) > 40
    with unit_of_work(writes=False):
        for table in ("api_token", "idempotency_key", "audit_record"):
            assert secret not in str(db.session.execute(text(f"SELECT * FROM {table}")).all()), table  # noqa: S608
        row = db.session.scalars(select(ApiToken).order_by(ApiToken.id.desc())).first()
    assert row is not None
    assert row.hint == secret[-4:]


def test_its_last_use_is_noted_now_and_then(shop: Shop) -> None:
    with clock.frozen() as frozen:
        me = shop.adopter()

        def last_used() -> str | None:
            found: str | None = me.read("/tokens")["items"][0]["last_used_at"]
            return found

        assert last_used() is None
        first = frozen.at
        assert last_used() == first.isoformat()
        frozen.advance(seconds=60)
        assert last_used() == first.isoformat()
        frozen.at = first + NOTE_USE_EVERY
        me.get("/me")
        assert last_used() == frozen.at.isoformat()


def test_signing_out_everywhere_ends_tokens_of_sign_ins_and_keeps_named_ones(shop: Shop) -> None:
    me = shop.adopter()
    with unit_of_work():
        person = db.session.get_one(Person, me.person_id)
        from_sign_in = Program(shop.app, sign_in_token(person, "phone").secret)
    assert from_sign_in.get("/me").status_code == 200
    with unit_of_work():
        db.session.execute(update(Person).where(Person.id == me.person_id).values(session_epoch=2))
    assert from_sign_in.get("/me").status_code == 401
    assert me.get("/me").status_code == 200


def test_a_code_by_sms_does_not_open_the_desk(shop: Shop) -> None:
    staff = shop.operator()
    with unit_of_work():
        signed_in = Program(shop.app, sign_in_token(db.session.get_one(Person, staff.person_id), "phone").secret)
    assert signed_in.get("/desk/orders").status_code == 403


@pytest.mark.parametrize(
    "sent", ["Bearer", "Bearer ", "Bearer cofu_guess", "Basic YTpi", "Bearer " + "x" * 900, "\u00e9"]
)
def test_what_is_no_token_is_refused(shop: Shop, sent: str) -> None:
    answer = shop.visitor().get("/me", Authorization=sent)
    assert (answer.status_code, code_of(answer)) == (401, "token_not_valid")


def test_a_session_is_no_token_and_a_token_no_session(shop: Shop) -> None:
    me = shop.adopter()
    browser = shop.app.test_client()
    with browser.session_transaction() as session:
        session["person_id"], session["epoch"] = me.person_id, 1
    assert browser.get("/me").status_code == 200
    assert browser.get("/api/v1/me").status_code == 401
    assert browser.post("/api/v1/sign-out").status_code == 401
    page = shop.app.test_client().get("/me", headers={"Authorization": f"Bearer {me.token}"})
    assert page.status_code == 302


def test_the_api_sets_no_cookie(app: Flask, shop: Shop) -> None:
    answer = shop.adopter().get("/me?lang=en")
    assert "Set-Cookie" not in answer.headers


def test_codes_are_limited_and_wrong_ones_counted(shop: Shop) -> None:
    visitor = shop.visitor()
    assert visitor.post("/sign-in/codes", {"phone": "13800005678"}).status_code == 202
    again = visitor.post("/sign-in/codes", {"phone": "13800005678"})
    assert (again.status_code, code_of(again)) == (429, "too_many_codes")
    assert int(again.headers["Retry-After"]) > 0
    wrong = [visitor.post("/sign-in", {"phone": "13800005678", "code": "000000x"}) for _ in range(6)]
    assert [code_of(answer) for answer in wrong[:1] + wrong[5:]] == ["code_wrong", "code_dead"]


def test_a_code_may_be_typed_in_wide_digits_and_a_short_one_costs_no_try(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda _below: 42917)
    visitor, phone = shop.visitor(), "13800005678"
    visitor.post("/sign-in/codes", {"phone": phone})
    for _ in range(6):
        assert code_of(visitor.post("/sign-in", {"phone": phone, "code": "0429"})) == "code_wrong"
    assert visitor.post("/sign-in", {"phone": phone, "code": "０４２ ９１７"}).status_code == 201


def test_too_many_tries_say_when_to_come_back(shop: Shop) -> None:
    visitor = shop.visitor()
    with clock.frozen() as frozen:
        frozen.at = frozen.at.replace(minute=1, second=0, microsecond=0)
        for _ in range(60):
            visitor.post("/sign-in", {"phone": "13800005678", "code": "000000"})
        refused = visitor.post("/sign-in", {"phone": "13800005678", "code": "000000"})
        assert (code_of(refused), refused.headers["Retry-After"]) == ("too_many", "840")
        page = shop.app.test_client()
        with page.session_transaction() as session:
            session["sign_in_phone"] = "13800005678"
        answer = page.post("/sign-in/code", data={"code": "000000"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "840")


def test_an_expiring_token_says_when(shop: Shop) -> None:
    with clock.frozen() as frozen:
        about = make(shop.adopter(), "me", days=90)["about"]
        assert about["expires_at"] == (frozen.at + timedelta(days=90)).isoformat()


def test_staff_get_their_token_on_the_command_line(shop: Shop) -> None:
    enrol = {"username": "zhou", "password": "long enough a password", "display_name": "小周"}
    with unit_of_work():
        enrol_staff(**enrol, roles=(Role.OPERATOR,))
    run = shop.app.test_cli_runner()
    made = run.invoke(args=["token", "zhou", "--name", "stock sheet", "--scope", "desk:read"])
    assert made.exit_code == 0, made.output
    token = Program(shop.app, made.output.strip())
    assert token.get("/desk/orders").status_code == 200
    assert token.post("/desk/offers").status_code == 403
    refused = run.invoke(args=["token", "zhou", "--name", "x", "--scope", "orders:write"])
    assert (refused.exit_code, "orders:write" in refused.output) == (1, True)
    assert run.invoke(args=["token", "nobody", "--name", "x", "--scope", "me"]).exit_code == 1


def test_whoever_may_call_an_operation_can_have_a_token_for_it(shop: Shop) -> None:
    views = {name: view for name, view in shop.app.view_functions.items() if name.startswith("api_")}
    access: dict[str, Access] = {name: getattr(view, "access") for name, view in views.items()}  # noqa: B009 - untyped
    needed = {
        (name, role)
        for name, declared in access.items()
        if declared.scope not in {None, Scope.TOKENS}
        for role in declared.roles or ()
        if declared.scope not in scopes_of({role})
    }
    assert len(views) > 100
    assert needed == set()
