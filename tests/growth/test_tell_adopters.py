"""A post is told to the adopters of its plots: in pieces, as each chose, by any number of workers, each once."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Select, select

from cofu_adopt import schedule
from cofu_adopt.core import bus, clock, due
from cofu_adopt.core.clock import SHANGHAI
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import DueRow
from cofu_adopt.events import ReadingKept
from cofu_adopt.farm.models import PlotMeasurement
from cofu_adopt.growth import tell_adopters
from cofu_adopt.growth.hide_update import hide_update, restore_update
from cofu_adopt.growth.models import GrowthUpdate, GrowthUpdatePhoto
from cofu_adopt.identity.models import Person
from cofu_adopt.notify.fan_out import Note, fan_out
from cofu_adopt.notify.models import Message, NotifyPreference
from cofu_adopt.notify.preferences import change_preferences
from cofu_adopt.notify.rules import Cadence, Channel, Kind
from tests.growth.telling import going_out, post_update, told
from tests.season import Season, season

__all__ = ["season"]
ADOPTED = "adopted"


@pytest.fixture
def adopters(season: Season) -> list[int]:
    """Four adopters of A1-01, one rope each."""
    people = [season.person_id, *(season.person() for _ in range(3))]
    for person_id in people:
        season.paid(person_id, plot="A1-01")
    season.clock.advance(minutes=1)
    return people


def choose(person_id: int, **choices: Any) -> None:
    with unit_of_work():
        change_preferences(person_id, **choices)


def want(person_id: int, kind: Kind, *channels: Channel, email: str | None = "lin@example.com") -> None:
    with unit_of_work():
        change_preferences(person_id, channels={kind: channels})
        row = db.session.get_one(NotifyPreference, person_id)
        row.email, row.email_confirmed_at = email, clock.now()


def news() -> list[tuple[int, str]]:
    return [(person_id, template) for person_id, template, _params in told() if template != ADOPTED]


def waiting() -> list[str]:
    with unit_of_work(writes=False):
        kinds = (tell_adopters.TELL_CUT, tell_adopters.TELL_PIECE)
        return list(db.session.scalars(select(DueRow.subject).where(DueRow.kind.in_(kinds)).order_by(DueRow.id)))


def test_each_adopter_is_told_once_and_nobody_else(season: Season, adopters: list[int]) -> None:
    season.paid(adopters[0], plot="A1-01")
    elsewhere = season.person()
    season.paid(elsewhere, plot="A1-02")
    season.hold(elsewhere, plot="A1-01")
    season.clock.advance(minutes=1)
    update_id = post_update([season.plots["A1-01"]])
    assert news() == []
    season.tick()
    assert news() == [(person_id, "update") for person_id in adopters]
    params = [params for person_id, template, params in told() if template == "update" and person_id == adopters[0]]
    assert params[0] | {"code": ""} == {
        "rope": params[0]["rope"], "ropes": 2, "code": "", "household": "", "day": "2026-11-24", "photos": 0,
    }  # fmt: skip
    assert params[0]["rope"].startswith("A1-01-00")
    with unit_of_work():
        tell_adopters.declare_update(update_id)
    season.tick()
    assert len(news()) == 4


def test_who_was_told_before_is_not_told_twice_and_keeps_nobody_from_it(season: Season, adopters: list[int]) -> None:
    update_id = post_update([season.plots["A1-01"]])
    note = Note(Kind.UPDATE, "update", f"update:{update_id}", {})
    with unit_of_work():
        assert fan_out(note, one(adopters[1]), is_new=True) == 1
        assert fan_out(note, one(adopters[1]), is_new=True) == 0
    schedule.do_due_work()
    assert sorted(news()) == [(person_id, "update") for person_id in sorted(adopters)]


def one(person_id: int) -> Select[Any]:
    return select(Person.id.label("person_id")).where(Person.id == person_id)


def test_what_is_rolled_back_is_told_to_nobody(season: Season, adopters: list[int]) -> None:
    def fail_later() -> None:
        with unit_of_work():
            tell_adopters.declare_update(1)
            raise RuntimeError("a later handler failed")

    with pytest.raises(RuntimeError, match="later"):
        fail_later()
    assert waiting() == []


def test_a_post_that_was_withdrawn_in_time_is_not_told(season: Season, adopters: list[int]) -> None:
    update_id = post_update([season.plots["A1-01"]])
    with unit_of_work():
        db.session.get_one(GrowthUpdate, update_id).withdrawn_at = clock.now()
    season.tick()
    assert (news(), waiting()) == ([], [])


def test_a_post_that_is_put_back_is_told_to_whoever_was_not(season: Season, adopters: list[int]) -> None:
    update_id = post_update([season.plots["A1-01"]])
    with unit_of_work():
        hide_update(update_id, "somebody's phone number")
    season.tick()
    assert (news(), waiting()) == ([], [])
    for _twice in range(2):
        with unit_of_work():
            hide_update(update_id, "somebody's phone number")
            restore_update(update_id, "it was blurred")
        season.tick()
        assert news() == [(person_id, "update") for person_id in adopters]


def test_it_is_cut_into_bounded_pieces(season: Season, adopters: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tell_adopters, "PIECE", 2)
    update_id = post_update([season.plots["A1-01"]])
    due.run_due({tell_adopters.TELL_CUT: schedule.HANDLERS[tell_adopters.TELL_CUT]})
    assert [subject.split(":")[:3] for subject in waiting()] == [
        ["update", str(update_id), str(adopters[place])] for place in (0, 2)
    ]
    due.run_due({tell_adopters.TELL_PIECE: schedule.HANDLERS[tell_adopters.TELL_PIECE]}, limit=1)
    assert [person_id for person_id, _template in news()] == adopters[:2]
    # The worker that had begun it died before it ended: the whole is cut anew.
    with unit_of_work():
        tell_adopters.declare_update(update_id)
    season.tick()
    assert [person_id for person_id, _template in news()] == adopters


def test_two_workers_at_once_tell_each_once(
    season: Season, adopters: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tell_adopters, "PIECE", 1)
    for uuid in "abc":
        post_update([season.plots["A1-01"], season.plots["A1-02"]], uuid=uuid)
    for person_id in adopters:
        want(person_id, Kind.UPDATE, Channel.EMAIL)
    failures = [one for one in season.at_once([schedule.do_due_work] * 3, threads=3) if isinstance(one, Exception)]
    assert failures == []
    season.tick()
    assert news() == sorted([(person_id, "update") for person_id in adopters] * 3)
    assert [person for _type, person, _at in going_out()] == sorted([str(one) for one in adopters] * 3)
    assert waiting() == []


def test_each_is_told_as_she_chose(season: Season, adopters: list[int]) -> None:
    each, weekly, milestones, nothing = adopters
    choose(weekly, cadence=Cadence.WEEKLY)
    choose(milestones, cadence=Cadence.MILESTONES)
    choose(nothing, cadence=Cadence.NOTHING)
    want(each, Kind.UPDATE, Channel.EMAIL, Channel.PUSH)
    want(nothing, Kind.UPDATE, Channel.EMAIL)
    plots = [season.plots["A1-01"]]
    post_update(plots, uuid="without photos")
    season.tick(minutes=1)
    post_update(plots, uuid="the first photo", photos=1)
    season.tick(minutes=1)
    post_update(plots, uuid="another photo", photos=2)
    season.tick()
    assert news() == [
        (each, "update"), (each, "first_photo"), (each, "update"),
        (weekly, "first_photo"), (milestones, "first_photo"),
    ]  # fmt: skip
    assert [(type_, person) for type_, person, _at in going_out()] == [
        ("email", str(each)), ("email", str(each)), ("push", str(each)), ("push", str(each)),
    ]  # fmt: skip


def test_who_adopts_later_has_a_first_photo_of_her_own(season: Season, adopters: list[int]) -> None:
    plots = [season.plots["A1-01"]]
    post_update(plots, uuid="a", photos=1)
    season.tick(minutes=1)
    late = season.person()
    season.paid(late, plot="A1-01")
    season.clock.advance(minutes=1)
    post_update(plots, uuid="b", photos=1)
    season.tick()
    assert [template for person_id, template in news() if person_id == late] == ["first_photo"]
    assert [template for person_id, template in news() if person_id == adopters[0]] == ["first_photo", "update"]


def test_nobody_is_told_of_photos_that_nobody_may_see(season: Season, adopters: list[int]) -> None:
    plots, reader = [season.plots["A1-01"]], adopters[0]
    post_update(plots, uuid="a", photos=1, people=1)
    season.tick(minutes=1)
    second = post_update(plots, uuid="b", photos=3, people=1)
    season.tick(minutes=1)
    # What she has been told of once is no first again.
    take_back_photos(second)
    post_update(plots, uuid="c", photos=2)
    season.tick()
    said = [(one, params["photos"]) for person_id, one, params in told() if person_id == reader and one != ADOPTED]
    assert said == [("update", 0), ("first_photo", 2), ("update", 2)]


def test_a_correction_is_no_first_photo(season: Season, adopters: list[int]) -> None:
    plots = [season.plots["A1-01"]]
    first = post_update(plots, uuid="a", publish=False)
    post_update(plots, uuid="b", photos=1, corrects_id=first, publish=False)
    season.clock.advance(minutes=1)
    post_update(plots, uuid="c", photos=1)
    season.tick()
    assert news() == [(person_id, "first_photo") for person_id in adopters]


def take_back_photos(update_id: int) -> None:
    """People can be seen on all of them; those who agreed do so no more."""
    with unit_of_work():
        for row in db.session.scalars(select(GrowthUpdatePhoto).where(GrowthUpdatePhoto.update_id == update_id)):
            row.shows_people, row.people_consent_at, row.people_consent_revoked_at = True, clock.now(), clock.now()


def test_at_night_only_what_makes_no_noise_is_told(season: Season, adopters: list[int]) -> None:
    standard, early, owl, both = adopters
    season.clock.at = datetime(2026, 11, 24, 22, tzinfo=SHANGHAI)
    choose(early, quiet=(0, 6 * 60))
    choose(owl, quiet=(12 * 60, 23 * 60 + 15))
    choose(both, quiet=(0, 0))
    for person_id in adopters:
        want(person_id, Kind.UPDATE, Channel.EMAIL)
    post_update([season.plots["A1-01"]])
    season.tick()
    assert len(news()) == 4
    at = {int(person): clock.local(at).strftime("%d %H:%M") for _type, person, at in going_out()}
    assert at == {standard: "25 07:30", early: "24 22:00", owl: "24 23:15", both: "24 22:00"}


def test_the_week_is_told_in_one_message(season: Season, adopters: list[int]) -> None:
    reader, other = adopters[0], adopters[1]
    idle = season.person()
    season.paid(reader, plot="A1-02")
    for person_id in (reader, idle):
        choose(person_id, cadence=Cadence.WEEKLY)
    want(reader, Kind.DIGEST, Channel.EMAIL)
    season.clock.advance(minutes=1)
    for uuid in "ab":
        first = post_update([season.plots["A1-01"], season.plots["A1-02"]], uuid=uuid)
    post_update([season.plots["A1-01"]], uuid="a correction", corrects_id=first, publish=False)
    tell_adopters.declare_regular()
    tell_adopters.declare_regular()
    assert [subject for subject in waiting() if subject.startswith("digest")] == ["digest:2026-11-29"]
    season.clock.at = datetime(2026, 11, 29, 18, tzinfo=SHANGHAI)
    season.tick()
    [(person_id, _template, params)] = [row for row in told() if row[1] == "digest"]
    assert (person_id, params["ropes"], params["posts"]) == (reader, 2, 2)
    assert [(type_, person) for type_, person, _at in going_out()] == [("email", str(reader))]
    assert (other, "digest") not in news()
    tell_adopters.declare_regular()
    season.clock.at = datetime(2026, 12, 6, 18, tzinfo=SHANGHAI)
    season.tick()
    assert len([row for row in told() if row[1] == "digest"]) == 1


def test_market_size_is_told_on_its_day_which_moves_with_each_reading(season: Season, adopters: list[int]) -> None:
    plot_id = season.plots["A1-01"]
    measure(plot_id, date(2026, 11, 24), 50)
    season.tick()
    assert news() == []
    assert waiting() == [f"market_size:{plot_id}"]
    season.clock.at = datetime(2026, 12, 1, 20, tzinfo=SHANGHAI)
    measure(plot_id, date(2026, 12, 1), 80)
    season.tick()
    assert news() == [(person_id, "market_size") for person_id in adopters]
    measure(plot_id, date(2026, 12, 2), 81)
    season.tick(days=1)
    assert len(news()) == 4


def measure(plot_id: int, on: date, length_mm: int) -> None:
    with unit_of_work():
        values = {"mean_shell_length_mm": Decimal(length_mm), "sample_count": 30, "survival": Decimal("0.9")}
        db.session.add(PlotMeasurement(plot_id=plot_id, measured_on=on, **values))
        db.session.flush()
        bus.publish(ReadingKept(plot_id, on))


def test_the_harvest_window_is_told_on_its_first_morning(season: Season, adopters: list[int]) -> None:
    season.clock.at = datetime(2027, 8, 18, 12, tzinfo=SHANGHAI)
    tell_adopters.declare_regular()
    season.clock.at = datetime(2027, 8, 20, 8, 59, tzinfo=SHANGHAI)
    season.tick()
    assert news() == []
    season.tick(minutes=1)
    assert news() == [(person_id, "harvest_opens") for person_id in adopters]
    with unit_of_work(writes=False):
        assert set(db.session.scalars(select(Message.fact).where(Message.template == "harvest_opens"))) == {
            "harvest_opens:2027-08-20"
        }


def test_a_plot_without_adopters_has_nobody_to_tell(season: Season) -> None:
    post_update([season.plots["A1-01"]])
    schedule.do_due_work()
    assert waiting() == []
    assert told() == []
