"""Pages by cursor: no row lost or doubled, also when rows are added meanwhile."""

from __future__ import annotations

import pytest

from cofu_adopt.core import paging
from tests.api.shop import OFFER, Program, Shop


def walk(me: Program, path: str, *, limit: int, key: str, between: object = None) -> list[str]:
    """All items of a list, page by page; `between` runs after each page."""
    found: list[str] = []
    cursor = ""
    joint = "&" if "?" in path else "?"
    while True:
        here = me.read(f"{path}{joint}limit={limit}" + (f"&cursor={cursor}" if cursor else ""))
        assert len(here["items"]) <= limit
        found += [item[key] for item in here["items"]]
        if here["next_cursor"] is None:
            return found
        assert len(here["items"]) == limit
        cursor = here["next_cursor"]
        if callable(between):
            between()


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_every_order_comes_once(shop: Shop, limit: int) -> None:
    me = shop.adopter()
    codes = [me.hold(shop.offer_id)["code"] for _ in range(5)]
    assert walk(me, "/orders", limit=limit, key="code") == codes[::-1]


def test_orders_that_come_meanwhile_shift_nothing(shop: Shop) -> None:
    me, desk = shop.adopter(), shop.operator()
    codes = [me.hold(shop.offer_id)["code"] for _ in range(4)]
    newcomer = iter([shop.adopter() for _ in range(4)])
    found = walk(desk, "/desk/orders", limit=1, key="code", between=lambda: next(newcomer).hold(shop.offer_id))
    assert found == codes[::-1]


def test_plots_households_and_offers_are_walked_too(shop: Shop) -> None:
    desk = shop.operator()
    for number in range(2):
        assert desk.post("/desk/offers", OFFER | {"code": f"GQ-{number + 2}"}).status_code == 201
    assert walk(desk, "/desk/plots", limit=1, key="code") == ["A1-01", "A1-02", "B2-01"]
    assert walk(desk, "/desk/plots?grid=A1", limit=1, key="code") == ["A1-01", "A1-02"]
    assert walk(desk, "/desk/households", limit=1, key="code") == ["GQ001"]
    assert walk(desk, "/desk/offers", limit=1, key="code") == ["GQ-3", "GQ-2", "GQ-1"]


def test_a_cursor_is_of_its_list_and_not_made_up(shop: Shop) -> None:
    me, desk = shop.adopter(), shop.operator()
    for _ in range(2):
        me.hold(shop.offer_id)
    cursor = me.read("/orders?limit=1")["next_cursor"]
    with shop.app.app_context():
        foreign = paging.page("messages", {"limit": 1}, [1, 2], lambda row: row)["next_cursor"]
    for wrong in (cursor[:-1] + ("a" if cursor[-1] != "a" else "b"), foreign, "1", "nonsense"):
        answer = me.get(f"/orders?cursor={wrong}")
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["cursor"]), wrong  # type: ignore[index]
    assert desk.get(f"/desk/orders?cursor={cursor}").status_code == 422


@pytest.mark.parametrize("limit", ["0", "101", "-1", "many", "1.5"])
def test_a_limit_is_a_number_in_its_range(shop: Shop, limit: str) -> None:
    answer = shop.adopter().get(f"/orders?limit={limit}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["limit"])  # type: ignore[index]
