"""Every role against every operation. An operation that is not in the table fails."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core import clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.openapi import METHODS, document
from cofu_adopt.events import Cause
from cofu_adopt.farm.keep_upload import keep_upload
from cofu_adopt.farm.sheet import SeasonFile
from cofu_adopt.payments.dispute_models import GatewayPayoutRow
from cofu_adopt.payments.models import GatewayEvent, Payment
from cofu_adopt.payments.refund_account import give_account
from cofu_adopt.payments.transfer_record import record_line
from cofu_adopt.remedies.models import ChosenBy, Outcome, Remedy, RemedyState
from cofu_adopt.schedule import do_due_work
from cofu_adopt.webhooks.endpoints import register_endpoint, try_endpoint
from tests.api.matrix import ANYBODY, LETTERS, TABLE
from tests.api.shop import Program, Shop
from tests.payments.desk import ACCOUNT

PLACE = re.compile(r"<(?:[^<>]*:)?([^<>]+)>")
UUID = "3f6c1a52-9a5e-4d0e-8a53-0f5d7a3c1b11"
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
    owner = shop.adopter()
    token = owner.put(f"/orders/{shop.paid(owner)}/share", {"shows_name": False}).json["token"]  # type: ignore[index]
    places = {"code": "A1-01", "offer_id": shop.offer_id, "token_id": 1, "address_id": 1, "refund_id": 1}
    places |= {"client_uuid": UUID, "update_id": 1, "reading_id": 1, "token": token, "endpoint_id": 1, "delivery_id": 1}
    places |= {"comment_id": 1, "photo_id": 1, "person_id": 1, "species": "blue_mussel"}
    places |= {"line_id": 1, "dispute_id": 1, "payment_id": 1, "payout_id": 1, "event_id": 1}
    places |= {"request_id": 1, "transfer_id": 1}
    for name, who in TABLE.items():
        method, _, path = name.partition(" ")
        here = path.format_map(places | ({"code": "A1"} if path.startswith("/grids") else {}))
        answer = shop.visitor().call(method.upper(), here, {})
        if who == ANYBODY:
            assert answer.status_code in LET_IN, f"{name}: {answer.status}"
        else:
            assert answer.status_code == 401, f"{name}: {answer.status}"
            assert answer.headers["WWW-Authenticate"].startswith("Bearer"), name


def refund_by_hand(shop: Shop, code: str) -> tuple[int, int]:
    """A part of the order's money that is owed by hand, and the request for it."""
    with unit_of_work():
        order_id = db.session.scalars(select(Adoption.id).where(Adoption.code == code)).one()
        payment = db.session.scalars(select(Payment).where(Payment.order_id == order_id)).one()
        payment.refundable_until = payment.opened_at
    here, desk = f"/desk/orders/{code}/refund", shop.operator()
    terms = desk.read(f"{here}?amount_fen=100")["terms"]
    made: Any = desk.post(here, {"amount_fen": 100, "why": "goodwill", "reason": "a test", "terms": terms})
    request_id: int = made.json["id"]
    do_due_work()
    (line,) = desk.read(f"/desk/refund-requests/{request_id}")["lines"]["items"]
    return line["refund_id"], request_id


def transfer_proposed(shop: Shop, refund_id: int, owner: Program) -> int:
    """A payment by hand that waits for another person."""
    with unit_of_work():
        give_account(refund_id, owner.person_id, ACCOUNT)
    made: Any = shop.person(Role.FINANCE_MAKER).post(f"/desk/refunds/{refund_id}/transfers")
    transfer_id: int = made.json["transfers"][0]["id"]
    return transfer_id


def owe_what_was_given(code: str) -> None:
    """A remedy that the order once had, so that there is one to read."""
    with unit_of_work():
        order = db.session.scalars(select(Adoption).where(Adoption.code == code)).one()
        db.session.add(
            Remedy(
                adoption_id=order.id,
                cause=Cause.LATE_PAYMENT,
                source="payment:1",
                amount_fen=order.price_fen,
                currency="cny",
                lost_label="A1-01-001",
                offered=["rope", "credit", "money"],
                default_outcome=Outcome.MONEY,
                state=RemedyState.DONE,
                outcome=Outcome.ROPE,
                chosen_by=ChosenBy.ADOPTER,
                opened_at=clock.now(),
                choose_until=clock.now(),
                chosen_at=clock.now(),
                done_at=clock.now(),
            )
        )


