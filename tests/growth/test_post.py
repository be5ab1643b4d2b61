"""Posting: once for each UUID, for one's own plots, with one's own photos, in a moment that can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert

from cofu_adopt import events
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.farm.models import PlotShare
from cofu_adopt.growth import post_update
from cofu_adopt.growth.content import Content
from cofu_adopt.growth.errors import TooManyUpdates
from cofu_adopt.growth.models import Weather, Work
from cofu_adopt.identity.limits import Limit
from tests.growth.diary import Diary, sample
from tests.season import NOON


def heard(diary: Diary, *kinds: type[Any]) -> list[Any]:
    """What is published from now on."""
    found: list[Any] = []
    table = dict(diary.season.app.extensions["bus"])
    table.update(dict.fromkeys(kinds, (found.append,)))
    diary.season.app.extensions["bus"] = table
    return found


def test_one_post_for_several_plots(diary: Diary) -> None:
    said = heard(diary, events.UpdatePosted, events.ReadingKept)
    uuid, photo_id = diary.photo()
    update_id = diary.post(
        "A1-01", "A1-02", note=" 水清 ", weather=Weather.SUNNY, work=(Work.CLEANING,),
        water_temperature_c=Decimal("18.5"), photo_uuids=(uuid,), readings=(("A1-02", sample(45.2, 12, 0.93)),),
    )  # fmt: skip
    plots = (diary.season.plots["A1-01"], diary.season.plots["A1-02"])
    assert said == [
        events.ReadingKept(plot_id=plots[1], measured_on=NOON.date()),
        events.UpdatePosted(update_id=update_id, household_id=diary.ours.id, plot_ids=plots, happened_at=NOON),
    ]
    (row,) = diary.timeline("A1-01")
    assert (row.id, row.note, row.weather, row.work) == (update_id, "水清", Weather.SUNNY, (Work.CLEANING,))
    assert (row.photos, row.water_temperature_c, row.readings) == ((photo_id,), 18.5, ())
    assert [one.mean_shell_length_mm for one in diary.timeline("A1-02")[0].readings] == [45.2]
    (kept,) = diary.measurements("A1-02")
    assert (kept.mean_shell_length_mm, kept.sample_count, kept.survival, kept.water_temperature_c) == (
        45.2,
        12,
        0.93,
        18.5,
    )


def test_sent_again_it_is_the_same_row_and_nothing_happens(diary: Diary) -> None:
    draft = diary.draft(readings=(("A1-01", sample(45)),))
    first = diary.send(draft)
    said = heard(diary, events.UpdatePosted, events.ReadingKept)
    again = diary.send(replace(draft, content=Content(note="changed"), readings=(("A1-01", sample(20)),)))
    assert (first.is_new, again.is_new, again.id) == (True, False, first.id)
    assert (said, diary.count(), diary.lengths()) == ([], 1, [45.0])


def test_another_households_uuid_is_another_post(diary: Diary) -> None:
    draft = diary.draft()
    theirs = replace(draft, plot_codes=("B2-01",))
    assert diary.send(draft).id != diary.send(theirs, diary.theirs).id


def test_another_households_plot_is_not_there(diary: Diary) -> None:
    for plots in (("B2-01",), ("A1-01", "B2-01"), ("Z9-99",)):
        with pytest.raises(NotFound):
            diary.post(*plots)
    assert diary.count() == 0


def test_the_share_of_the_day_counts(diary: Diary) -> None:
    share = {"plot_id": diary.season.plots["B2-01"], "valid_from": date(2026, 11, 20), "household_id": diary.ours.id}
    with unit_of_work():
        db.session.execute(insert(PlotShare), [share | {"weight": 1}])
    diary.post("B2-01")
    diary.post("B2-01", by=diary.theirs, happened_at=NOON - timedelta(days=5))
    with pytest.raises(NotFound):
        diary.post("B2-01", by=diary.theirs)
    with pytest.raises(NotFound):
        diary.post("B2-01", happened_at=NOON - timedelta(days=5))


def test_a_clock_that_runs_ahead_is_not_believed(diary: Diary) -> None:
    diary.post(happened_at=NOON + timedelta(hours=3))
    diary.post("A1-02", happened_at=NOON - timedelta(days=30))
    assert [diary.timeline(plot)[0].happened_at for plot in ("A1-01", "A1-02")] == [NOON, NOON - timedelta(days=30)]
    with pytest.raises(Invalid):
        diary.post(happened_at=NOON - timedelta(days=30, seconds=1))


def test_what_cannot_be_posted(diary: Diary) -> None:
    tries: dict[str, list[Any]] = {
        "note": ["x" * 501, "a\u202eb"],
        "water_temperature_c": [Decimal(40)],
        "photo_uuids": [("00000000-0000-0000-0000-00000000ffff",)],
        "readings": [(("A1-02", sample(40)),)],
    }
    for field, values in tries.items():
        for value in values:
            with pytest.raises(Invalid) as refused:
                diary.post(**{field: value})
            assert [name.split(".")[0] for name in refused.value.fields] == [field]
    assert diary.count() == 0


def test_only_finished_uploads_of_the_same_person(diary: Diary) -> None:
    for uuid in (diary.photo(finished=False)[0], diary.photo(diary.theirs.person_id)[0]):
        with pytest.raises(Invalid):
            diary.post(photo_uuids=(uuid,))


def test_so_many_a_day_and_household(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post_update, "PER_HOUSEHOLD", (Limit("updates_household_day", 2, 86400),))
    draft = diary.draft()
    diary.send(draft)
    diary.post()
    with pytest.raises(TooManyUpdates):
        diary.post()
    assert not diary.send(draft).is_new, "what is there already is no new post"
    diary.post("B2-01", by=diary.theirs)
    diary.season.clock.advance(days=1)
    diary.post()
