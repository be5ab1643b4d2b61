"""A post that is sent twice at once is stored once; without the unique key it would be there twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete, insert, text

from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from cofu_adopt.growth import post_update
from cofu_adopt.growth.models import GrowthUpdate, GrowthUpdatePlot
from tests.growth.diary import Diary, sample


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch, diary: Diary) -> None:
    """Two requests both look for the UUID before either has written. SQLite lets one begin after the other."""
    if not is_postgresql():
        pytest.skip("SQLite's writers wait for each other before they look")
    meet, look = threading.Barrier(2, timeout=10), post_update.find_by_uuid
    met = threading.local()

    def find(household_id: int, client_uuid: str) -> int | None:
        found = look(household_id, client_uuid)
        if not getattr(met, "already", False):
            met.already = True
            assert found is None
            meet.wait()
        return found

    monkeypatch.setattr(post_update, "find_by_uuid", find)


@pytest.fixture
def no_key(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The unique key is taken away."""
    with unit_of_work():
        db.session.execute(text("ALTER TABLE growth_update DROP CONSTRAINT uq_growth_update_household_id_client_uuid"))

    def plain(values: dict[str, Any]) -> int | None:
        return db.session.scalar(insert(GrowthUpdate).values(values).returning(GrowthUpdate.id))

    monkeypatch.setattr(post_update, "_insert", plain)
    yield
    with unit_of_work():
        db.session.execute(delete(GrowthUpdatePlot))
        db.session.execute(delete(GrowthUpdate))
        db.session.execute(
            text(
                "ALTER TABLE growth_update ADD CONSTRAINT uq_growth_update_household_id_client_uuid"
                " UNIQUE (household_id, client_uuid)"
            )
        )


def test_many_at_once_are_one(diary: Diary) -> None:
    draft = diary.draft(readings=(("A1-01", sample(45)),))
    sent: list[Any] = diary.season.at_once([partial(diary.send, draft)] * 6, threads=6)
    assert len({one.id for one in sent}) == 1
    assert sum(one.is_new for one in sent) == 1
    assert (diary.count(), diary.measurements()[0].sample_count) == (1, 20)


def test_both_looked_and_one_wrote(diary: Diary, together: None) -> None:
    sent: list[Any] = diary.season.at_once([partial(diary.send, diary.draft())] * 2, threads=2)
    assert sorted(one.is_new for one in sent) == [False, True]
    assert diary.count() == 1


def test_without_the_key_it_is_there_twice(diary: Diary, together: None, no_key: None) -> None:
    diary.season.at_once([partial(diary.send, diary.draft())] * 2, threads=2)
    assert diary.count() == 2


def test_samples_of_one_day_at_once_lose_nothing(diary: Diary) -> None:
    drafts = [diary.draft(readings=(("A1-01", sample(40, 10)),)) for _number in range(5)]
    sent: list[Any] = diary.season.at_once([partial(diary.send, draft) for draft in drafts], threads=5)
    assert all(not isinstance(one, Exception) for one in sent), sent
    assert [row.sample_count for row in diary.measurements()] == [50]
