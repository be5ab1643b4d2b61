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


def test_after_back_other_words_are_another_post(diary: Diary, phone: Browser) -> None:
    desk, uuid = diary.season.signed_in(operator()), diary.uuid()
    for browser, address, plot in (
        (phone, SENT, "A1-01"),
        (desk, "/desk/growth/updates/new?household=GQ002", "B2-01"),
    ):
        for note in ("浪大", "浪大", "浪小了"):
            sent = {"client_uuid": uuid, "plot_codes": plot, "note": note}
            assert browser.post(address, data=sent).status_code == 302
        assert [row.note for row in diary.timeline(plot)] == ["浪小了", "浪大"]
    assert phone.post(SENT, data={"client_uuid": "", "plot_codes": "A1-01", "note": "浪大"}).status_code == 422


def test_after_back_other_words_are_another_correction(diary: Diary, phone: Browser) -> None:
    update_id = diary.post(note="浪大")
    diary.season.clock.advance(days=2)
    desk, uuid = diary.season.signed_in(operator()), diary.uuid()
    for browser, address in ((phone, f"{SENT}/{update_id}"), (desk, f"/desk/growth/updates/{update_id}/correct")):
        for note in ("浪小", "浪小", "没有浪", f"{address} 说的"):
            assert browser.post(address, data={"client_uuid": uuid, "note": note}).status_code == 302
    said = [later.note for later in diary.timeline()[0].corrections]
    assert said == ["浪小", "没有浪", f"{SENT}/{update_id} 说的", f"/desk/growth/updates/{update_id}/correct 说的"]


def test_a_reading_whose_fields_are_emptied_is_taken_out(diary: Diary, phone: Browser) -> None:
    update_id = diary.post("A1-01", "A1-02", readings=(("A1-01", sample(45)), ("A1-02", sample(40))))
    empty = {f"{name}.A1-01": " " for name in ("lengths", "mean", "count", "survival")}
    typed = empty | {"mean.A1-02": "41", "count.A1-02": "20"}
    for _twice in range(2):
        assert phone.post(f"{SENT}/{update_id}", data=typed).status_code == 302
        assert (diary.lengths(), diary.lengths("A1-02")) == ([], [41.0])
        assert len(all_of(diary, update_id)[1]) == 1
    assert phone.post(f"{SENT}/{update_id}", data={"note": "a form that asked about no plot"}).status_code == 302
    assert diary.lengths("A1-02") == [41.0]
