"""Ropes come and go with an import, but never one that somebody has adopted."""

from __future__ import annotations

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select, text, update

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm import queries
from cofu_adopt.farm.errors import ImportBlocked, RopesInUse
from cofu_adopt.farm.import_season import commit_import, preview_import
from cofu_adopt.farm.load_demo import DIRECTORY, load_demo_season
from cofu_adopt.farm.models import Household, Plot, PlotMeasurement, Rope, SeaGrid
from cofu_adopt.farm.read_season import files_in
from tests.farm.conftest import SeasonFiles

pytestmark = pytest.mark.usefixtures("sea")


def import_(files: SeasonFiles) -> None:
    with unit_of_work():
        commit_import(preview_import(files_in(files.write())))


def adopt(number: int, plot_code: str = "A1-01") -> None:
    with unit_of_work():
        db.session.execute(
            update(Rope)
            .where(Rope.plot_id == queries.find_plot_id(plot_code), Rope.number == number)
            .values(live_adoption_id=7)
        )


def ropes() -> list[tuple[int, bool]]:
    with unit_of_work(writes=False):
        return [(rope.number, rope.free) for rope in queries.list_ropes(queries.get_plot("A1-01").id)]


def test_the_demo_sea_has_24000_ropes() -> None:
    with unit_of_work():
        load_demo_season()
    with unit_of_work(writes=False):
        counts = [
            db.session.scalar(select(func.count()).select_from(table))
            for table in (Household, SeaGrid, Plot, PlotMeasurement, Rope)
        ]
        again = preview_import(files_in(DIRECTORY), newest_on=None)
    assert counts == [189, 24, 240, 2177, 24_000]
    assert again.tallies["households"].new == 0


def test_more_ropes_are_added(files: SeasonFiles) -> None:
    import_(files)
    adopt(4)
    files.plots[1][6] = 6
    import_(files)
    assert ropes() == [(1, True), (2, True), (3, True), (4, False), (5, True), (6, True)]


def test_fewer_ropes_are_taken_away_while_they_are_free(files: SeasonFiles) -> None:
    import_(files)
    adopt(2)
    files.plots[1][6] = 2
    import_(files)
    assert ropes() == [(1, True), (2, False)]


def test_an_adopted_rope_may_not_vanish(files: SeasonFiles) -> None:
    import_(files)
    adopt(3)
    files.plots[1][6] = 2
    with unit_of_work(writes=False):
        preview = preview_import(files_in(files.write()))
    [finding] = preview.findings
    assert (finding.code, finding.blocks, finding.row, finding.column) == ("rope_adopted", True, 2, "苗绳数")
    assert "3" in finding.text
    with pytest.raises(ImportBlocked), unit_of_work():
        commit_import(preview)
    assert len(ropes()) == 4


def test_a_rope_adopted_after_the_preview_may_not_vanish(files: SeasonFiles) -> None:
    import_(files)
    files.plots[1][6] = 2
    with unit_of_work(writes=False):
        preview = preview_import(files_in(files.write()))
    adopt(4)
    with pytest.raises(ImportBlocked), unit_of_work():
        commit_import(preview)
    assert ropes() == [(1, True), (2, True), (3, True), (4, False)]


def test_a_rope_adopted_while_the_import_writes_may_not_vanish(
    files: SeasonFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_(files)
    files.plots[1][6] = 2
    with unit_of_work(writes=False):
        preview = preview_import(files_in(files.write()))
    adopt(4)
    # As if the adoption came after the last look and before the ropes are deleted.
    monkeypatch.setattr("cofu_adopt.farm.import_season.compare", lambda _season: preview.comparison)
    with pytest.raises(RopesInUse) as refusal, unit_of_work():
        commit_import(preview)
    assert "A1-01" in refusal.value.message
    assert len(ropes()) == 4


def test_a_rope_of_an_old_order_may_not_vanish(files: SeasonFiles) -> None:
    import_(files)
    files.plots[1][6] = 2
    with unit_of_work():
        db.session.connection().exec_driver_sql(
            "CREATE TABLE old_order (plot_id BIGINT, number INTEGER,"
            " FOREIGN KEY (plot_id, number) REFERENCES rope (plot_id, number))"
        )
    try:
        with unit_of_work():
            values = {"plot_id": queries.find_plot_id("A1-01")}
            db.session.execute(text("INSERT INTO old_order VALUES (:plot_id, 4)"), values)
        with pytest.raises(RopesInUse):
            import_(files)
        assert len(ropes()) == 4
    finally:
        with unit_of_work():
            db.session.connection().exec_driver_sql("DROP TABLE old_order")


@pytest.mark.parametrize(
    ("rows", "row", "column", "key", "chinese", "english"),
    [
        ([("A1", "A1-2")], 2, "桁号", "A1-2", "已经有 A1-02，像是同一个。请写成一样的。",
         "There is A1-02 already, which looks like the same one. Please write it the same way."),
        ([("A1", "A1-011"), ("A1", "A1-11")], 3, "桁号", "A1-11", "已经有 A1-011，像是同一个。请写成一样的。", ""),
        ([("A01", "A01-09")], 2, "格", "A01-09", "已经有 A1，像是同一个。请写成一样的。", ""),
    ],
)  # fmt: skip
def test_a_plot_written_another_way_is_no_second_plot(
    files: SeasonFiles, rows: list[tuple[str, str]], row: int, column: str, key: str, chinese: str, english: str
) -> None:  # fmt: skip
    import_(files)
    files.plots[1:] = [[grid, code, *files.plots[2][2:]] for grid, code in rows]
    directory = files.write()
    for language, words in (("zh_Hans", chinese), ("en", english)):
        with force_locale(language), unit_of_work(writes=False):
            found = preview_import(files_in(directory))
            [finding] = [finding for finding in found.findings if finding.code == "similar_code"]
        assert (finding.blocks, finding.row, finding.column, finding.key) == (True, row, column, key)
        assert not words or finding.text == words


def test_a_household_written_another_way_is_no_second_household(files: SeasonFiles) -> None:
    import_(files)
    files.households[1:] = [["GQ1", *files.households[1][1:3], "13812345678", *files.households[1][4:]]]
    with unit_of_work(writes=False):
        found = preview_import(files_in(files.write()))
    assert [finding.text for finding in found.findings if finding.code == "similar_code"] == [
        "已经有 GQ001，像是同一个。请写成一样的。"
    ]


def test_a_measurement_older_than_what_hangs_there_waits_once_for_acceptance(files: SeasonFiles) -> None:
    files.measurements.append(["B2-01", "2015-10-20", 18.1, 30, 0.9, 17])
    directory = files.write()
    found = {}
    for language in ("zh_Hans", "en"):
        with force_locale(language), unit_of_work(writes=False):
            preview = preview_import(files_in(directory))
            [finding] = [finding for finding in preview.findings if finding.code == "before_seeding"]
            found[language] = finding.sentence()
    assert found == {
        "zh_Hans": "[要确认] measurements.csv 第 6 行 测量日期：比 B2-01 的挂苗日期 2025-10-05 还早，请核对。",
        "en": "[Confirm] measurements.csv row 6 测量日期: Earlier than the day on which B2-01 was seeded, 2025-10-05."
        " Please check.",
    }
    with unit_of_work():
        preview = preview_import(files_in(directory))
        commit_import(preview, preview.warning_ids)
    with unit_of_work(writes=False):
        assert "before_seeding" not in {finding.code for finding in preview_import(files_in(directory)).findings}
