"""More buyers than ropes: every rope is sold once, every buyer has an honest answer, and nobody is forgotten."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import func, select

from cofu_adopt import schedule
from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.verify import run_checks
from cofu_adopt.farm.models import Rope
from tests.crowd.crowd import Crowd
from tests.small_sea import make_adopters, make_sea

FULL = bool(os.environ.get("COFU_TEST_FULL"))
SEEDS = range(1, 21) if FULL else range(1, 3)
BUYERS, PLOTS, ROPES_A_PLOT = (2000, 5, 100) if FULL else (120, 3, 10)
ROPES = PLOTS * ROPES_A_PLOT


def states() -> Counter[str]:
    with unit_of_work(writes=False):
        rows = db.session.execute(select(Adoption.state, func.count()).group_by(Adoption.state))
        return Counter({str(state): count for state, count in rows})


@pytest.mark.parametrize("seed", SEEDS)
def test_a_crowd_is_served(app: Flask, seed: int) -> None:
    with clock.frozen() as still:
        crowd = Crowd(app, make_sea(plots=PLOTS, ropes=ROPES_A_PLOT), make_adopters(BUYERS), seed)
        crowd.hold(crowd.buyers)
        holders = [buyer for buyer in crowd.buyers if buyer.code]
        refused = [buyer for buyer in crowd.buyers if buyer.sold_out]
        assert (len(holders), len(refused)) == (ROPES, BUYERS - ROPES)
        assert states() == {"held": ROPES}

        walking = [buyer for buyer in holders if buyer.walks_away]
        crowd.pay(buyer for buyer in holders if not buyer.walks_away)
        assert states() == Counter({"paid": ROPES - len(walking), "held": len(walking)})

        still.advance(seconds=app.extensions["settings"].hold_seconds)
        with app.test_request_context():
            schedule.do_due_work()
        assert states() == Counter({"paid": ROPES - len(walking), "expired": len(walking)})

        # As many as there are free ropes: "sold out" would be a lie to each of them.
        second = refused[: len(walking)]
        for buyer in second:
            buyer.sold_out = False
        crowd.hold(second)
        assert [buyer for buyer in second if buyer.sold_out or not buyer.code] == []
        crowd.pay(second)

    assert states() == Counter({"paid": ROPES, "expired": len(walking)})
    with unit_of_work(writes=False):
        assert db.session.scalar(select(func.count(Rope.live_adoption_id.distinct()))) == ROPES
    assert {name: found for name, found in run_checks().items() if found} == {}
