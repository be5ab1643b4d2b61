"""The pages of the diary: what a phone's page sends, the form without JavaScript, the workshop's desk."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.media.models import Upload
from tests.growth.diary import Diary, Family, operator, sample
from tests.season import Browser

SENT = "/household/updates"


@pytest.fixture
def phone(diary: Diary) -> Browser:
    """The phone of our household."""
    return diary.season.signed_in(diary.ours.person_id)


@pytest.fixture
def desk(diary: Diary) -> Browser:
    """The workshop's operator."""
    return diary.season.signed_in(operator())


def body(diary: Diary, by: Family | None = None, **said: Any) -> dict[str, Any]:
    family = by or diary.ours
    return {"client_uuid": diary.uuid(), "household_id": family.id, "plot_codes": ["A1-01"]} | said


def reading(mean: float) -> dict[str, Any]:
    return {"plot_code": "A1-01", "mean_shell_length_mm": mean, "sample_count": 20, "survival": 0.9}


def test_what_the_phones_page_sends(diary: Diary, phone: Browser) -> None:
    uuid, photo_id = diary.photo()
    sent = body(
        diary, photo_uuids=[uuid], note="水清", weather="sunny", work=["cleaning"], water_temperature_c=18.5,
        happened_at="2026-11-24T03:00:00.123Z", readings=[reading(45)], confirmed=False,
    )  # fmt: skip
    first, again = phone.post(SENT, json=sent), phone.post(SENT, json=sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json == {"id": diary.timeline()[0].id}
    assert (diary.timeline()[0].photos, diary.lengths()) == ((photo_id,), [45.0])


def test_what_the_phones_page_is_told(diary: Diary, phone: Browser) -> None:
    phone.post(SENT, json=body(diary, readings=[reading(78.4)]))
    asked = phone.post(SENT, json=body(diary, readings=[reading(71)]))
    assert (asked.status_code, asked.json["code"]) == (409, "reading_questioned")  # type: ignore[index]
    assert [one["question"] for one in asked.json["questions"]] == ["falls"]  # type: ignore[index]
    assert phone.post(SENT, json=body(diary, readings=[reading(71)], confirmed=True)).status_code == 201
    faulty = phone.post(SENT, json=body(diary, readings=[reading(500)], confirmed=True))
    assert (faulty.status_code, list(faulty.json["errors"])) == (422, ["readings.0.mean_shell_length_mm"])  # type: ignore[index]
    assert phone.post(SENT, json=body(diary, plot_codes=["B2-01"])).json["code"] == "not_found"  # type: ignore[index]
    assert phone.post(SENT, json=body(diary, diary.theirs)).status_code == 404
    stale = diary.season.browser().post(SENT, json=body(diary))
    assert (stale.status_code, stale.json["code"]) == (401, "sign_in_needed")  # type: ignore[index]
    assert diary.season.browser().post(SENT, data={}).status_code == 302, "a browser is sent to sign in"


def test_a_foreign_page_cannot_post(diary: Diary, phone: Browser) -> None:
    diary.season.app.config["WTF_CSRF_ENABLED"] = True
    refused = phone.post(SENT, json=body(diary))
    assert (refused.status_code, refused.json["code"]) == (400, "stale_form")  # type: ignore[index]
    token = re.findall(r'name="csrf_token" value="([^"]+)"', phone.get(f"{SENT}/new").text)[0]
    assert phone.post(SENT, json=body(diary), headers={"X-CSRFToken": token}).status_code == 201


def test_the_form_without_javascript(diary: Diary, phone: Browser) -> None:
    page = phone.get(f"{SENT}/new").text
    typed = {
        "client_uuid": re.findall(r'name="client_uuid" value="([^"]+)"', page)[0], "household_id": diary.ours.id,
        "plot_codes": ["A1-01", "A1-02"], "lengths.A1-01": "44.8、４５ 45.2", "survival.A1-01": "93%", "note": "浪大",
        "work": ["hanging"], "weather": "windy", "water_temperature_c": "十八",
    }  # fmt: skip
    assert phone.post(SENT, data=typed | {"note": "浪大 again", "lengths.A1-01": "4x"}).status_code == 422
    for _twice in range(2):
        assert phone.post(SENT, data=typed).location == SENT
    (row,) = diary.timeline()
    assert (row.note, row.plot_codes, row.water_temperature_c) == ("浪大", ("A1-01", "A1-02"), 18.0)
    assert [(one.mean_shell_length_mm, one.survival) for one in diary.measurements()] == [(45.0, 0.93)]
    asked = phone.post(SENT, data=typed | {"client_uuid": diary.uuid(), "lengths.A1-01": "40"})
    assert asked.status_code == 409
    assert "要再量一次，还是没错？" in asked.text
    assert 'name="confirmed"' in asked.text
    assert "浪大" in asked.text, "nothing typed is lost"


def test_change_withdraw_and_correct(diary: Diary, phone: Browser) -> None:
    first, second = diary.post(note="浪大"), diary.post(note="雾大")
    typed = {"client_uuid": diary.uuid(), "note": "浪小了", "mean.A1-01": "45", "count.A1-01": "20"}
    assert phone.post(f"{SENT}/{first}", data=typed).status_code == 302
    assert "浪大" in phone.get(f"{SENT}/{first}").text, "what it said before"
    phone.post(f"{SENT}/{second}/withdraw")
    assert [(row.note, row.edited) for row in diary.timeline()] == [("浪小了", True)]
    assert "已撤下" in phone.get(SENT).text
    diary.season.clock.advance(days=1)
    assert phone.post(f"{SENT}/{first}/withdraw").status_code == 409
    assert phone.post(f"{SENT}/{first}", data={"client_uuid": diary.uuid(), "note": "看错了"}).status_code == 302
    assert [later.note for later in diary.timeline()[0].corrections] == ["看错了"]


def test_another_households_posts_are_not_there(diary: Diary) -> None:
    update_id, other = diary.post(note="秘密"), diary.season.signed_in(diary.theirs.person_id)
    assert "秘密" not in other.get(SENT).text
    assert other.get(f"{SENT}/{update_id}").status_code == 404
    for act in ("", "/withdraw", "/photos/1/people"):
        assert other.post(f"{SENT}/{update_id}{act}", data={"wish": "agree"}).status_code == 404


def test_people_on_a_photo(diary: Diary, phone: Browser) -> None:
    uuid, photo_id = diary.photo()
    update_id = diary.post(photo_uuids=(uuid,))
    for wish, shown in (("refuse", ()), ("agree", (photo_id,))):
        assert phone.post(f"{SENT}/{update_id}/photos/{photo_id}/people", data={"wish": wish}).status_code == 302
        assert diary.timeline()[0].photos == shown
    assert phone.post(f"{SENT}/people/revoke").status_code == 302
    assert diary.timeline()[0].photos == ()


@pytest.mark.parametrize(
    "mark", ["9999-12-31T23:59:59-01:00_1", "0001-01-01T00:00:00+01:00_1", "2026-11-24T12:00:00_1"]
)
def test_a_mark_that_is_none_shows_the_first_page(diary: Diary, phone: Browser, desk: Browser, mark: str) -> None:
    diary.post(note="浪大")
    for browser, address in ((phone, SENT), (desk, "/desk/growth/updates")):
        page = browser.get(address, query_string={"before": mark})
        assert (page.status_code, "浪大" in page.text) == (200, True)


def test_people_are_not_overlooked(diary: Diary, phone: Browser) -> None:
    uuid = f"abcdef{diary.photo()[0][6:]}"
    with unit_of_work():
        db.session.execute(update(Upload).values(client_uuid=uuid))
    for sent, said in ((uuid, uuid.upper()), (uuid.upper(), uuid)):
        assert phone.post(SENT, json=body(diary, photo_uuids=[sent], people_photo_uuids=[said])).status_code == 201
        assert diary.timeline()[0].photos == ()
    update_id = diary.timeline()[0].id
    for photos in ([], [uuid]):
        strange: dict[str, Any] = {"photo_uuids": photos, "people_photo_uuids": [diary.uuid()]}
        refused = phone.post(SENT, json=body(diary, **strange))
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["people_photo_uuids"])  # type: ignore[index]
        with pytest.raises(Invalid):
            diary.edit(update_id, photo_uuids=tuple(photos), people_uuids=frozenset({diary.uuid()}))
    assert diary.count() == 2


