"""Plots without news: who waits first, a reminder once a day, green as soon as somebody posts."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cofu_adopt.core import clock
from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm.models import HouseholdMember
from cofu_adopt.growth.models import PlotReminder
from cofu_adopt.growth.remind import Plan, Reminded, plan, remind
from cofu_adopt.growth.silent_plots import SilentPlot, list_plots, list_silent
from cofu_adopt.notify.models import NotifyPreference
from cofu_adopt.notify.preferences import change_preferences
from cofu_adopt.notify.rules import Channel, Kind
from tests.growth.diary import Diary, operator
from tests.growth.telling import going_out, told
from tests.season import Browser

SILENT = "/desk/growth/silent"
REMIND = f"{SILENT}/remind"


@pytest.fixture
def desk(diary: Diary) -> Browser:
    """The workshop's operator."""
    return diary.season.signed_in(operator())


def silent(days: int = 14, grid: str | None = None, household: str | None = None) -> list[SilentPlot]:
    with unit_of_work(writes=False):
        return list_silent(days, grid_code=grid, household_code=household)


def codes(rows: list[SilentPlot]) -> list[str]:
    return [row.plot.code for row in rows]


def reminded(*plots: str) -> tuple[Plan, Reminded]:
    with unit_of_work():
        planned = plan([row for row in list_plots() if row.plot.code in plots])
        return planned, remind(planned)


def reminders() -> list[tuple[int, str, int, int]]:
    return [
        (person_id, params["plot"], params["plots"], params["adopters"])
        for person_id, template, params in told()
        if template == "post_reminder"
    ]


def test_where_somebody_waits_comes_first(diary: Diary) -> None:
    diary.post("A1-01")
    diary.season.clock.advance(days=20)
    waited_for = diary.season.paid(plot="A1-02")
    diary.season.clock.advance(days=1)
    first, *others = silent()
    assert (first.plot.code, first.adopters, first.days) == ("A1-02", 1, 75)
    assert (first.posted_at, first.waiting_since) == (None, waited_for.paid_at)
    assert first.heads == (("GQ001", "张信良"),)
    assert codes(others) == ["B2-01", "A1-01"], "then the longest silence"
    assert others[1].days == 21
    assert codes(silent(grid="A1")) == ["A1-02", "A1-01"]
    assert codes(silent(household="GQ002")) == ["B2-01"]
    assert codes(silent(30)) == ["A1-02", "B2-01"]


def test_who_adopted_after_the_last_post_waits_since_then(diary: Diary) -> None:
    adopted = diary.season.paid(plot="A1-01")
    assert {row.plot.code: row.waiting_since for row in silent(0)}["A1-01"] == adopted.paid_at
    diary.season.clock.advance(days=1)
    diary.post("A1-01")
    posted_at = clock.now()
    diary.season.clock.advance(days=30)
    assert {row.plot.code: row.waiting_since for row in silent()}["A1-01"] == posted_at


def test_a_plot_is_reminded_once_a_day(diary: Diary) -> None:
    diary.season.paid(plot="A1-01")
    assert reminded("A1-01", "A1-02")[1].plot_codes == ("A1-01", "A1-02")
    assert reminders() == [(diary.ours.person_id, "A1-01", 2, 1)], "one message for both plots"
    planned, done = reminded("A1-01", "B2-01")
    assert (codes(list(planned.reminded_today)), done.plot_codes) == (["A1-01"], ("B2-01",))
    assert reminded("A1-01")[1] == Reminded((), 0)
    assert [row[0] for row in reminders()] == [diary.ours.person_id, diary.theirs.person_id]
    diary.season.clock.advance(days=1)
    assert reminded("A1-01")[1] == Reminded(("A1-01",), 1)
    with unit_of_work(writes=False):
        assert len(db.session.scalars(select(PlotReminder)).all()) == 4
        acts = db.session.scalars(select(AuditRecord.after).where(AuditRecord.act == "growth.remind"))
        assert [act["plots"] for act in acts if act] == ["A1-01 A1-02", "B2-01", "A1-01"]


def test_two_who_remind_at_once_send_one_message(diary: Diary) -> None:
    found = diary.season.at_once([lambda: reminded("A1-01")] * 6)
    assert not [one for one in found if isinstance(one, Exception)]
    assert sum(len(one[1].plot_codes) for one in found if isinstance(one, tuple)) == 1
    assert len(reminders()) == 1


def test_it_goes_where_the_households_people_want_it(diary: Diary) -> None:
    person_id = diary.ours.person_id
    with unit_of_work():
        change_preferences(person_id, channels={Kind.REMINDER: [Channel.EMAIL, Channel.SMS]}, quiet=(0, 0))
        row = db.session.get_one(NotifyPreference, person_id)
        row.email, row.email_confirmed_at = "zhang@example.com", clock.now()
    reminded("A1-01", "B2-01")
    assert [(kind, person) for kind, person, _at in going_out()] == [("email", str(person_id)), ("sms", str(person_id))]


def test_a_household_without_people_must_be_called(diary: Diary) -> None:
    with unit_of_work():
        db.session.delete(db.session.get_one(HouseholdMember, (diary.theirs.id, diary.theirs.person_id)))
    planned, done = reminded("B2-01")
    assert codes(list(planned.out_of_reach)) == ["B2-01"]
    assert (done, reminders()) == (Reminded((), 0), [])
    assert silent()[0].reminded_at is None


def test_the_operator_reminds_in_one_tap_and_sees_it_turn_green(diary: Diary, desk: Browser) -> None:
    diary.season.paid(plot="A1-01")
    page = desk.get(SILENT).text
    assert page.index("A1-01") < page.index("A1-02")
    for said in ("提醒了 1 桁，1 个人收到。", "今天提醒过了"):
        answer = desk.post(REMIND, data={"plot": "A1-01", "grid": "A1"})
        assert answer.location == f"{SILENT}?grid=A1#p-A1-01"
        assert said in desk.get(f"{SILENT}?grid=A1").text
    assert len(reminders()) == 1
    diary.season.clock.advance(hours=1)
    diary.post("A1-01")
    page = desk.get(SILENT).text
    assert page.index("A1-02") < page.index("最近一周提醒过、现在有消息的") < page.index("A1-01")
    assert "有消息了" in page
    desk.post(REMIND, data={"plot": "A1-01"})
    assert len(reminders()) == 1, "somebody has posted meanwhile"


def test_all_that_are_shown_are_reminded_after_a_preview(diary: Diary, desk: Browser) -> None:
    preview = desk.get(f"{REMIND}?grid=A1").text
    assert "会提醒 2 桁" in preview
    assert "B2-01" not in preview
    assert reminders() == []
    desk.post(REMIND, data={"plot": ["A1-01", "A1-02"]})
    assert [row[2] for row in reminders()] == [2]
    assert "没有要提醒的。" in desk.get(f"{REMIND}?grid=A1").text
    phone = diary.season.signed_in(diary.ours.person_id)
    assert phone.post(REMIND, data={"plot": "B2-01"}).status_code == 404
    assert len(reminders()) == 1


def test_a_withdrawn_post_is_no_news(diary: Diary, desk: Browser) -> None:
    update_id = diary.post("A1-01")
    assert "A1-01" not in codes(silent())
    desk.post(f"/desk/growth/updates/{update_id}/hide", data={"reason": "照片不是这一桁"})
    assert "A1-01" in codes(silent())
    assert silent()[0].days == 54, "since it was hung"
