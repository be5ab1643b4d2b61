"""A post, its household, and three adopters."""

from __future__ import annotations

import pytest

from tests.growth.diary import Diary
from tests.growth.talk.talking import Talk


@pytest.fixture
def talk(diary: Diary) -> Talk:
    """Two ropes of A1-01, one of A1-02, and a post about A1-01."""
    season = diary.season
    ropes = [season.paid(season.person(), plot=plot) for plot in ("A1-01", "A1-01", "A1-02")]
    return Talk(diary, *ropes, diary.post("A1-01"))
