"""The operator's overview: the sea, the orders, the clock, and what waits for a person."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cofu_adopt.adoptions.hold import hold_rope
from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.core import clock, due
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm.import_season import commit_import, preview_import
from cofu_adopt.farm.queries import all_plot_ids
from cofu_adopt.farm.read_season import files_in
from cofu_adopt.offers.load_demo import load_demo_offers
from cofu_adopt.payments.models import Payment, PaymentState, Refund, RefundState
from tests.farm.conftest import SeasonFiles, files
from tests.people import Who, browser, make_person

__all__ = ["files"]


@pytest.fixture
def sea(app: Flask, still: FrozenClock, files: SeasonFiles) -> Flask:
    """Twelve ropes and two offers."""
    with unit_of_work():
        commit_import(preview_import(files_in(files.write())))
        load_demo_offers(all_plot_ids(), currency="cny")
    return app


@pytest.fixture
def operator(app: Flask, client: FlaskClient, still: FrozenClock) -> FlaskClient:
    return browser(app, Who.OPERATOR)


def hold(number: int) -> int:
    person_id = make_person(Who.ADOPTER)
    with unit_of_work():
        held = hold_rope(
            person_id=person_id, offer_id=1, request_key=f"request-{number}", plot_code="A1-01", rope_number=number
        )
        return held.id


def pay(order_id: int, **values: Any) -> int:
    """A payment of the order as the books may have it."""
    with unit_of_work():
        payment = Payment(
            **{
                "order_id": order_id, "provider": "sandbox", "state": PaymentState.SUCCEEDED, "amount_fen": 19800,
                "currency": "cny", "key": f"key-{order_id}", "title": "t", "return_url": "/", "locale": "en",
                "livemode": False, "opened_at": clock.now(), "expires_at": clock.now(), **values,
            }
        )  # fmt: skip
        db.session.add(payment)
        db.session.flush()
        return payment.id


def test_an_empty_sea_says_what_comes_first(operator: FlaskClient) -> None:
    page = operator.get("/desk").text
    assert "海里还没有绳" in page
    assert "还没有订单" in page
    assert "现在没有在卖的方案" in page
    assert 'href="/desk/offers/new"' in page


def test_the_sea_and_the_orders_in_numbers(sea: Flask, operator: FlaskClient) -> None:
    paid_id, _held_id = hold(1), hold(2)
    with unit_of_work():
        adoption = db.session.get_one(Adoption, paid_id)
        adoption.state, adoption.paid_at = AdoptionState.PAID, clock.now()
    page = operator.get("/desk").text
    assert "<dd>12 <small>串" in page
    assert '<dd>1 <small>串</small></dd><dd class="tile__n">付了款的才算' in page, "a held rope is nobody's yet"
    assert "3 户在养" in page
    assert '<dd class="num">¥198.00</dd>' in page
    assert "¥396.00" in page, "the table adds up"
    assert "GQ-1" in page
    assert "seamap" in page


def test_a_clock_that_stands_is_said(sea: Flask, operator: FlaskClient, still: FrozenClock) -> None:
    assert "没有晚了的事" in operator.get("/desk").text
    with unit_of_work():
        due.declare("end_hold", 1, clock.now() - timedelta(seconds=40))
    assert "没有晚了的事" in operator.get("/desk").text, "less than a minute is no trouble"
    still.advance(minutes=10)
    page = operator.get("/desk").text
    assert "有事晚了 10 分钟" in page
    assert "时钟进程" in page


def test_money_that_waits_for_a_person_is_said(sea: Flask, operator: FlaskClient) -> None:
    assert "这些要人处理" not in operator.get("/desk").text
    payment_id = pay(hold(1), state=PaymentState.REVIEW, review_reason="amount")
    with unit_of_work():
        for state in (RefundState.FAILED, RefundState.MANUAL_DUE, RefundState.SUCCEEDED):
            db.session.add(
                Refund(
                    payment_id=payment_id, amount_fen=6600, state=state, reason="cancelled", key=state,
                    requested_at=clock.now(),
                )
            )  # fmt: skip
    page = operator.get("/desk").text
    said = re.findall(r'#(\w+)">[^<]*</a> <b class="num">(\d+)</b>.*?<span class="num">(.*?)</span>', page)
    assert said == [
        ("payment_review", "1", "¥198.00"), ("refund_failed", "1", "¥66.00"), ("refund_manual_due", "1", "¥66.00"),
    ]  # fmt: skip
    assert "/desk/exceptions" not in browser(sea, Who.HOST).get("/desk").text, "no link to what does not open"


@pytest.mark.parametrize("who", [Who.HOST, Who.MAKER, Who.CHECKER, Who.AUDITOR, Who.ADMINISTRATOR])
def test_all_of_the_workshop_see_it_and_only_links_that_open(sea: Flask, client: FlaskClient, who: Who) -> None:
    staff = browser(sea, who)
    page = staff.get("/desk")
    assert page.status_code == 200
    assert 'href="/desk/offers/new"' not in page.text
    reads_offers = who not in {Who.HOST, Who.ADMINISTRATOR}
    assert ('href="/desk/offers/1"' in page.text) is reads_offers
    assert (staff.get("/desk/offers/1").status_code == 200) is reads_offers


def test_others_are_sent_to_sign_in_or_nowhere(app: Flask, client: FlaskClient) -> None:
    assert client.get("/desk").location == "/staff/sign-in?next=/desk"
    for who in (Who.ADOPTER, Who.HOUSEHOLD):
        assert browser(app, who).get("/desk").status_code == 404
