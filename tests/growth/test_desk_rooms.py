"""The desk's rooms of the diary: doubtful readings by key, forecasts, calendar, files, what needs a person."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, insert, select

from cofu_adopt.core import clock
from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.registry import Matter
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.models import Household, Plot, PlotMeasurement, PlotShare, SeaGrid, Species
from cofu_adopt.growth.exceptions import readings_waiting
from cofu_adopt.growth.gauges import readings_to_review, silent_plots
from cofu_adopt.growth.models import GrowthReading
from cofu_adopt.growth.read_outlook import read_outlooks
from cofu_adopt.growth.read_reviews import ReviewRow
from cofu_adopt.growth.read_reviews import readings_to_review as list_readings
from cofu_adopt.growth.silent_plots import list_plots
from tests.growth.diary import Diary, operator, sample
from tests.people import Who, make_person
from tests.season import Browser

READINGS = "/desk/growth/readings"


@pytest.fixture
def desk(diary: Diary) -> Browser:
    """The workshop's operator, who has just proved who she is."""
    client = diary.season.signed_in(operator())
    with client.session_transaction() as session:
        session["proved_at"] = int(clock.now().timestamp())
    return client


@pytest.fixture
def doubtful(diary: Diary) -> int:
    """A reading that fell, and that its household says is right."""
    for months, length in enumerate((30, 34, 38, 42)):
        diary.measured(date(2026, 7 + months, 1), length)
    diary.post(readings=(("A1-01", sample(35, survival=0.8)),), confirmed=True)
    return to_review()[0].reading.id


def to_review() -> list[ReviewRow]:
    with unit_of_work(writes=False):
        return list_readings()


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", see)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", see)


def read_csv(answer: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.decode("utf-8-sig"), newline="")))


def test_a_doubtful_reading_stands_beside_what_was_and_what_should_be(diary: Diary, doubtful: int) -> None:
    (row,) = to_review()
    assert [one.mean_shell_length_mm for one in row.before] == [30, 34, 38, 42]
    assert row.has_own_speed
    assert row.expected is not None
    assert row.expected.low_mm < 42 < row.expected.length_mm < row.expected.high_mm
    assert (row.since, row.confirmed_at) == (clock.now(), clock.now())


def test_the_operator_decides_with_one_key_or_her_own_words(diary: Diary, desk: Browser, doubtful: int) -> None:
    page = desk.get(READINGS).text
    assert 'data-key="1"' in page
    assert "autofocus" in page
    refused = desk.post(f"{READINGS}/{doubtful}", data={"stands": "1", "reason": "好的"})
    assert refused.status_code == 422
    assert 'value="好的"' in refused.text, "what was typed is not lost"
    for sent, length in (
        ({"quick": "measured_again"}, 35),
        ({"quick": "misread", "reason": ""}, 31),
        ({"stands": "1", "reason": "问过了，冷水里长得慢"}, 29),
    ):
        if length < 35:
            diary.season.clock.advance(days=1)
            diary.post(readings=(("A1-01", sample(length, survival=0.8)),), confirmed=True)
        assert desk.post(f"{READINGS}/{to_review()[0].reading.id}", data=sent).location == READINGS
        assert to_review() == []
        assert (length in diary.lengths()) is (sent.get("quick") != "misread")
    with unit_of_work(writes=False):
        query = select(AuditRecord.after).where(AuditRecord.act.like("growth.%_reading")).order_by(AuditRecord.id)
        reasons = [(after or {})["reason"] for after in db.session.scalars(query)]
    assert reasons == ["再量过，还是这个数", "读错了尺子", "问过了，冷水里长得慢"]


def test_what_waits_for_days_needs_a_person(diary: Diary, doubtful: int) -> None:
    def found() -> list[Matter]:
        with unit_of_work(writes=False):
            return list(readings_waiting(10))

    with unit_of_work():
        row = GrowthReading(
            update_id=None, plot_id=diary.season.plots["A1-02"], measured_on=clock.today(),
            mean_shell_length_mm=Decimal(20), sample_count=9, state="questioned", question="falls",
        )  # fmt: skip
        db.session.add(row)
    diary.season.paid(plot="A1-02")
    with unit_of_work(writes=False):
        assert (readings_to_review(), silent_plots()) == (2, 1)
    assert found() == []
    diary.season.clock.advance(days=3, hours=13)
    assert [matter.path for matter in found()] == [f"{READINGS}#r{doubtful}", f"{READINGS}#r{row.id}"]
    assert "A1-01" in found()[0].words


def test_forecasts_and_the_calendar_are_of_plots_and_of_squares(diary: Diary, desk: Browser) -> None:
    diary.measured(date(2026, 11, 1), 58)
    diary.measured(date(2026, 11, 1), 12, plot="A1-02")
    page = desk.get("/desk/growth/forecast").text
    assert page.index("A1-02") < page.index("A1-01") < page.index("B2-01"), "the worst first"
    short = desk.get("/desk/growth/forecast?short=1").text
    assert "A1-02" in short
    assert "A1-01" not in short
    squares = desk.get("/desk/growth/forecast?by=grid").text
    assert "B2" in squares
    assert 'href="/desk/growth/forecast?grid=A1"' in squares
    assert "没有这样的桁" in desk.get("/desk/growth/forecast?grid=Z9").text
    page = desk.get("/desk/growth/calendar").text
    assert "2027\N{NO-BREAK SPACE}年 8\N{NO-BREAK SPACE}月" in page
    assert 'href="/desk/growth/calendar?grid=A1&amp;unit=month"' in page
    assert "A1-02" in desk.get("/desk/growth/calendar?grid=A1&unit=week&from=2027-08-02").text
    for address in ("unit=day", "from=yesterday", "from=2020-01-01", "from=2999-01-01"):
        assert desk.get(f"/desk/growth/calendar?{address}").status_code == 200


