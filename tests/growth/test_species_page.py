"""How a species grows, set by the operator: what would change is seen first, and what is wrong is not lost."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from cofu_adopt.core import clock
from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import Invalid
from cofu_adopt.farm.models import Species
from cofu_adopt.growth.load_growth import load_growth, typed_growth
from cofu_adopt.growth.models import SpeciesGrowth
from cofu_adopt.growth.rules import BLUE_MUSSEL, HARD_MUSSEL, Growth
from cofu_adopt.growth.species import growths
from cofu_adopt.growth.try_growth import Trial, try_growth
from tests.growth.diary import Diary, operator
from tests.season import Browser

PAGE = "/desk/growth/species"
BLUE = f"{PAGE}/blue_mussel"
PAPERS = typed_growth(BLUE_MUSSEL)
SLOWER = PAPERS | {"k_per_year": "0.7"}


@pytest.fixture
def desk(diary: Diary) -> Browser:
    """The operator, who has just proved who she is."""
    client = diary.season.signed_in(operator())
    with client.session_transaction() as session:
        session["proved_at"] = int(clock.now().timestamp())
    return client


def known() -> Growth:
    with unit_of_work(writes=False):
        return growths()[Species.BLUE_MUSSEL]


def tried(growth: Growth) -> Trial:
    with unit_of_work(writes=False):
        return try_growth(Species.BLUE_MUSSEL, growth)


def test_what_is_typed_is_what_is_loaded() -> None:
    for growth in (BLUE_MUSSEL, HARD_MUSSEL):
        assert load_growth(typed_growth(growth)) == growth
    assert load_growth(PAPERS | {"linf_mm": "８８．５ 毫米"}).linf_mm == 88.5


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("linf_mm", "19.9"), ("linf_mm", "250"), ("k_per_year", "0"), ("k_per_year", "3.001"), ("k_per_year", "快"),
        ("c", "1.01"), ("c", "-0.1"), ("ts", "1"), ("ts", ""), ("ts", "0.585"), ("market_mm", "9"),
        ("market_mm", "87.7"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(field: str, typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        load_growth(PAPERS | {field: typed})
    assert list(caught.value.fields) == [field]


def test_a_trial_says_which_days_move_and_keeps_nothing(diary: Diary) -> None:
    diary.measured(date(2026, 11, 1), 50)
    diary.measured(date(2026, 11, 1), 30, plot="A1-02")
    slower = tried(load_growth(SLOWER))
    assert (slower.plots, slower.moved, slower.lost) == (2, 2, 0)
    assert slower.earliest == 0 < slower.latest
    assert slower.furthest[0].plot_code == "A1-02"
    assert slower.furthest[0].days == slower.latest
    assert tried(BLUE_MUSSEL).moved == 0
    dwarf = tried(load_growth(PAPERS | {"linf_mm": "62", "k_per_year": "0.2"}))
    assert dwarf.lost > 0
    assert dwarf.short_after > dwarf.short_before
    assert known() == BLUE_MUSSEL


def test_first_the_change_is_seen_then_saved_then_taken_back(diary: Diary, desk: Browser) -> None:
    diary.measured(date(2026, 11, 1), 50)
    preview = desk.post(f"{BLUE}/preview", data=SLOWER)
    assert "1 桁的日子会变" in preview.text
    assert 'name="k_per_year" value="0.7"' in preview.text
    assert known() == BLUE_MUSSEL
    assert desk.post(BLUE, data=SLOWER).location == PAGE
    assert known().k_per_year == 0.7
    assert "工坊定的" in desk.get(PAGE).text
    back = desk.post(f"{BLUE}/preview", data={"papers": "1"})
    assert 'name="k_per_year" value="0.88"' in back.text
    desk.post(BLUE, data=PAPERS)
    assert known() == BLUE_MUSSEL
    with unit_of_work(writes=False):
        assert db.session.scalars(select(SpeciesGrowth)).all() == []
        acts = db.session.scalars(select(AuditRecord).where(AuditRecord.act == "growth.set_species")).all()
    assert [(act.before or {})["k_per_year"] for act in acts] == [0.88, 0.7]


def test_bad_input_keeps_what_was_typed(diary: Diary, desk: Browser) -> None:
    for address in (BLUE, f"{BLUE}/preview"):
        answer = desk.post(address, data=SLOWER | {"linf_mm": "8x"})
        assert answer.status_code == 422
        assert 'value="8x"' in answer.text
        assert 'value="0.7"' in answer.text
    assert known() == BLUE_MUSSEL
    assert desk.post(f"{PAGE}/oyster/preview", data=PAPERS).status_code == 404
