"""Understanding the workshop's files: what is refused, what is only remarked, and never a guess."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cofu_adopt.farm.load_demo import DIRECTORY
from cofu_adopt.farm.models import Species
from cofu_adopt.farm.read_season import files_in, read_season
from cofu_adopt.farm.season_input import shift_season
from tests.farm.conftest import HOUSEHOLD_HEADER, MEASUREMENT_HEADER, PLOT_HEADER, SeasonFiles

TODAY = date(2026, 11, 24)
HEADERS = {"households": HOUSEHOLD_HEADER, "plots": PLOT_HEADER, "measurements": MEASUREMENT_HEADER}


def test_tidy_files_are_understood(files: SeasonFiles) -> None:
    season = read_season(files_in(files.write()), latest=TODAY)
    assert season.findings == []
    assert len(season.households) == 3
    plot = season.plots["A1-01"]
    assert (plot.grid_code, plot.species, plot.shares) == ("A1", Species.BLUE_MUSSEL, {"GQ001": 60, "GQ003": 40})
    assert (plot.rope_length_m, plot.longitude, plot.inside_line) == (Decimal("2.5"), Decimal("122.731"), True)
    assert season.plots["A1-02"].insurance_number is None
    measurement = season.measurements["A1-02", date(2026, 4, 8)]
    assert (measurement.mean_shell_length_mm, measurement.water_temperature_c) == (Decimal("61.0"), None)


def test_the_shipped_files_are_understood() -> None:
    season = read_season(files_in(DIRECTORY), latest=TODAY)
    assert not season.blocked
    assert (len(season.households), len(season.plots), len(season.measurements)) == (189, 240, 2177)
    assert len({plot.grid_code for plot in season.plots.values()}) == 24
    assert sum(plot.rope_count for plot in season.plots.values()) == 24_000
    codes = {finding.code for finding in season.findings}
    assert codes == {"length_fell", "survival_rose", "outside_gbk"}


@pytest.mark.parametrize(
    ("kind", "column", "value", "code"),
    [
        ("households", "户号", "", "empty"),
        ("households", "户号", "枸杞一号", "bad_code"),
        ("households", "户号", "GQ001", "duplicate"),
        ("households", "手机号", "1990000000", "bad_phone"),
        ("households", "手机号", "19900000001", "phone_twice"),
        ("households", "家庭人口", "NaN", "not_a_number"),
        ("households", "家庭人口", 2.5, "not_whole"),
        ("households", "家庭人口", 0, "out_of_range"),
        ("households", "低收入", "也许", "unknown_word"),
        ("households", "联行号", "4023", "bad_clearing_code"),
        ("households", "银行卡号", "6299994287913460988", "card_check_digit"),
        ("households", "银行卡号", 6299994287913460000, "rounded"),
        ("households", "入社日期", "去年", "not_a_date"),
        ("households", "入社日期", date(2027, 1, 1), "in_future"),
        ("households", "户主", "字" * 41, "too_long"),
        ("plots", "桁号", "A1-01", "duplicate"),
        ("plots", "桁号", "C3-01", "wrong_grid"),
        ("plots", "户号与份额", "GQ009:100", "unknown_household"),
        ("plots", "户号与份额", "GQ001:60;GQ002:30", "shares_total"),
        ("plots", "户号与份额", "GQ001:100;GQ002:0", "shares_total"),
        ("plots", "户号与份额", "GQ001:50;GQ001:50", "share_twice"),
        ("plots", "户号与份额", "GQ001 全部", "bad_share"),
        ("plots", "品种", "牡蛎", "unknown_word"),
        ("plots", "苗绳数", 1000, "out_of_range"),
        ("plots", "绳长（米）", 25, "out_of_range"),
        ("plots", "经度", 30.7, "out_of_range"),
        ("measurements", "桁号", "D6-10", "unknown_plot"),
        ("measurements", "测量日期", "2026-11-25", "in_future"),
        ("measurements", "测量日期", "2026-02-30", "not_a_date"),
        ("measurements", "平均壳长(毫米)", 250, "out_of_range"),
        ("measurements", "样本数", 0, "out_of_range"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(
    files: SeasonFiles, kind: str, column: str, value: Any, code: str
) -> None:
    getattr(files, kind)[2][HEADERS[kind].index(column)] = value
    season = read_season(files_in(files.write()), latest=TODAY)
    found = [finding for finding in season.findings if finding.code == code]
    assert season.blocked
    assert len(found) == 1
    assert found[0].blocks
    assert found[0].row == 3
    assert found[0].sheet.startswith(kind)
    assert found[0].text
    assert "第 3 行" in found[0].sentence()


def test_a_missing_file_is_said_once_not_once_a_row(files: SeasonFiles) -> None:
    directory = files.write()
    (directory / "households.xlsx").write_bytes(b"PK not a workbook")
    season = read_season(files_in(directory), latest=TODAY)
    assert [finding.code for finding in season.findings] == ["unreadable"]


@pytest.mark.parametrize(("length", "code"), [(18.5, None), (18.4, "length_fell"), (25, None)])
def test_a_length_that_falls_by_more_than_5_per_cent_is_remarked_and_kept(
    files: SeasonFiles, length: float, code: str | None
) -> None:
    files.measurements[2][2] = length
    season = read_season(files_in(files.write()), latest=TODAY)
    assert not season.blocked
    assert [finding.code for finding in season.findings] == ([code] if code else [])
    assert season.measurements["A1-01", date(2026, 4, 8)].mean_shell_length_mm == Decimal(str(length))


def test_a_survival_that_rises_is_remarked_and_kept(files: SeasonFiles) -> None:
    files.measurements[2][4] = 0.98
    [finding] = read_season(files_in(files.write()), latest=TODAY).findings
    assert (finding.code, finding.blocks, finding.row, finding.understood) == ("survival_rose", False, 3, "0.980")


def test_a_payee_who_is_not_the_head_is_remarked(files: SeasonFiles) -> None:
    files.households[1][9] = "李秀英"
    season = read_season(files_in(files.write()), latest=TODAY)
    assert [(finding.code, finding.blocks) for finding in season.findings] == [("payee_differs", False)]
    assert season.households["GQ001"].payee_name == "李秀英"


def test_a_number_is_kept_as_finely_as_it_is_stored(files: SeasonFiles) -> None:
    files.measurements[1][2] = 19.4400000000000001
    season = read_season(files_in(files.write()), latest=TODAY)
    assert season.measurements["A1-01", date(2025, 12, 23)].mean_shell_length_mm == Decimal("19.4")


def test_sensitive_cells_stay_out_of_reprs(files: SeasonFiles) -> None:
    words = repr(read_season(files_in(files.write()), latest=TODAY).households)
    assert "19900000001" not in words
    assert "6299995173266249311" not in words


def test_a_shift_moves_every_date_by_the_same_number_of_days(files: SeasonFiles) -> None:
    before = read_season(files_in(files.write()), latest=TODAY)
    after = shift_season(before, 10)
    assert after.households["GQ001"].joined_on == date(2019, 1, 11)
    assert after.plots["A1-01"].seeded_on == date(2025, 11, 3)
    assert set(after.measurements) == {
        (code, date.fromordinal(day.toordinal() + 10)) for code, day in before.measurements
    }
    assert all(row.measured_on == day for (_code, day), row in after.measurements.items())
    assert shift_season(after, -10) == before


@pytest.mark.parametrize(("length", "code"), [(19.4, "same_row"), (20.4, "duplicate")])
def test_a_plot_measured_twice_on_a_day_counts_once(files: SeasonFiles, length: float, code: str) -> None:
    files.measurements.append(["A1-01", "2025-12-23", length, 30, 0.975, 12.6])
    season = read_season(files_in(files.write()), latest=TODAY)
    assert [(finding.row, finding.column, finding.code) for finding in season.findings] == [(6, "测量日期", code)]
    assert season.blocked == (code == "duplicate")
    assert season.measurements["A1-01", date(2025, 12, 23)].mean_shell_length_mm == Decimal("19.4")