def test_the_workshop_posts_for_a_household(diary: Diary, desk: Browser) -> None:
    assert "李阿四" in desk.get("/desk/growth/updates/new").text
    assert 'value="B2-01"' in desk.get("/desk/growth/updates/new?household=GQ002").text
    typed = {"client_uuid": diary.uuid(), "plot_codes": "B2-01", "note": "代发"}
    for plot, status in (("A1-01", 404), ("B2-01", 302)):
        sent = desk.post("/desk/growth/updates/new?household=GQ002", data=typed | {"plot_codes": plot})
        assert sent.status_code == status
    (row,) = diary.timeline("B2-01")
    assert (row.on_behalf, row.household_id) == (True, diary.theirs.id)
    assert "工坊代发" in desk.get("/desk/growth/updates").text


def test_the_workshop_takes_off_and_reviews(diary: Diary, desk: Browser) -> None:
    diary.post(readings=(("A1-01", sample(78.4)),))
    update_id = diary.post(note="号码", readings=(("A1-01", sample(60)),), confirmed=True)
    assert desk.post(f"/desk/growth/updates/{update_id}/hide", data={"reason": ""}).status_code == 422
    assert desk.post(f"/desk/growth/updates/{update_id}/hide", data={"reason": "有电话号码"}).status_code == 302
    assert update_id not in [row.id for row in diary.timeline()]
    assert desk.post(f"/desk/growth/updates/{update_id}/restore", data={"reason": "已遮住号码"}).status_code == 302
    reading_id = diary.own(update_id).readings[0].id
    assert f"/desk/growth/readings/{reading_id}" in desk.get("/desk/growth/readings").text
    assert desk.post(f"/desk/growth/readings/{reading_id}", data={"reason": "a"}).status_code == 422
    assert desk.post(f"/desk/growth/readings/{reading_id}", data={"reason": "量错了种"}).status_code == 302
    assert diary.lengths() == [78.4]
    assert desk.post(f"/desk/growth/readings/{reading_id}", data={"reason": "再来一次"}).status_code == 409
    with unit_of_work(writes=False):
        query = select(AuditRecord.act).where(AuditRecord.act.like("growth.%")).order_by(AuditRecord.id)
        acts = list(db.session.scalars(query))
    assert acts == ["growth.hide", "growth.restore", "growth.reject_reading"]


def test_the_workshop_corrects_for_a_household(diary: Diary, desk: Browser) -> None:
    update_id = diary.post(note="看错")
    diary.season.clock.advance(days=2)
    typed = {"client_uuid": diary.uuid(), "note": "替他改"}
    assert desk.post(f"/desk/growth/updates/{update_id}/correct", data=typed).status_code == 302
    assert [(later.note, later.on_behalf) for later in diary.timeline()[0].corrections] == [("替他改", True)]
    assert "看错" in desk.get(f"/desk/growth/updates/{update_id}").text
