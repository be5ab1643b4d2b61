"""A plot's page shows whoever comes by what was posted last, and nothing that is not for everybody."""

from __future__ import annotations

import re
from datetime import timedelta

from cofu_adopt.core import clock
from tests.screens.conftest import Shop
from tests.screens.diary import tell

PLOT = "A1-01"


def page_of(shop: Shop, **query: str) -> str:
    return shop.app.test_client().get(f"/plots/{PLOT}", query_string=query).text


def test_the_newest_three_posts_and_the_newest_photo(shop: Shop) -> None:
    shop.offer([PLOT])
    shop.tell("GQ001", "张信良", "话")
    for days in range(4, 0, -1):
        tell(PLOT, f"第 {days} 天前", clock.now() - timedelta(days=days), people=(False,) if days > 1 else ())
    page = page_of(shop)
    assert re.findall(r'tl__said">([^<]*)<', page) == ["第 1 天前", "第 2 天前", "第 3 天前"]
    photos = re.findall(r'src="(/media/[^"]*)"', page)
    assert photos[0] == photos[1], "the newest photo is large, and with its post"
    assert len(photos) == 3
    assert 'href="#pick">去挑一串' in page


def test_what_is_not_for_everybody_is_not_there(shop: Shop) -> None:
    shop.tell("GQ001", "张信良", "话", consents=False)
    tell(PLOT, "看得到", clock.now() - timedelta(days=1), people=(True,))
    tell(PLOT, "撤下的", clock.now(), withdrawn_at=clock.now())
    tell(PLOT, "藏起的", clock.now(), hidden_at=clock.now())
    page = page_of(shop)
    assert "看得到" in page
    assert "撤下的" not in page
    assert "藏起的" not in page
    assert "张信良" not in page
    assert "/media/" not in page
    assert "去挑一串" not in page, "it is not on sale"


def test_without_a_post_there_is_the_drawing(shop: Shop) -> None:
    page = page_of(shop, lang="en")
    assert "/img/" in page
    assert "tl--few" not in page
