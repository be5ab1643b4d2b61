"""An adoption from sign-in to cancelling, through the API alone."""

from __future__ import annotations

from typing import Any

from flask import Flask

from cofu_adopt.core import outbox
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.verify import run_checks
from cofu_adopt.notify.dev_inbox import list_kept
from cofu_adopt.notify.senders import SENDERS
from cofu_adopt.schedule import do_due_work
from tests.api.shop import ADDRESS, OFFER, REVIEW, Program, Shop

PHONE = "138 0000 5678"


def sign_in(app: Flask) -> Program:
    visitor = Program(app)
    sent = visitor.post("/sign-in/codes", {"phone": PHONE})
    assert (sent.status_code, sent.json) == (202, {"phone_masked": "138****5678", "expires_in_seconds": 600})
    outbox.deliver(SENDERS)
    with unit_of_work(writes=False):
        words = list_kept()[0].text
    code = next(part for part in words.replace("，", " ").split() if part.isdecimal() and len(part) == 6)
    answer = visitor.post("/sign-in", {"phone": PHONE, "code": code, "device": "phone"})
    assert answer.status_code == 201, answer.text
    return Program(app, answer.json["token"])  # type: ignore[index]


def test_adopt_pay_name_and_cancel(shop: Shop) -> None:
    me = sign_in(shop.app)
    assert me.read("/me")["roles"] == ["adopter"]
    cell = next(cell for cell in me.read("/sea")["items"] if cell["on_sale"])
    plot = me.read(f"/grids/{cell['code']}/plots")["items"][0]
    (offer,) = me.read(f"/offers?plot={plot['code']}")["items"]
    order = me.hold(offer["id"], plot=plot["code"], rope=3)
    assert (order["state"], order["label"]) == ("held", "A1-01-003")
    assert [hold["code"] for hold in me.read("/holds")["items"]] == [order["code"]]
    here = f"/orders/{order['code']}"

    parsed = me.post("/me/addresses/parse", {"text": "林小满 13800005678 上海市杨浦区四平路街道四平路 1239 号"}).json
    assert parsed == ADDRESS
    assert me.put(f"{here}/review", REVIEW | {"remember": True}).status_code == 200
    assert me.read("/me/addresses")["items"][0]["content"] == ADDRESS

    opened: Any = me.post(f"{here}/payments").json
    assert opened["url"].startswith("http://localhost/sandbox/checkout/")
    shop.pay_at(opened["url"], "lost")
    assert me.read(here)["state"] == "held"
    assert me.post(f"{here}/payments/check").json["state"] == "paid"  # type: ignore[index]
    assert me.read("/me/messages")["items"][0]["order_code"] == order["code"]
    assert me.post("/me/messages/read").json == {"unread_count": 0}
    assert me.put(f"{here}/name", {"name": "小满号"}).json["rope_name"] == "小满号"  # type: ignore[index]
    assert me.read(f"{here}/receipt")["payments"][0]["amount_fen"] == 19800

    preview = me.read(f"{here}/cancellation")
    assert (preview["possible"], preview["refund_fen"]) == (True, 19800)
    refused = me.post(f"{here}/cancellation", {"refund_fen": 0})
    assert (refused.status_code, refused.json["code"]) == (409, "preview_outdated")  # type: ignore[index]
    cancelled: Any = me.post(f"{here}/cancellation", {"refund_fen": 19800}).json
    assert cancelled["state"] == "cancelled"
    do_due_work()
    assert me.read(here)["state"] == "refunded"
    assert not [found for found in run_checks().values() if found]


def test_the_desk_drafts_publishes_and_stops_an_offer(shop: Shop) -> None:
    desk = shop.operator()
    made = desk.post("/desk/offers", OFFER)
    assert made.status_code == 201, made.text
    drafted: Any = made.json
    parts = drafted["split_hosted"]
    assert sum(amount for name, amount in parts.items() if name not in {"price_fen", "holdback_fen"}) == 19800
    here = f"/desk/offers/{drafted['id']}"
    assert desk.get(f"/offers/{drafted['id']}").status_code == 404
    tag = desk.get(here).headers["ETag"]
    changed: Any = desk.put(here, OFFER | {"price_fen": 21800}, If_Match=tag).json
    assert (changed["price_fen"], changed["plots"]) == (21800, ["A1-01", "A1-02"])
    assert desk.post(f"{here}/publish").json["state"] == "published"  # type: ignore[index]
    assert [offer["code"] for offer in desk.read("/offers")["items"]] == ["GQ-1", "GQ-9"]
    assert desk.post(f"{here}/stop").json["state"] == "stopped"  # type: ignore[index]


def test_the_desk_finds_an_order_by_what_is_in_hand(shop: Shop) -> None:
    adopter, desk = shop.adopter(), shop.operator()
    order = adopter.hold(shop.offer_id, plot="A1-02", rope=4)
    shop.adopter().hold(shop.offer_id, plot="A1-01")
    for typed in (order["code"], "0001", "13900000001", "A1-02", "a1-02-004"):
        found = desk.read(f"/desk/orders?q={typed}")["items"]
        assert [row["code"] for row in found] == [order["code"]], typed
    assert len(desk.read("/desk/orders?state=held")["items"]) == 2
    assert desk.read("/desk/orders?q=nobody")["items"] == []
    rope = desk.read("/desk/plots/A1-02/ropes")["items"][3]
    assert rope == {"number": 4, "free": False, "order_code": order["code"], "state": "held"}


def test_the_desk_sees_households_masked(shop: Shop) -> None:
    (row,) = shop.operator().read("/desk/households?q=张")["items"]
    assert (row["phone_masked"], row["bank_account_masked"]) == ("199****0001", "6299****9311")
    assert "6299995173266249311" not in str(row)


def test_pay_by_transfer(shop: Shop) -> None:
    me = shop.adopter()
    here = f"/orders/{me.hold(shop.offer_id)['code']}"
    assert me.put(f"{here}/review", REVIEW).status_code == 200
    assert me.get(f"{here}/transfer").json["code"] == "no_transfer"  # type: ignore[index]
    assert me.post(f"{here}/payments", {"way": "cash"}).status_code == 422
    opened: Any = me.post(f"{here}/payments", {"way": "transfer"}).json
    assert opened["url"] == f"http://localhost{here}/return"
    how = me.read(f"{here}/transfer")
    said = [me.put(f"{here}/transfer/sent", None).json["said_sent_at"] for _ in range(2)]  # type: ignore[index]
    assert said[0] == said[1] is not None
    assert shop.adopter().put(f"{here}/transfer/sent", None).status_code == 404
    assert (how["missing_fen"], how["received_fen"], how["until"]) == (19800, 0, me.read(here)["held_until"])
    assert me.post(f"{here}/payments").json["url"].startswith("http://localhost/sandbox/")  # type: ignore[index]
    assert me.get(f"{here}/transfer").status_code == 409
    assert me.put(f"{here}/transfer/sent", None).status_code == 409
