"""The address form: each fault beside its field, what was typed is kept, others' addresses do not exist."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import Invalid
from cofu_adopt.identity import address_book
from cofu_adopt.identity.schemas import load_address
from tests.identity.conftest import sign_in
from tests.people import Who, make_person

GOOD = {
    "recipient": "林小满", "phone": "138 0000 5678", "province": "上海市", "city": "上海市", "district": "杨浦区",
    "street": "", "detail": "国康路 88 号",
}  # fmt: skip


def content(**changes: str) -> dict[str, str]:
    return GOOD | changes


def test_a_good_address_is_tidied(plain_app: Flask) -> None:
    loaded = load_address(content(recipient="  林  小满 ", other="x"))
    assert loaded == GOOD | {"recipient": "林 小满", "phone": "13800005678"}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"recipient": " "}, "recipient", "请补上"),
        ({"phone": ""}, "phone", "请补上"),
        ({"phone": "1380000567"}, "phone", "少了 1 位"),
        ({"province": ""}, "province", "请补上"),
        ({"province": "江南省"}, "province", "没有这个省份"),
        ({"province": "西藏自治区"}, "province", "送不到"),
        ({"city": ""}, "city", "请补上"),
        ({"district": ""}, "district", "请补上"),
        ({"detail": ""}, "detail", "请补上"),
        ({"recipient": "字" * 21}, "recipient", "最多 20"),
        ({"street": "字" * 41}, "street", "最多 40"),
        ({"detail": "字" * 81}, "detail", "最多 80"),
        ({"city": "杭州市"}, "city", "写成上海市"),
        ({"province": "北京市", "city": "北京"}, "city", "写成北京市"),
        ({"city": "字" * 41}, "city", "最多 40"),
        ({"recipient": "林\N{ZERO WIDTH SPACE}小满"}, "recipient", "不能显示"),
        ({"street": "国康路\N{RIGHT-TO-LEFT ISOLATE}"}, "street", "不能显示"),
        ({"detail": "88\N{SOFT HYPHEN}号"}, "detail", "不能显示"),
        ({"district": "字" * 41}, "district", "最多 40"),
    ],
)
def test_a_fault_stands_beside_its_field(plain_app: Flask, changes: dict[str, str], field: str, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        load_address(content(**changes))
    assert list(refusal.value.fields) == [field]
    assert words in refusal.value.fields[field]


def test_all_faults_are_said_at_once(plain_app: Flask) -> None:
    with pytest.raises(Invalid) as refusal:
        load_address({})
    assert set(refusal.value.fields) == {"recipient", "phone", "province", "city", "district", "detail"}


def test_the_page_keeps_what_was_typed(client: FlaskClient) -> None:
    sign_in(client)
    answer = client.post("/me/addresses/new", data=content(phone="138", detail="国康路 88 号 <b>"))
    assert answer.status_code == 422
    assert "少了 8 位" in answer.text
    assert 'value="林小满"' in answer.text
    assert "国康路 88 号 &lt;b&gt;" in answer.text


def test_a_pasted_address_fills_the_form_and_keeps_the_rest(client: FlaskClient) -> None:
    sign_in(client)
    pasted = "13800005678 浙江省舟山市嵊泗县枸杞乡龙泉村12号"
    answer = client.post("/me/addresses/new", data={"parse": "1", "pasted": pasted, "recipient": "周建国"})
    assert answer.status_code == 200
    assert all(f'value="{words}"' in answer.text for words in ("周建国", "13800005678", "舟山市", "龙泉村12号"))


def test_an_address_is_kept_shown_masked_and_forgotten(client: FlaskClient) -> None:
    sign_in(client)
    assert client.post("/me/addresses/new", data=content()).status_code == 302
    page = client.get("/me").text
    assert "林小满" in page
    assert "138****5678" in page
    assert "13800005678" not in page
    with unit_of_work(writes=False):
        [row] = address_book.list_addresses(1)
    assert client.post(f"/me/addresses/{row.id}/remove").status_code == 302
    assert "国康路" not in client.get("/me").text


def test_anothers_address_does_not_exist(client: FlaskClient) -> None:
    other = make_person(Who.ADOPTER)
    with unit_of_work():
        address_book.remember_address(other, content())
    with unit_of_work(writes=False):
        [row] = address_book.list_addresses(other)
    sign_in(client)
    assert client.post(f"/me/addresses/{row.id}/remove").status_code == 404
    with unit_of_work(writes=False):
        assert len(address_book.list_addresses(other)) == 1


def test_the_same_address_is_kept_once_and_the_oldest_go(app: Flask, still: FrozenClock) -> None:
    person_id = make_person(Who.ADOPTER)
    for number in (*range(22), 5):
        still.advance(minutes=1)
        with unit_of_work():
            address_book.remember_address(person_id, content(detail=f"{number} 号"))
    with unit_of_work(writes=False):
        rows: list[Any] = address_book.list_addresses(person_id)
    assert [row.content["detail"] for row in rows] == ["5 号", *(f"{n} 号" for n in range(21, 1, -1) if n != 5)]
