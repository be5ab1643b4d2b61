"""My ropes, the page of a rope, and the limit per person when it is paid."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy import select

from cofu_adopt.adoptions.handlers import on_guest_signed_in
from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.events import GuestSignedIn
from cofu_adopt.payments.models import Payment
from cofu_adopt.schedule import do_due_work
from tests.screens.conftest import Post, Shop

PLOT = "A1-01"
ADDRESS = {
    "recipient": "林小满", "phone": "13800005678", "province": "上海市", "city": "上海市", "district": "杨浦区",
    "detail": "四平路 1 号", "fresh_goods": "1",
}  # fmt: skip


def hold(post: Post, client: FlaskClient, offer_id: int, rope: int) -> str:
    """Hold a rope; the path of its review page."""
    form = {"offer_id": offer_id, "plot": PLOT, "rope": rope, "request_key": f"key-of-rope-{rope}"}
    answer = post(client, f"/plots/{PLOT}", "/adopt", **form)
    assert answer.status_code == 302
    return answer.location


def pay(post: Post, client: FlaskClient, review: str) -> str:
    """Review and pay in the sandbox; the path of the order page."""
    checkout = post(client, review, review, **ADDRESS).location
    come_back = post(client, checkout, checkout, outcome="pay", wallet="wechat_pay").location
    return client.get(come_back).location


def test_nothing_yet_leads_to_the_map(shop: Shop) -> None:
    page = shop.signed_in().get("/my/ropes").text
    assert "还没有您的绳" in page
    assert '<a class="btn" href="/">' in page


def test_a_held_rope_stands_before_a_paid_one(shop: Shop, post: Post) -> None:
    offer_id = shop.offer([PLOT])
    client = shop.signed_in()
    order = pay(post, client, hold(post, client, offer_id, 7))
    review = hold(post, client, offer_id, 8)
    page = client.get("/my/ropes").text
    rope = order.replace("/orders/", "/my/ropes/")
    assert re.findall(rf'href="({rope}|{review})"', page) == [review, rope]
    assert "1 串在海里替您长着" in page
    assert "离采收窗口还有 270 天" in page


def test_the_page_of_a_rope_is_the_owners(shop: Shop, post: Post) -> None:
    offer_id = shop.offer([PLOT])
    client = shop.signed_in()
    order = pay(post, client, hold(post, client, offer_id, 7))
    answer = post(client, order, f"{order}/name", name="<i>小满号")
    assert answer.location == order
    page = client.get(order).text
    for words in ("&lt;i&gt;小满号", "看它在海里的日子", "看收据", "取消认养并退款"):
        assert words in page
    assert "&lt;i&gt;小满号" in client.get(order.replace("/orders/", "/my/ropes/")).text
    assert client.get(f"{order}/receipt").status_code == 200
    assert shop.signed_in("13900001111").get(order).status_code == 404


def test_the_review_says_the_terms_and_ticks_nothing_for_the_adopter(shop: Shop, post: Post) -> None:
    offer_id = shop.offer([PLOT])
    client = shop.signed_in()
    page = client.get(hold(post, client, offer_id, 7)).text
    assert "微信支付 180 天，支付宝 90 天" in page
    assert "2.5 千克" in page
    assert re.search(r'name="fresh_goods" value="1"\s*>', page)


def test_a_hold_that_ran_out_can_be_taken_again(shop: Shop, post: Post, still: FrozenClock) -> None:
    offer_id = shop.offer([PLOT])
    client = shop.signed_in()
    review = hold(post, client, offer_id, 7)
    still.advance(minutes=16)
    answer = client.get(review)
    assert answer.status_code == 409
    assert "A1-01-007 号正在放开" in answer.text
    assert "data-ask-again" in answer.text
    do_due_work()
    answer = client.get(review)
    assert answer.status_code == 409
    assert "它还空着，可以再认" in answer.text
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)">', answer.text))
    again = client.post("/adopt", data=form)
    assert again.status_code == 302
    assert again.location != review


def test_holds_as_a_guest_do_not_pass_the_limit(shop: Shop, post: Post) -> None:
    offer_id = shop.offer([PLOT], limit=1)
    mine = shop.signed_in()
    hold(post, mine, offer_id, 1)
    guest = shop.app.test_client()
    second = hold(post, guest, offer_id, 2)
    with unit_of_work():
        person_id, guest_id = db.session.scalars(select(Adoption.person_id).order_by(Adoption.rope_number))
        on_guest_signed_in(GuestSignedIn(guest_id, person_id))
    answer = post(mine, second, second, **ADDRESS)
    assert answer.status_code == 409
    assert "放开 1 串留着的，就能接着付款" in answer.text
    releases = re.findall(r'href="(/orders/\w+/cancel)"', answer.text)
    assert len(releases) == 2
    with unit_of_work(writes=False):
        assert db.session.scalars(select(Payment)).all() == []
    assert post(mine, releases[0], releases[0]).status_code == 302
    assert "/sandbox/checkout/" in post(mine, second, second, **ADDRESS).location
    with unit_of_work(writes=False):
        states = db.session.scalars(select(Adoption.state).order_by(Adoption.rope_number)).all()
    assert states == [AdoptionState.CANCELLED, AdoptionState.HELD]