def a_bank_line(person_id: int) -> int:
    """Money that came to the bank."""
    line = {"bank_ref": "ICBC-1", "amount_fen": 7, "paid_on": clock.today(), "payer": "王小海", "remark": ""}
    with unit_of_work():
        return record_line(person_id, **line).id  # type: ignore[arg-type]


def a_webhook() -> dict[str, int]:
    """An endpoint, and what was sent to it."""
    with unit_of_work():
        endpoint_id = register_endpoint("x", "https://hook.example/", ("update.posted",)).id
        return {"endpoint_id": endpoint_id, "delivery_id": try_endpoint(endpoint_id)}


def an_upload(me: Program) -> str:
    """A file of the workshop's that waits for its import."""
    with unit_of_work():
        return keep_upload({"plots": SeasonFile("plots", "plots.csv", b"x")}, me.person_id)


def some_money(shop: Shop) -> dict[str, int]:
    """A payment, what the gateway told of it, and what it has sent to the bank."""
    shop.gateway_pays_out()
    with unit_of_work(writes=False):
        ids = {"payment_id": Payment.id, "event_id": GatewayEvent.id, "payout_id": GatewayPayoutRow.id}
        return {name: db.session.scalars(select(column).limit(1)).one() for name, column in ids.items()}


def own_things(shop: Shop, me: Program, role: Role) -> dict[str, dict[str, Any]]:
    """What stands in the addresses that `me` calls, by the part of the API."""
    owner = me if role is Role.ADOPTER else shop.adopter()
    order = shop.paid(owner)
    owe_what_was_given(order)
    address = {
        "recipient": "林小满", "phone": "13800005678", "province": "上海市", "city": "上海市", "district": "杨浦区",
        "detail": "四平路 1 号",
    }  # fmt: skip
    kept = me.post("/me/addresses", address)
    me.post("/household/uploads", {"client_uuid": UUID, "size_bytes": 1})
    family = me if role is Role.HOUSEHOLD else shop.person(Role.HOUSEHOLD)
    post = {"client_uuid": UUID, "plot_codes": ["A1-01", "A1-02"]}
    update_id = family.post("/household/updates", post).json["id"]  # type: ignore[index]
    said = {"words": "x", "client_uuid": UUID}
    asked = owner.post(f"/orders/{order}/updates/{update_id}/comments", said).json["id"]  # type: ignore[index]
    answered = family.post(f"/household/comments/{asked}/answer", said).json["answers"][0]["id"]  # type: ignore[index]
    refund_id, request_id = refund_by_hand(shop, order)
    spare = me.post("/tokens", {"name": "spare", "scopes": ["me"], "expires_in_days": 1}).json
    return {
        "any": {
            "offer_id": shop.offer_id,
            "refund_id": refund_id,
            "request_id": request_id,
            "token": owner.put(f"/orders/{order}/share", {"shows_name": False}).json["token"],  # type: ignore[index]
            "token_id": spare["about"]["id"],  # type: ignore[index]
            "address_id": kept.json["id"] if kept.status_code == 201 else 1,  # type: ignore[index]
            "reading_id": 1,
            "update_id": update_id,
            "comment_id": asked,
            "photo_id": 1,
            "person_id": shop.operator().person_id,
            "species": "blue_mussel",
            "line_id": a_bank_line(me.person_id),
            "dispute_id": shop.dispute(shop.paid(shop.adopter())),
            **a_webhook(),
            **some_money(shop),
        },
        "grids": {"code": "A1"},
        "plots": {"code": "A1-01"},
        "orders": {"code": order},
        "household/stories": {"code": "GQ001"},
        "household/comments": {"comment_id": answered},
        "household/uploads": {"client_uuid": UUID},
        "desk/households": {"code": "GQ001"},
        "desk/orders": {"code": order},
        "desk/plots": {"code": "A1-01"},
        "desk/imports": {"token": an_upload(me)},
        "desk/refund-transfers": {"transfer_id": transfer_proposed(shop, refund_id, owner)},
    }
