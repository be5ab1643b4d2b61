"""A crowd before the shop, as a seed makes it: who walks away without paying, who presses twice, who comes when."""

from __future__ import annotations

import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from flask import Flask

from cofu_adopt.adoptions.pay import start_payment
from cofu_adopt.adoptions.review import find_held, save_review
from cofu_adopt.core.db import unit_of_work

THREADS = 8
MOST_TRIES = 200
WALK_AWAY = 0.1
PRESS_TWICE = 0.2
SOLD_OUT = "这里刚刚认满"
ADDRESS = {
    "recipient": "王小海",
    "phone": "13800005678",
    "province": "上海市",
    "city": "上海市",
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
        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(act, buyers))  # type: ignore[arg-type]

    def _press(self, buyer: Buyer) -> None:
        client = self._app.test_client()
        with client.session_transaction() as session:
            session["person_id"], session["epoch"] = buyer.person_id, 1
        form = {"offer_id": str(self._offer_id), "request_key": f"round-{self._round}-{buyer.person_id}"}
        for _ in range(MOST_TRIES):
            answer = client.post("/adopt", data=form)
            if answer.status_code == 302:
                buyer.code = answer.headers["Location"].split("/")[2]
                return
            if SOLD_OUT in answer.text:
                buyer.sold_out = True
                return
            # 503 is "busy", and the other 409 is the second press of two at once: both may be tried again.
            assert answer.status_code in {409, 503}, answer.status
        raise AssertionError("always busy")

    def _pay(self, buyer: Buyer) -> None:
        with self._app.test_request_context():
            with unit_of_work():
                save_review(
                    find_held(buyer.code, buyer.person_id),
                    delivery=ADDRESS,
                    receipt_email=None,
                    locale="zh_Hans",
                    fresh_goods_confirmed=True,
                )
            url = start_payment(
                buyer.code, buyer.person_id, title="%(rope)s", return_url=f"/orders/{buyer.code}", locale="zh_Hans"
            )
        answer = self._app.test_client().post(url, data={"outcome": "pay", "wallet": "wechat_pay"})
        assert answer.status_code == 302
