"""Before a sensitive act staff prove once more who they are; nothing typed is lost."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cofu_adopt.core.access import Access, Role
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.identity import totp
from tests.identity.staff import PASSWORD, enrol, set_up, sign_in

SENSITIVE = {
    "desk_households.reveal",
    "desk_orders.reveal",
    "desk_export.orders",
    "desk_export.households",
    "desk_export.payments",
    "desk_growth_export.silent",
    "desk_growth_export.measurements",
    "desk_growth_export.forecasts",
    "desk_growth_export.calendar",
    "desk_species.change",
    "desk_payments.finish_review",
    "desk_cancel.cancel",
    "desk_transfers.match",
    "desk_transfers.undo",
    "desk_transfers.void",
    "desk_transfers.ask_return",
    "desk_transfers.confirm_return",
    "desk_disputes.answer",
    "desk_refund_ask.send",
    "desk_refund_ask.send_many",
    "desk_refund_acts.approve_request",
    "desk_refund_acts.retry",
    "desk_refund_acts.by_hand",
    "desk_refund_acts.reveal",
    "desk_refund_acts.propose",
    "desk_refund_acts.approve_transfer",
    "desk_refund_acts.paid",
    "desk_refund_acts.returned",
    "desk_remedy.decide",
    "offers.publish",
    "offers.stop",
    "farm.write",
    "desk_webhooks.create",
    "desk_webhooks.change",
    "desk_webhooks.switch",
    "desk_webhooks.rotate",
    "desk_webhooks.delete",
    "staff_tokens.make",
    "staff_security.start",
    "staff_security.confirm",
    "staff_security.renew_codes",
    "staff_people.reset_totp",
    "staff_people.end_sessions",
}
REVEAL = "/desk/households/NONE/reveal"


@pytest.fixture
def operator_id(client: FlaskClient) -> int:
    return enrol("operator", Role.OPERATOR)


@pytest.fixture
def stale(app: Flask, operator_id: int, still: FrozenClock) -> FlaskClient:
    """A browser in which the operator signed in a while ago."""
    client = sign_in(app, "operator")
    still.advance(minutes=10, seconds=1)
    return client


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {unescape(name): unescape(value) for name, value in found}


def test_what_is_sensitive(app: Flask) -> None:
    declared = {name: getattr(view, "access", None) for name, view in app.view_functions.items()}
    assert {name for name, found in declared.items() if isinstance(found, Access) and found.fresh} == SENSITIVE


def test_for_ten_minutes_nobody_is_asked(app: Flask, operator_id: int, still: FrozenClock) -> None:
    client = sign_in(app, "operator")
    still.advance(minutes=10)
    assert client.get("/desk/orders/export?format=csv", buffered=True).status_code == 200
    still.advance(seconds=1)
    assert client.get("/desk/orders/export?format=csv", buffered=True).status_code == 302
    assert client.get("/desk/orders").status_code == 200, "reading goes on"


def test_a_file_is_asked_for_again_on_the_page_before(stale: FlaskClient) -> None:
    before = {"Referer": "http://localhost/desk/orders?state=paid"}
    asked = stale.get("/desk/orders/export?format=csv", headers=before)
    assert asked.location == "/staff/confirm?next=/desk/orders?state%3Dpaid"
    typed = hidden(stale.get(asked.location).text) | {"password": PASSWORD}
    assert stale.post("/staff/confirm", data=typed).location == "/desk/orders?state=paid"
    answer = stale.get("/desk/orders/export?format=csv", buffered=True)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_a_form_is_kept_and_sent_again(stale: FlaskClient) -> None:
    reason = 'Ferry <late> & "wet"'
    page = stale.post(REVEAL, data={"field": "phone", "reason": reason, "csrf_token": "old"})
    assert page.status_code == 403
    typed = hidden(page.text)
    assert (typed["act"], typed["kept.reason"]) == (REVEAL, reason)
    wrong = stale.post("/staff/confirm", data=typed | {"password": "x"})
    assert wrong.status_code == 422
    assert "密码不对" in wrong.text
    assert stale.post(REVEAL, data={"field": "phone"}).status_code == 403, "a wrong password proves nothing"
    typed = hidden(wrong.text)
    done = stale.post("/staff/confirm", data=typed | {"password": PASSWORD}).text
    assert f'action="{REVEAL}"' in done
    again = hidden(done)
    assert {name: again[name] for name in ("field", "reason")} == {"field": "phone", "reason": reason}
    assert PASSWORD not in done
    assert "old" not in again.values()
    assert stale.post(REVEAL, data=again).status_code == 404, "let in, and there is no such household"


def test_the_act_did_not_happen_meanwhile(app: Flask, operator_id: int, still: FrozenClock) -> None:
    client = sign_in(app, "operator")
    still.advance(hours=1)
    assert client.post("/staff/security/totp").status_code == 403
    with unit_of_work(writes=False):
        assert totp.pending_secret(operator_id) is None


def test_with_the_code_when_it_is_set_up(app: Flask, operator_id: int, still: FrozenClock) -> None:
    phone, _codes = set_up(operator_id, still)
    client = sign_in(app, "operator", phone.code())
    still.advance(hours=1)
    assert 'name="code"' in client.get("/staff/confirm").text
    for code in ("", phone.wrong()):
        answer = client.post("/staff/confirm", data={"password": PASSWORD, "code": code})
        assert answer.status_code == 422
        assert "验证码不对" in answer.text
    wrong = client.post("/staff/confirm", data={"password": "x", "code": phone.code()})
    assert wrong.status_code == 422
    right = client.post("/staff/confirm", data={"password": PASSWORD, "code": phone.code(), "next": "/desk/orders"})
    assert right.location == "/desk/orders", "a wrong password had not used up the code"
    assert client.get("/desk/orders/export?format=csv", buffered=True).status_code == 200


def test_nobody_elses_password_proves_anything(app: Flask, stale: FlaskClient) -> None:
    enrol("other", Role.OPERATOR)
    answer = stale.post("/staff/confirm", data={"username": "other", "password": "other"})
    assert answer.status_code == 422
    assert stale.post(REVEAL).status_code == 403


def test_tries_are_limited(stale: FlaskClient) -> None:
    for _ in range(9):  # signing in was the first
        assert stale.post("/staff/confirm", data={"password": "x"}).status_code in {422, 429}
    for _ in range(2):
        answer = stale.post("/staff/confirm", data={"password": "x", "kept.reason": "typed", "act": REVEAL})
    assert answer.status_code == 429
    assert hidden(answer.text)["kept.reason"] == "typed"


def test_back_is_a_page_and_not_the_answer_to_a_form(stale: FlaskClient) -> None:
    for before, back in ((REVEAL, "/desk"), ("/desk/households?q=x", "/desk/households?q=x")):
        page = stale.post(REVEAL, headers={"Referer": f"http://localhost{before}"})
        assert hidden(page.text)["next"] == back


def test_it_leads_nowhere_else(stale: FlaskClient) -> None:
    for bad in ("//evil.example", "https://evil.example/", "/\\evil.example"):
        done = stale.post("/staff/confirm", data={"password": PASSWORD, "next": bad, "act": bad})
        assert done.location == "/desk"


def test_to_another_role_it_still_does_not_exist(app: Flask, client: FlaskClient, still: FrozenClock) -> None:
    enrol("host", Role.HOST)
    host = sign_in(app, "host")
    still.advance(hours=1)
    assert host.post(REVEAL).status_code == 404
    assert app.test_client().get("/staff/confirm").location.startswith("/staff/sign-in")
