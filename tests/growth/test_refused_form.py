"""The form without JavaScript: what is refused or asked about has not happened, however far it came."""

from __future__ import annotations

from typing import Any

import pytest

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.farm.rows import MeasurementRow
from cofu_adopt.growth import queries
from cofu_adopt.growth.rows import OwnUpdate, RevisionRow
from tests.growth.diary import Diary, operator, sample
from tests.season import Browser

SENT = "/household/updates"


@pytest.fixture
def phone(diary: Diary) -> Browser:
    """The phone of our household."""
    return diary.season.signed_in(diary.ours.person_id)


def all_of(diary: Diary, update_id: int) -> tuple[OwnUpdate, list[RevisionRow], list[MeasurementRow]]:
    with unit_of_work(writes=False):
        past = queries.history(update_id)
    return diary.own(update_id), past, diary.measurements()


def form(diary: Diary, mean: str, **typed: Any) -> dict[str, Any]:
    return {"client_uuid": diary.uuid(), "mean.A1-01": mean, "count.A1-01": "20"} | typed


def test_a_question_about_a_change_changes_nothing(diary: Diary, phone: Browser) -> None:
    diary.measured(diary.season.clock.at.date().replace(day=1), 58)
    uuid, photo_id = diary.photo()
    update_id = diary.post(note="浪大", photo_uuids=(uuid,), readings=(("A1-01", sample(60)),))
    before = all_of(diary, update_id)
    asked = phone.post(f"{SENT}/{update_id}", data=form(diary, "45", note="浪小了", drop=photo_id))
    assert (asked.status_code, "要再量一次，还是没错？" in asked.text) == (409, True)
    assert all_of(diary, update_id) == before
    assert [row.mean_shell_length_mm for row in before[2]] == [58, 60]


@pytest.mark.parametrize(("note", "status"), [("看错了", 409), ("a\u202eb", 422)])
def test_a_correction_that_is_not_taken_leaves_the_old_reading(
    diary: Diary, phone: Browser, note: str, status: int
) -> None:
    diary.measured(diary.season.clock.at.date().replace(day=1), 58)
    update_id = diary.post(readings=(("A1-01", sample(60)),))
    diary.season.clock.advance(days=2)
    before, desk = all_of(diary, update_id), diary.season.signed_in(operator())
    for browser, address in ((phone, f"{SENT}/{update_id}"), (desk, f"/desk/growth/updates/{update_id}/correct")):
        assert browser.post(address, data=form(diary, "45", note=note)).status_code == status
        assert all_of(diary, update_id) == before
    assert diary.timeline()[0].corrections == ()
