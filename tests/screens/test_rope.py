"""The page of a rope: whose it is, its days in order, page by page, and what is not shown."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from cofu_adopt.core import clock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import NotFound
from cofu_adopt.farm import queries as farm
from cofu_adopt.screens.rope_diary import DAYS_A_PAGE, mark_of, read_diary, read_mark
from tests.screens.conftest import Post, Shop
from tests.screens.diary import tell
from tests.screens.test_my_ropes import PLOT, hold, pay


@pytest.fixture
def client(shop: Shop) -> FlaskClient:
    return shop.signed_in()


@pytest.fixture
def code(shop: Shop, client: FlaskClient, post: Post) -> str:
    """The code of a paid order of rope 7."""
    return pay(post, client, hold(post, client, shop.offer([PLOT]), 7)).rpartition("/")[2]


def test_a_mark_names_its_place_and_nothing_else_is_one() -> None:
    place = (clock.now(), 12)
    assert read_mark(mark_of(place)) == place
    for wrong in ("", "x", "1", "-1-1", "9" * 18 + "-1", "1-" + "9" * 16):
        with pytest.raises(NotFound):
            read_mark(wrong)


def test_posts_measurements_and_the_adoption_stand_in_order(client: FlaskClient, code: str) -> None:
    now = clock.now()
    tell(PLOT, "刚从海里上来", now - timedelta(hours=1), people=(False, True))
    tell(PLOT, "撤下的", now - timedelta(hours=2), withdrawn_at=now)
    tell("A1-02", "别的桁", now)
    page = client.get(f"/my/ropes/{code}").text
    days = page[page.index('id="days"') :]
    assert [days.index(words) for words in ("认养了 A1-01-007", "刚从海里上来", "量了一次")] == sorted(
        days.index(words) for words in ("认养了 A1-01-007", "刚从海里上来", "量了一次")
    )
    assert "撤下的" not in page
    assert "别的桁" not in page
    assert days.count("/media/") > 0
    assert len(set(re.findall(r"/media/(\w+)/", days))) == 1, "the photo of people without consent is not shown"
    for words in ("壳长生长图", "离采收窗口还有", "最近量的水温 17.5 ℃", "认养证书", "谁在养它", "打开分享"):
        assert words in page


def test_older_days_come_page_by_page_each_once(client: FlaskClient, code: str) -> None:
    now = clock.now()
    told = [f"第 {number} 篇" for number in range(DAYS_A_PAGE * 2 + 3)]
    for number, words in enumerate(told):
        # Two at a time at the same moment: the id decides.
        tell(PLOT, words, now - timedelta(hours=1 + number // 2))
    seen: list[str] = []
    address = f"/my/ropes/{code}"
    for _page in range(9):
        page = client.get(address).text
        seen += re.findall(r"第 \d+ 篇", page)
        older = re.search(r'hx-get="([^"]+)"', page)
        if older is None:
            break
        address = older[1]
    assert sorted(seen) == sorted(told)
    assert client.get(f"/my/ropes/{code}?before=junk").status_code == 404


def test_a_measurement_that_a_post_tells_of_is_not_told_twice(code: str) -> None:
    with unit_of_work(writes=False):
        plot = farm.get_plot(PLOT)
        measured = farm.list_measurements(plot.id)
        before = read_diary(plot.id, measured, adopted_at=None, until=None, start=None)
    last = measured[-1]
    noon = clock.now().replace(year=last.measured_on.year, month=last.measured_on.month, day=last.measured_on.day)
    tell(PLOT, "量过了", noon, length_mm=str(last.mean_shell_length_mm))
    with unit_of_work(writes=False):
        after = read_diary(plot.id, measured, adopted_at=None, until=None, start=None)
        earlier = read_diary(plot.id, measured, adopted_at=None, until=last.measured_on - timedelta(1), start=None)
    assert len(after.entries) == len(before.entries)
    assert after.entries[0].length_mm == last.mean_shell_length_mm
    assert len(earlier.entries) == len(before.entries) - 1


def test_nobody_else_sees_it(shop: Shop, code: str) -> None:
    other, guest = shop.signed_in("13900001111"), shop.app.test_client()
    for path in ("", "/certificate", "/certificate/zh.pdf"):
        assert other.get(f"/my/ropes/{code}{path}").status_code == 404
        assert "/sign-in" in guest.get(f"/my/ropes/{code}{path}").location
    shop.app.config["WTF_CSRF_ENABLED"] = False
    for path in ("share", "share/stop"):
        assert other.post(f"/my/ropes/{code}/{path}").status_code == 404


def test_after_the_refund_only_the_order_is_left(shop: Shop, client: FlaskClient, code: str, post: Post) -> None:
    token = shared(client, code, post)
    post(client, f"/orders/{code}/cancel", f"/orders/{code}/cancel")
    assert client.get(f"/my/ropes/{code}").location == f"/orders/{code}"
    assert client.get(f"/orders/{code}").status_code == 200
    assert client.get(f"/my/ropes/{code}/certificate").status_code == 404
    assert client.get(f"/my/ropes/{code}/certificate/zh.pdf").status_code == 404
    assert client.get(f"/r/{token}").status_code == 404


def shared(client: FlaskClient, code: str, post: Post, **fields: str) -> str:
    """Turn sharing on; the link's secret part."""
    assert post(client, f"/my/ropes/{code}", f"/my/ropes/{code}/share", **fields).status_code == 302
    found = re.search(r"/r/([\w-]+)", client.get(f"/my/ropes/{code}").text)
    assert found is not None
    return found[1]


def test_my_ropes_show_the_newest_photo_and_news(client: FlaskClient, code: str) -> None:
    now = clock.now()
    tell(PLOT, "旧的", now - timedelta(days=2), people=(False,))
    tell(PLOT, "最新的消息", now - timedelta(days=1), people=(True,))
    page = client.get("/my/ropes").text
    assert f'href="/my/ropes/{code}"' in page
    assert "最新的消息" in page
    assert "旧的" not in page
    assert len(set(re.findall(r"/media/(\w+)/", page))) == 1
