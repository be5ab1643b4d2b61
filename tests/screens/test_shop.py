"""The shop front: the sea map, a cell, a plot, and what a first visit weighs."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.screens.conftest import Post, Shop

FIRST_LOAD_BYTES = 150_000
NAMES = re.compile(r"张信良|余龙飞|应和平|龙泉村|[张余应枸](?=</span>)|测试支付，不会扣款|中文")
ALL = ["A1-01", "A1-02", "B2-01"]


def weight(client: FlaskClient, path: str) -> int:
    """The bytes of a page with everything that it loads."""
    page = client.get(path)
    assert page.status_code == 200
    total = len(page.data)
    for name in set(re.findall(r'(?:href|src)="(/(?:style|static)/[^"]+)"', page.text)):
        with client.get(name) as answer:
            total += len(answer.data)
    return total


def test_the_map_counts_what_is_on_sale(shop: Shop) -> None:
    shop.offer(["A1-01", "A1-02"])
    shop.take("A1-01", *range(1, 91))
    page = shop.app.test_client().get("/").text
    assert 'aria-label="A1 余 14 串，余不多"' in page
    assert 'aria-label="B2 休，休养中"' in page
    assert "3 户海岛人家" in page
    assert "认养任意一串" in page


def test_ropes_that_are_not_on_sale_are_not_counted(shop: Shop) -> None:
    shop.offer(["A1-02"])
    client = shop.app.test_client()
    assert 'aria-label="A1 余 4 串，余不多"' in client.get("/").text
    assert "在卖的 4 串里还余 4 串" in client.get("/sea/A1").text
    shop.take("A1-02", 1, 2, 3, 4)
    assert 'aria-label="A1 满，已认满"' in client.get("/").text


def test_nothing_on_sale_still_shows_the_sea(shop: Shop) -> None:
    page = shop.app.test_client().get("/").text
    assert "现在没有开卖" in page
    assert "认养任意一串" not in page


def test_a_season_that_is_all_adopted_says_so(shop: Shop) -> None:
    shop.offer(ALL)
    shop.take("A1-01", *range(1, 101))
    shop.take("A1-02", 1, 2, 3, 4)
    shop.take("B2-01", 1, 2, 3, 4)
    page = shop.app.test_client().get("/").text
    assert "这一季都有主了" in page
    assert "认养任意一串" not in page


def test_before_the_first_import_there_is_no_map(app: Flask) -> None:
    page = app.test_client().get("/")
    assert page.status_code == 200
    assert "海图还没有画好" in page.text


def test_a_full_cell_sends_to_its_neighbour(shop: Shop) -> None:
    shop.offer(ALL)
    shop.take("B2-01", 1, 2, 3, 4)
    page = shop.app.test_client().get("/sea/B2").text
    assert "这一格刚刚认满" in page
    assert re.search(r'<a class="btn" href="/sea/A1">A1 余 104 串</a>', page)
    assert "plot--full" in page


def test_a_cell_is_filtered_by_species(shop: Shop) -> None:
    shop.offer(ALL)
    client = shop.app.test_client()
    assert "A1-01" in client.get("/sea/A1").text
    page = client.get("/sea/A1?species=hard_mussel").text
    assert "A1-02" in page
    assert "A1-01" not in page
    assert "A1-01" in client.get("/sea/A1?species=octopus").text


def test_a_plot_that_is_not_on_sale_can_be_seen_but_not_adopted(shop: Shop) -> None:
    shop.offer(["A1-02"])
    page = shop.app.test_client().get("/plots/A1-01").text
    assert "这一桁现在不卖" in page
    assert "25.0" in page
    assert 'type="radio" name="rope"' not in page
    assert "号绳</button>" not in page
    assert "可选 0 串" in page


def test_the_rope_that_was_asked_for_is_chosen(shop: Shop) -> None:
    shop.offer(ALL)
    page = shop.app.test_client().get("/plots/A1-01?rope=44").text
    assert re.findall(r'name="rope" value="(\d+)" checked', page) == ["44"]
    assert page.count("认养 044 号绳</button>") == 2


def test_the_next_part_of_the_picker_chooses_a_rope_of_its_own(shop: Shop) -> None:
    shop.offer(ALL)
    shop.take("A1-01", 22, 23)
    client = shop.app.test_client()
    page = client.get("/plots/A1-01?from=21").text
    assert "022–042 号，可选 19 串" in page
    assert re.findall(r'name="rope" value="(\d+)" checked', page) == ["24"]
    shop.take("A1-01", *range(1, 22))
    page = client.get("/plots/A1-01?from=0").text
    assert page.count("认养任意一串</button>") == 2


def test_any_rope_of_a_plot_passes_by_the_chosen_one(shop: Shop, post: Post) -> None:
    offer_id = shop.offer(ALL)
    shop.take("A1-02", 1)
    client = shop.signed_in()
    form = {"offer_id": offer_id, "plot": "A1-02", "rope": 1, "request_key": "a-key-of-a-page"}
    assert post(client, "/plots/A1-02", "/adopt", **form).status_code == 409
    answer = post(client, "/plots/A1-02", "/adopt", any="1", **form)
    assert answer.status_code == 302
    assert "A1-02-00" in client.get(answer.location).text


def test_another_choice_on_a_page_that_was_come_back_to_is_another_hold(shop: Shop, post: Post) -> None:
    offer_id = shop.offer(ALL)
    client = shop.signed_in()
    form = {"offer_id": offer_id, "plot": "A1-02", "request_key": "a-key-of-a-page"}
    first, again, other = (post(client, "/plots/A1-02", "/adopt", rope=rope, **form).location for rope in (2, 2, 3))
    assert first == again
    assert first != other


def test_a_household_is_named_only_with_its_consent_and_never_as_markup(shop: Shop) -> None:
    shop.offer(ALL)
    shop.tell("GQ002", "<b>余</b>", "海<script>alert(1)</script>")
    shop.tell("GQ003", "应和平", "不公开的话", consents=False)
    client = shop.app.test_client()
    page = client.get("/plots/A1-02").text
    assert "&lt;b&gt;余&lt;/b&gt;家" in page
    assert "<script>alert" not in page
    page = client.get("/plots/B2-01").text
    assert "应和平" not in page
    assert "不公开的话" not in page
    assert "没有公开姓名和故事" in page


@pytest.mark.parametrize("path", ["/", "/sea/A1", "/sea/B2", "/plots/A1-01", "/plots/A1-02", "/plots/B2-01"])
def test_the_english_shop_is_english(shop: Shop, path: str) -> None:
    shop.offer(["A1-01", "A1-02"])
    shop.offer(["A1-01"], price_fen=26800, parcels=2)
    shop.take("A1-02", 1, 2, 3, 4)
    for code, name in (("GQ001", "张信良"), ("GQ002", "余龙飞"), ("GQ003", "应和平")):
        shop.tell(code, name, "话")
    page = shop.app.test_client().get(path, query_string={"lang": "en"}).text
    assert re.findall(r"[\u4e00-\u9fff]+", NAMES.sub("", page)) == []


@pytest.mark.parametrize("path", ["/", "/sea/A1", "/plots/A1-01"])
def test_a_first_visit_is_light(shop: Shop, path: str) -> None:
    shop.offer(ALL)
    assert weight(shop.app.test_client(), path) < FIRST_LOAD_BYTES
