"""The id of a finding: the same for as long as the cell says the same, so that an acceptance holds."""

from __future__ import annotations

from datetime import date

import pytest
from flask_babel import force_locale

from cofu_adopt.farm.read_season import files_in, read_season
from tests.farm.conftest import SeasonFiles

pytestmark = pytest.mark.usefixtures("words")


def ids(files: SeasonFiles, language: str = "zh_Hans") -> dict[str, str]:
    with force_locale(language):
        season = read_season(files_in(files.write()), latest=date(2026, 11, 24))
    return {finding.code: finding.id for finding in season.findings}


@pytest.fixture
def messy(files: SeasonFiles) -> SeasonFiles:
    files.households[2][9] = "李秀英"
    files.plots[2][6] = "一百"
    files.measurements[2][4] = 0.98
    return files


def test_ids_are_the_same_in_every_reading_and_language(messy: SeasonFiles) -> None:
    first = ids(messy)
    assert set(first) == {"payee_differs", "chinese_number", "survival_rose"}
    assert len(set(first.values())) == 3
    assert ids(messy) == first == ids(messy, "en")


def test_ids_follow_the_row_when_others_are_put_above_it(messy: SeasonFiles) -> None:
    first = ids(messy)
    messy.households[1], messy.households[2] = messy.households[2], messy.households[1]
    messy.plots[1], messy.plots[2] = messy.plots[2], messy.plots[1]
    assert ids(messy) == first


def test_another_content_is_another_finding(messy: SeasonFiles) -> None:
    first = ids(messy)
    messy.households[2][9] = "王桂兰"
    messy.plots[2][6] = "九十"
    second = ids(messy)
    assert second["payee_differs"] != first["payee_differs"]
    assert second["chinese_number"] != first["chinese_number"]
    assert second["survival_rose"] == first["survival_rose"]


def test_sensitive_cells_stay_out_of_findings(files: SeasonFiles) -> None:
    files.households[2][3] = "199-0000-0002"
    files.households[3][3] = "19900000001"
    files.households[2][8] = "6299 9942 8791 3460 989"
    files.households[3][8] = "6299992525519212051"
    with force_locale("zh_Hans"):
        season = read_season(files_in(files.write()), latest=date(2026, 11, 24))
        said = repr(season.findings) + "".join(finding.sentence() for finding in season.findings)
    codes = {finding.code for finding in season.findings}
    assert {"spaces_or_dashes", "phone_twice", "card_check_digit"} <= codes
    assert not any(secret in said for secret in ("00000002", "0000-0002", "8791", "19212051"))
