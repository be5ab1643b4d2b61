"""The desk's pages of offers: faults beside the fields, the split before publishing, the reason of a refusal."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.offers import queries
from tests.offers.conftest import FORM, draft
from tests.people import Who, browser


@pytest.fixture
def operator(sea: Flask, client: FlaskClient) -> FlaskClient:
    return browser(sea, Who.OPERATOR)


def create(operator: FlaskClient, **changes: str) -> str:
    answer = operator.post("/desk/offers/new", data=FORM | {"plots": "A1 B2-01"} | changes)
    assert answer.status_code == 302
    assert answer.location is not None
    return answer.location


def test_an_operator_drafts_looks_publishes_and_stops(operator: FlaskClient) -> None:
    assert "还没有方案" in operator.get("/desk/offers").text
    page = create(operator)
    shown = operator.get(page).text
    for words in ("草稿", "¥198.00", "¥129.90", "¥123.96", "¥12.99", "65.6%", "A1-01 A1-02 B2-01"):
        assert words in shown
    published = operator.post(f"{page}/publish", follow_redirects=True).text
    assert "已发布，海图上能认养了" in published
    assert f"{page}/publish" not in published
    assert "已停售" in operator.post(f"{page}/stop", follow_redirects=True).text


def test_a_new_form_is_filled_with_usual_terms(operator: FlaskClient) -> None:
    page = operator.get("/desk/offers/new").text
    for name, value in (("service_fee", "8"), ("gateway_fee", "2.2"), ("parcel_cost", "38"), ("household_floor", "40")):
        assert f'name="{name}" type="text" value="{value}"' in page


def test_faults_stand_beside_their_fields_and_lead_to_them(operator: FlaskClient) -> None:
    answer = operator.post("/desk/offers/new", data=FORM | {"price": "一百", "title": "", "plots": "A1 Z9 B2-99"})
    assert answer.status_code == 422
    for name in ("price", "title", "plots"):
        assert f'href="#f-{name}"' in answer.text
        assert f'aria-describedby="e-{name}"' in answer.text
    assert "没有 B2-99 这一桁或这一格" in answer.text
    assert 'value="一百"' in answer.text
    assert 'value="One rope, one parcel"' in answer.text


def test_a_taken_code_is_said_on_the_form(operator: FlaskClient) -> None:
    create(operator)
    answer = operator.post("/desk/offers/new", data=FORM | {"plots": "A1", "title": "另一个"})
    assert answer.status_code == 409
    assert "这个编号已经有了" in answer.text
    assert 'value="另一个"' in answer.text
    assert 'value="A1"' in answer.text


def test_what_would_be_refused_is_said_before_and_after(operator: FlaskClient) -> None:
    page = create(operator, price="60")
    before = operator.get(page).text
    assert "现在还不能发布" in before
    assert "低于定下的底线 ¥24.00" in before
    refused = operator.post(f"{page}/publish")
    assert refused.status_code == 409
    assert "没有办成" in refused.text
    assert "养殖户只得 ¥11.08" in refused.text


def test_an_offer_without_plots_says_so(operator: FlaskClient) -> None:
    answer = operator.post("/desk/offers/new", data=FORM | {"plots": " ，"})
    assert answer.status_code == 422
    assert answer.text.count("是空的，请补上。") >= 1
    assert "还没有方案" in operator.get("/desk/offers").text


def test_a_draft_comes_back_into_the_form_as_it_was_typed(operator: FlaskClient) -> None:
    page = create(operator, plots="a1-01，B2", price="198.50")
    form = operator.get(f"{page}/edit").text
    for value in ("A1-01 B2-01", "198.5", "2.5", "2026-11-24", "2026-12-24", "2027-08-20"):
        assert f'value="{value}"' in form
    operator.post(f"{page}/edit", data=FORM | {"plots": "all", "price": "268"})
    shown = operator.get(page).text
    assert "¥268.00" in shown
    assert "A1-01 A1-02 B2-01" in shown
    operator.post(f"{page}/edit", data=FORM | {"plots": "all", "price": "12345.67"})
    assert 'value="12345.67"' in operator.get(f"{page}/edit").text
    assert 'value="ALL"' in operator.get(f"{page}/edit").text


def test_a_published_offer_has_no_form(operator: FlaskClient) -> None:
    page = create(operator)
    operator.post(f"{page}/publish")
    assert operator.get(f"{page}/edit").location == page
    answer = operator.post(f"{page}/edit", data=FORM | {"plots": "A1"})
    assert answer.status_code == 409
    assert "只有草稿可以改动" in answer.text


def test_an_unknown_offer_is_not_found(operator: FlaskClient) -> None:
    for path in ("/desk/offers/4711", "/desk/offers/4711/edit", f"/desk/offers/{'9' * 23}"):
        assert operator.get(path).status_code == 404
    assert operator.post("/desk/offers/4711/publish").status_code == 404
    assert operator.post("/desk/offers/4711/edit", data=FORM | {"plots": "A1"}).status_code == 404


@pytest.mark.parametrize("who", [Who.MAKER, Who.CHECKER, Who.AUDITOR])
def test_readers_read_and_change_nothing(sea: Flask, client: FlaskClient, who: Who) -> None:
    offer_id = draft()
    reader = browser(sea, who)
    page = reader.get(f"/desk/offers/{offer_id}")
    assert page.status_code == 200
    assert "发布</button>" not in page.text
    assert reader.get("/desk/offers").status_code == 200
    assert reader.get("/desk/offers/new").status_code == 404
    for act in ("publish", "stop", "edit"):
        assert reader.post(f"/desk/offers/{offer_id}/{act}", data=FORM).status_code == 404
    with unit_of_work(writes=False):
        assert queries.get_offer(offer_id).state == "draft"


@pytest.mark.parametrize("who", [Who.ADOPTER, Who.HOUSEHOLD, Who.HOST, Who.ADMINISTRATOR])
def test_others_do_not_know_of_it(sea: Flask, client: FlaskClient, who: Who) -> None:
    offer_id = draft()
    other = browser(sea, who)
    for path in ("/desk/offers", f"/desk/offers/{offer_id}", "/desk/offers/new"):
        assert other.get(path).status_code == 404