FILES = (
    ("silent?format=csv&days=7", "silent_plots.export", 3),
    ("measurements?format=csv", "measurements.export", 2),
    ("measurements?format=csv&household=GQ002", "measurements.export", 0),
    ("forecasts?format=csv&grid=A1", "forecasts.export", 2),
    ("forecasts?format=csv&by=grid", "forecasts.export", 2),
    ("calendar?format=csv", "harvest_calendar.export", 2 * (12 + 3)),
)


def test_what_leaves_the_house_is_whole_and_in_the_log(diary: Diary, desk: Browser) -> None:
    diary.measured(date(2026, 11, 1), 58)
    diary.measured(date(2026, 11, 1), 12, plot="A1-02")
    with unit_of_work():
        db.session.scalars(select(Household).where(Household.code == "GQ001")).one().head_name = "=1+1"
    for address, act, rows in FILES:
        header, *found = read_csv(desk.get(f"/desk/growth/export/{address}", buffered=True).data)
        assert len(found) == rows, address
        assert all(len(row) == len(header) for row in found), address
        assert "=1+1" not in {cell for row in found for cell in row}, "a formula"
        with unit_of_work(writes=False):
            newest = select(AuditRecord.act, AuditRecord.after).order_by(AuditRecord.id.desc()).limit(1)
            logged, after = db.session.execute(newest).one()
        assert (logged, after["rows"], after["format"]) == (act, rows, "csv")
    book = desk.get("/desk/growth/export/forecasts?format=xlsx", buffered=True)
    assert book.data.startswith(b"PK")


def test_the_auditor_reads_and_does_not_act(diary: Diary, doubtful: int) -> None:
    auditor = diary.season.signed_in(make_person(Who.AUDITOR))
    for room in ("silent", "readings", "forecast", "calendar", "species"):
        page = auditor.get(f"/desk/growth/{room}").text
        assert "生长记录" in page, room
        assert "<form" not in page.split("<main")[1].replace('<form class="filters', ""), room
    assert auditor.post(f"{READINGS}/{doubtful}", data={"quick": "misread"}).status_code == 404


READS: tuple[tuple[str, Callable[[], object], int], ...] = (
    ("silent plots", list_plots, 5),
    ("outlooks", read_outlooks, 6),
    ("readings", list_readings, 6),
)


def test_four_hundred_plots_take_as_many_statements_as_one(diary: Diary) -> None:
    with unit_of_work():
        grids = [SeaGrid(code=f"X{number}") for number in range(20)]
        db.session.add_all(grids)
        db.session.flush()
        same = {
            "inside_line": True, "species": Species.HARD_MUSSEL, "seeded_on": date(2026, 1, 1), "rope_count": 60,
            "rope_length_m": Decimal("2.5"), "longitude": Decimal("122.7"), "latitude": Decimal("30.7"),
        }  # fmt: skip
        values = [{**same, "code": f"X{n % 20}-{n:03d}", "sea_grid_id": grids[n % 20].id} for n in range(400)]
        db.session.execute(insert(Plot), values)
        ids = list(db.session.scalars(select(Plot.id).where(Plot.code.like("X%"))))
        share = {"valid_from": date(2026, 10, 1), "household_id": diary.ours.id, "weight": 1}
        db.session.execute(insert(PlotShare), [share | {"plot_id": one} for one in ids])
        measured = {"mean_shell_length_mm": Decimal(40), "sample_count": 9, "survival": Decimal("0.9")}
        days = [clock.today() - timedelta(days=60 * n) for n in range(6)]
        db.session.execute(
            insert(PlotMeasurement), [measured | {"plot_id": one, "measured_on": day} for one in ids for day in days]
        )
        doubt = {"sample_count": 9, "state": "questioned", "question": "falls", "measured_on": clock.today()}
        db.session.execute(
            insert(GrowthReading), [doubt | {"plot_id": one, "mean_shell_length_mm": Decimal(20)} for one in ids[:90]]
        )
    for name, read, most in READS:
        with unit_of_work(writes=False), statements() as seen:
            read()
        asked = [one for one in seen if one.lstrip().upper().startswith(("SELECT", "WITH"))]
        assert len(asked) <= most, f"{name}: {len(asked)}"
    assert len(to_review()) == 90
    desk = diary.season.signed_in(operator())
    for room in ("silent", "forecast", "calendar", "readings"):
        with statements() as seen:
            page = desk.get(f"/desk/growth/{room}").text
        assert "X1" in page, room
        assert len(seen) <= 20, f"{room}: {len(seen)}"


def test_many_households_cost_no_more_than_one(diary: Diary) -> None:
    desk, asked = diary.season.signed_in(operator()), []
    diary.post(readings=(("A1-01", sample(40)),))
    for family, plot in ((diary.ours, "A1-02"), (diary.theirs, "B2-01")):
        diary.post(plot, by=family)
        with statements() as seen:
            page = desk.get("/desk/growth/updates").text
        assert plot in page
        asked.append(len(seen))
    assert asked[0] == asked[1]
    ids = list(diary.season.plots.values())
    with unit_of_work(writes=False), statements() as seen:
        shares = farm.shares_of_plots_on(ids, clock.today())
        assert len([one for one in seen if one.startswith("SELECT")]) == 1
        assert shares == {one: farm.shares_on(one, clock.today()) for one in ids}
    assert shares[diary.season.plots["B2-01"]] == {diary.theirs.id: 1}
