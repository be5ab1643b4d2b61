"""The diary of two households on the tiny sea."""

from __future__ import annotations

import pytest

from tests.growth.diary import Diary, make_diary
from tests.season import Season, season

__all__ = ["season"]


@pytest.fixture
def diary(season: Season) -> Diary:
    """At noon of 24 November 2026."""
    return make_diary(season)
