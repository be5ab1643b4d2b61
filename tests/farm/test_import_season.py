"""Preview, then all or nothing; a second import shows what changes and updates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from cofu_adopt.core.access import Role
from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm import queries
from cofu_adopt.farm.compare_season import Tally
from cofu_adopt.farm.errors import ImportBlocked, ImportStale
from cofu_adopt.farm.import_season import ImportPreview, commit_import, preview_import
from cofu_adopt.farm.models import Household, Plot, PlotMeasurement, PlotShare, Rope, SeaGrid
from cofu_adopt.farm.read_season import files_in
from cofu_adopt.identity.people import enrol_household_person, roles_of
from tests.farm.conftest import CARDS, SeasonFiles

pytestmark = pytest.mark.usefixtures("sea")
TABLES = (Household, SeaGrid, Plot, PlotShare, Rope, PlotMeasurement, AuditRecord)


def preview(files: SeasonFiles, *, shift_days: int = 0, newest_on: date | None = None) -> ImportPreview:
    with unit_of_work(writes=False):
        return preview_import(files_in(files.write()), shift_days=shift_days, newest_on=newest_on)


def import_(files: SeasonFiles) -> ImportPreview:
    found = preview(files)
    with unit_of_work():
        commit_import(found, found.warning_ids)
    return found


def counts() -> list[int]:
    with unit_of_work(writes=False):
        return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


def test_a_preview_writes_nothing(files: SeasonFiles) -> None:
    found = preview(files)
    assert found.tallies == {"households": Tally(new=3), "plots": Tally(new=3), "measurements": Tally(new=4)}
    assert not found.changes
    assert counts() == [0] * len(TABLES)


def test_the_first_import_writes_everything(files: SeasonFiles) -> None:
    import_(files)
    assert counts() == [3, 2, 3, 4, 12, 4, 1]
    with unit_of_work(writes=False):
        household = db.session.scalars(select(Household).where(Household.code == "GQ001")).one()
        assert (household.phone, household.bank_account, household.joined_on) == (
            "19900000001",
            CARDS[0],
            date(2019, 1, 1),
        )
        assert household.public_consent_at is None
        plot = queries.get_plot("A1-01")
        assert queries.shares_on(plot.id, date(2025, 10, 24)) == {
            household.id: 60,
            household.id + 2: 40,
        }
        record = db.session.scalars(select(AuditRecord)).one()
        assert record.act == "farm.import"
        assert record.after is not None
        assert record.after["plots"] == {"new": 3, "changed": 0, "same": 0, "absent": 0}


def test_sensitive_columns_lie_encrypted_in_the_database(files: SeasonFiles) -> None:
    import_(files)
    with unit_of_work(writes=False):
        row = db.session.connection().exec_driver_sql("SELECT phone, phone_index, bank_account FROM household").first()
    assert row is not None
    assert not any(secret in str(row) for secret in ("1990000000", "629999"))


def test_the_phone_of_a_household_signs_in_for_it(files: SeasonFiles) -> None:
    import_(files)
    with unit_of_work():
        person_id = enrol_household_person("19900000002", "余龙飞")
        assert Role.HOUSEHOLD in roles_of(person_id)
        assert [row[1:] for row in queries.households_of_person(person_id)] == [("GQ002", "余龙飞")]


def test_a_second_import_of_the_same_files_changes_nothing(files: SeasonFiles) -> None:
    import_(files)
    before = counts()
    again = import_(files)
    assert again.tallies == {"households": Tally(same=3), "plots": Tally(same=3), "measurements": Tally(same=4)}
    assert not again.changes
    assert counts()[:-1] == before[:-1]


def test_a_changed_file_shows_before_and_after_and_updates(files: SeasonFiles) -> None:
    import_(files)
    files.households[1][2] = "奇观村"
    files.plots[3][8] = None
    files.measurements[1][4] = 0.970
    files.measurements.append(["B2-01", "2026-11-20", 58.1, 30, 0.8, 17])
    found = import_(files)
    assert found.tallies == {
        "households": Tally(changed=1, same=2),
        "plots": Tally(changed=1, same=2),
        "measurements": Tally(new=1, changed=1, same=3),
    }
    assert {change.code: change.fields for change in found.changes} == {
        "GQ001": {"village": ("龙泉村", "奇观村")},
        "B2-01": {"insurance_number": ("HB03", "—")},
        "A1-01 2025-12-23": {"survival": ("0.975", "0.970")},
    }
    with unit_of_work(writes=False):
        assert db.session.scalar(select(Household.village).where(Household.code == "GQ001")) == "奇观村"
        plot = queries.get_plot("B2-01")
        assert not plot.insured
        assert plot.latest is not None
        assert plot.latest.mean_shell_length_mm == 58.1
        first = queries.list_measurements(queries.get_plot("A1-01").id)[0]
        assert first.survival == 0.97


def test_sensitive_differences_are_masked(files: SeasonFiles) -> None:
    import_(files)
    files.households[1][3] = "19900000009"
    files.households[1][5] = "是"
    files.households[1][8] = "6299990109152834860"
    assert preview(files).changes[0].fields == {
        "phone": ("199****0001", "199****0009"),
        "low_income": ("***", "***"),
        "bank_account": ("629****9311", "629****4860"),
    }


def test_a_changed_phone_hands_the_household_over(files: SeasonFiles) -> None:
    import_(files)
    files.households[1][3] = "19900000009"
    import_(files)
    with unit_of_work():
        before, after = (enrol_household_person(phone, "张") for phone in ("19900000001", "19900000009"))
        assert queries.households_of_person(before) == []
        assert [row[1] for row in queries.households_of_person(after)] == ["GQ001"]


def test_two_households_may_swap_their_phones(files: SeasonFiles) -> None:
    import_(files)
    files.households[1][3], files.households[2][3] = files.households[2][3], files.households[1][3]
    import_(files)
    with unit_of_work():
        person_id = enrol_household_person("19900000001", "余龙飞")
        assert [row[1] for row in queries.households_of_person(person_id)] == ["GQ002"]


def test_changed_shares_hold_from_today_and_the_old_ones_for_the_days_before(
    files: SeasonFiles, still: FrozenClock
) -> None:
    import_(files)
    files.plots[1][3] = "GQ001:100"
    found = import_(files)
    assert found.changes[0].fields == {"shares": ("GQ001:60;GQ003:40", "GQ001:100")}
    with unit_of_work(writes=False):
        plot_id = queries.get_plot("A1-01").id
        assert sorted(queries.shares_on(plot_id, date(2026, 11, 23)).values()) == [40, 60]
        assert list(queries.shares_on(plot_id, date(2026, 11, 24)).values()) == [100]
        assert queries.shares_on(plot_id, date(2025, 10, 23)) == {}
    files.plots[1][3] = "GQ002:100"
    import_(files)
    still.advance(days=1)
    assert preview(files).tallies["plots"] == Tally(same=3)


@pytest.mark.parametrize("spoil", ["households", "plots", "measurements"])
def test_a_blocked_import_leaves_nothing(files: SeasonFiles, spoil: str) -> None:
    getattr(files, spoil)[-1][0] = ""
    found = preview(files)
    assert found.blocked
    with pytest.raises(ImportBlocked), unit_of_work():
        commit_import(found)
    assert counts() == [0] * len(TABLES)


def test_an_error_in_the_middle_leaves_nothing(files: SeasonFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    found = preview(files)

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("cofu_adopt.farm.import_season.write_measurements", fail)
    with pytest.raises(RuntimeError), unit_of_work():
        commit_import(found)
    assert counts() == [0] * len(TABLES)


def test_what_was_not_shown_is_not_written(files: SeasonFiles) -> None:
    import_(files)
    files.households[1][2] = "奇观村"
    shown = preview(files)
    with unit_of_work():
        db.session.scalars(select(Household).where(Household.code == "GQ001")).one().village = "干斜村"
    with pytest.raises(ImportStale), unit_of_work():
        commit_import(shown)
    with unit_of_work(writes=False):
        assert db.session.scalar(select(Household.village).where(Household.code == "GQ001")) == "干斜村"


def test_of_two_imports_that_were_previewed_together_one_is_written(files: SeasonFiles) -> None:
    first, second = preview(files), preview(files)
    with unit_of_work():
        commit_import(first)
    with pytest.raises(ImportStale), unit_of_work():
        commit_import(second)
    assert counts() == [3, 2, 3, 4, 12, 4, 1]


def test_what_a_file_leaves_out_stays_and_is_remarked(files: SeasonFiles) -> None:
    import_(files)
    del files.households[2], files.plots[2], files.measurements[3]
    found = import_(files)
    assert [(finding.code, finding.blocks, finding.column) for finding in found.findings] == [
        ("absent", False, "户号"),
        ("absent", False, "桁号"),
    ]
    assert counts()[:6] == [3, 2, 3, 4, 12, 4]


def test_a_phone_of_a_household_that_is_left_out_is_refused(files: SeasonFiles) -> None:
    import_(files)
    del files.households[2], files.plots[2], files.measurements[3]
    files.households[1][3] = "19900000002"
    found = preview(files)
    assert [finding.code for finding in found.findings if finding.blocks] == ["phone_taken"]


def test_a_shift_makes_the_newest_measurement_as_fresh_as_asked(files: SeasonFiles) -> None:
    found = preview(files, newest_on=date(2026, 11, 21))
    # The newest of the files is of 9 June: 165 days.
    assert max(day for _code, day in found.season.measurements) == date(2026, 11, 21)
    assert found.season.measurements["A1-01", date(2026, 6, 6)].mean_shell_length_mm == Decimal("19.4")
    assert found.season.plots["A1-01"].seeded_on == date(2026, 4, 7)
    assert preview(files, shift_days=165).season == found.season


def test_dates_ahead_are_refused_unless_the_shift_brings_them_back(files: SeasonFiles) -> None:
    files.measurements[4][1] = "2027-06-09"
    assert [finding.code for finding in preview(files).findings] == ["in_future"]
    assert not preview(files, shift_days=-365).blocked
    assert not preview(files, newest_on=date(2026, 11, 21)).blocked
    files.plots[1][5] = date(2027, 6, 1)
    assert not preview(files, newest_on=date(2026, 11, 21)).blocked
