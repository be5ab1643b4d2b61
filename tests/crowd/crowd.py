"""A crowd before the shop, as a seed makes it: who walks away without paying, who presses twice, who comes when."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cofu_adopt.core.db import is_postgresql

THREADS = {"postgresql": 8, "sqlite": 4}
MOST_TRIES = 200
WALK_AWAY = 0.1
PRESS_TWICE = 0.2
SOLD_OUT = "这里刚刚认满"
ADDRESS = {
    "recipient": "王小海",
    "phone": "13800005678",
    "province": "上海市",
    "city": "上海市",
    "district": "浦东新区",
    "detail": "锦绣路 1 号",
}


@dataclass
class Buyer:
    """One of the crowd. `code` is the order's, once she has a rope."""

    person_id: int
    walks_away: bool
    presses_twice: bool
    code: str = ""
    sold_out: bool = False


class Crowd:
    """All of them; each wants one rope."""

    def __init__(self, app: Flask, offer_id: int, person_ids: list[int], seed: int) -> None:
        app.config["WTF_CSRF_ENABLED"] = False
        dice = random.Random(seed)  # noqa: S311 - replayed by its seed, no secret
        self._app, self._offer_id, self._round = app, offer_id, 0
        self._threads = THREADS["postgresql" if is_postgresql() else "sqlite"]
        self.buyers = [Buyer(one, dice.random() < WALK_AWAY, dice.random() < PRESS_TWICE) for one in person_ids]
        dice.shuffle(self.buyers)

    def hold(self, buyers: Iterable[Buyer]) -> None:
        """Let them press the button, all at once, some twice in the same moment."""
        self._round += 1
        presses = [buyer for buyer in buyers for _ in range(2 if buyer.presses_twice else 1)]
        self._all(self._press, presses)

    def pay(self, buyers: Iterable[Buyer]) -> None:
        """Let them review and pay."""
        self._all(self._pay, list(buyers))

    def _all(self, act: object, buyers: list[Buyer]) -> None:
        with ThreadPoolExecutor(self._threads) as threads:
            list(threads.map(act, buyers))  # type: ignore[arg-type]

    def _press(self, buyer: Buyer) -> None:
        form = {"offer_id": str(self._offer_id), "request_key": f"round-{self._round}-{buyer.person_id}"}
        answer = _patiently(lambda: self._browser(buyer).post("/adopt", data=form))
        if answer.status_code == 302:
            buyer.code = answer.headers["Location"].split("/")[2]
        else:
            assert SOLD_OUT in answer.text, answer.status
            buyer.sold_out = True

    def _pay(self, buyer: Buyer) -> None:
        order, browser = f"/orders/{buyer.code}", self._browser(buyer)
        review = {**ADDRESS, "fresh_goods": "1"}
        page = _patiently(lambda: browser.post(f"{order}/review", data=review)).headers["Location"]
        _patiently(lambda: browser.post(page, data={"outcome": "pay", "wallet": "wechat_pay"}))
        # The gateway's notification may have been put off, too; coming back asks.
        assert _patiently(lambda: browser.get(f"{order}/return")).status_code == 302

    def _browser(self, buyer: Buyer) -> FlaskClient:
        client = self._app.test_client()
        with client.session_transaction() as session:
            session["person_id"], session["epoch"] = buyer.person_id, 1
        return client


def _patiently(ask: Callable[[], TestResponse]) -> TestResponse:
    for _ in range(MOST_TRIES):
        answer = ask()
        # "Busy" is an honest answer: she tries again.
        if answer.status_code != 503:
            return answer
    raise AssertionError("always busy")
