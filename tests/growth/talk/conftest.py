"""A post, its household, and three adopters."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from tests.growth.diary import Diary
from tests.growth.talk.talking import Talk


@pytest.fixture
def talk(diary: Diary) -> Talk:
    """Two ropes of A1-01, one of A1-02, and a post about A1-01."""
    season = diary.season
    rope, neighbour, elsewhere = (season.hold(season.person(), plot=plot) for plot in ("A1-01", "A1-01", "A1-02"))
    with unit_of_work():
        # Who pays and how is told elsewhere.
        db.session.execute(update(Adoption).values(state=AdoptionState.PAID, paid_at=clock.now()))
    return Talk(diary, rope, neighbour, elsewhere, diary.post("A1-01"))
