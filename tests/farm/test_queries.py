"""What other slices read of the sea."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event, update

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import NotFound
from cofu_adopt.farm import queries
from cofu_adopt.farm.import_season import commit_import, preview_import
from cofu_adopt.farm.models import Rope, Species
from cofu_adopt.farm.read_season import files_in
from cofu_adopt.farm.tell_story import tell_story
from cofu_adopt.identity.people import enrol_household_person
from tests.farm.conftest import SeasonFiles

pytestmark = pytest.mark.usefixtures("small_sea")


@pytest.fixture
def small_sea(sea: object, files: SeasonFiles) -> None:
    with unit_of_work():
        commit_import(preview_import(files_in(files.write())))
        db.session.execute(
            update(Rope)
            .where(Rope.plot_id == queries.find_plot_id("A1-01"), Rope.number <= 3)
            .values(live_adoption_id=1)
        )


def household_id(plot_code: str) -> int:
    return queries.get_plot(plot_code).households[0].id


def test_grids_come_with_position_and_free_ropes_in_one_statement() -> None:
    statements: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", see)
    with unit_of_work(writes=False):
        grids = queries.list_grids()
    event.remove(db.engine, "before_cursor_execute", see)
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 1
    assert [(grid.code, grid.rope_count, grid.free_count) for grid in grids] == [("A1", 8, 5), ("B2", 4, 4)]
    assert (round(grids[0].longitude, 6), round(grids[0].latitude, 6)) == (122.732, 30.748)


def test_a_grid_by_code() -> None:
    with unit_of_work(writes=False):
        assert queries.get_grid("B2").free_count == 4
        with pytest.raises(NotFound):
            queries.get_grid("Z9")


def test_plots_of_a_grid() -> None:
    with unit_of_work(writes=False):
        first, second = queries.list_plots("A1")
        with pytest.raises(NotFound):
            queries.list_plots("Z9")
    assert (first.code, first.grid_code, first.free_count, first.insured, first.inside_line) == (
        "A1-01",
        "A1",
        1,
        True,
        True,
    )
    assert (second.species, second.insured, second.inside_line) == (Species.HARD_MUSSEL, False, False)
    assert second.seeded_on == date(2024, 10, 25)
    assert first.latest is not None
    assert (first.latest.measured_on, first.latest.mean_shell_length_mm) == (date(2026, 4, 8), 25.0)


def test_a_plot_by_code_and_id() -> None:
    with unit_of_work(writes=False):
        plot = queries.get_plot("B2-01")
        assert queries.plot_code(plot.id) == "B2-01"
        assert queries.find_plot_id("B2-01") == plot.id
        assert queries.find_plot_id("B2-99") is None
        assert queries.plot_codes([plot.id]) == {plot.id: "B2-01"}
        assert queries.plot_ids_of_grid("B2") == [plot.id]
        assert queries.plot_ids_of_grid("Z9") == []
        assert len(queries.all_plot_ids()) == 3
        one_plot = {queries.find_plot_id("B2-01") or 0}
        assert [(grid.code, grid.rope_count) for grid in queries.list_grids(one_plot)] == [("A1", 0), ("B2", 4)]
        assert [grid.rope_count for grid in queries.list_grids(set())] == [0, 0]
        with pytest.raises(NotFound):
            queries.get_plot("B2-99")
        with pytest.raises(NotFound):
            queries.plot_code(0)


def test_without_consent_only_the_village_is_public() -> None:
    with unit_of_work():
        tell_story(
            household_id("B2-01"), public_name="应家", story="我不会说话。", story_en="I am no talker.", consents=False
        )
    with unit_of_work(writes=False):
        [household] = queries.get_plot("B2-01").households
    assert (household.village, household.public_name, household.story, household.story_en) == (
        "龙泉村",
        None,
        None,
        None,
    )
    assert household.seal == "枸"


def test_with_consent_name_and_story_are_public_and_no_longer_when_it_is_taken_back() -> None:
    with unit_of_work():
        tell_story(
            household_id("B2-01"), public_name="应家", story="我不会说话。", story_en="I am no talker.", consents=True
        )
    with unit_of_work(writes=False):
        [household] = queries.get_plot("B2-01").households
        assert (household.public_name, household.story, household.seal) == ("应家", "我不会说话。", "应")
        # The other plot in which the family has the smaller share names it second.
        assert [row.public_name for row in queries.get_plot("A1-01").households] == [None, "应家"]
    with unit_of_work():
        tell_story(household.id, public_name="应家", story="我不会说话。", story_en="", consents=False)
    with unit_of_work(writes=False):
        assert queries.get_plot("B2-01").households[0].public_name is None


def test_nothing_of_a_household_but_its_public_side_leaves_the_slice() -> None:
    with unit_of_work(writes=False):
        words = repr(queries.list_plots("A1"))
    assert not any(secret in words for secret in ("1990000000", "629999", "张信良", "嵊泗农商银行"))


def test_ropes_and_measurements_in_order() -> None:
    with unit_of_work(writes=False):
        plot = queries.get_plot("A1-01")
        assert [(rope.number, rope.free) for rope in queries.list_ropes(plot.id)] == [
            (1, False),
            (2, False),
            (3, False),
            (4, True),
        ]
        assert [row.measured_on for row in queries.list_measurements(plot.id)] == [date(2025, 12, 23), date(2026, 4, 8)]


def test_households_of_a_person_and_their_plots() -> None:
    with unit_of_work():
        person_id = enrol_household_person("19900000003", "应和平")
        [(found, code, name)] = queries.households_of_person(person_id)
        assert (code, name) == ("GQ003", "应和平")
        assert [plot.code for plot in queries.list_plots_of_household([found])] == ["A1-01", "B2-01"]
        assert queries.households_of_person(0) == []
        assert queries.count_households() == 3
