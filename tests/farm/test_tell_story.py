"""A household's public name, story and consent."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.clock import SHANGHAI, FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.farm import queries
from cofu_adopt.farm.import_season import commit_import, preview_import
from cofu_adopt.farm.models import Household
from cofu_adopt.farm.read_season import files_in
from cofu_adopt.farm.tell_story import LONGEST_STORY, tell_story
from tests.farm.conftest import SeasonFiles


@pytest.fixture
def household_id(sea: object, files: SeasonFiles) -> int:
    with unit_of_work():
        commit_import(preview_import(files_in(files.write())))
        return queries.get_plot("B2-01").households[0].id


def tell(household_id: int, *, name: str = "应家", story: str = "水清。", consents: bool = True) -> None:
    with unit_of_work():
        tell_story(household_id, public_name=name, story=story, story_en="", consents=consents)


def test_the_moment_of_the_first_consent_is_kept(household_id: int, still: FrozenClock) -> None:
    tell(household_id)
    still.advance(days=1)
    tell(household_id, story="水急。")
    with unit_of_work(writes=False):
        household = db.session.get_one(Household, household_id)
        assert household.public_consent_at == datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)
        row = queries.get_story(household_id)
    assert (row.code, row.public_name, row.story, row.story_en, row.consents) == ("GQ003", "应家", "水急。", None, True)


def test_consent_can_be_taken_back_and_given_again(household_id: int, still: FrozenClock) -> None:
    tell(household_id)
    tell(household_id, consents=False)
    with unit_of_work(writes=False):
        row = queries.get_story(household_id)
    assert (row.consents, row.story) == (False, "水清。")
    still.advance(hours=1)
    tell(household_id)
    with unit_of_work(writes=False):
        household = db.session.get_one(Household, household_id)
        assert household.public_consent_at == datetime(2026, 11, 24, 13, tzinfo=SHANGHAI)


def test_every_change_is_in_the_audit_log(household_id: int) -> None:
    tell(household_id)
    tell(household_id, consents=False)
    with unit_of_work(writes=False):
        records = db.session.scalars(
            select(AuditRecord).where(AuditRecord.act == "household.story").order_by(AuditRecord.id)
        ).all()
    assert [(record.before or {})["consent"] for record in records] == [False, True]
    assert [(record.after or {})["consent"] for record in records] == [True, False]


@pytest.mark.parametrize(
    ("name", "story", "field"),
    [("字" * 41, "", "public_name"), ("应家", "字" * (LONGEST_STORY + 1), "story"), ("", "水清。", "public_name")],
)
def test_what_does_not_fit_is_refused_whole(household_id: int, name: str, story: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        tell(household_id, name=name, story=story)
    assert list(refusal.value.fields) == [field]
    with unit_of_work(writes=False):
        assert queries.get_story(household_id).public_name is None


def test_an_unknown_household_is_not_found(household_id: int) -> None:
    with pytest.raises(NotFound):
        tell(household_id + 999)
    with pytest.raises(NotFound), unit_of_work(writes=False):
        queries.get_story(household_id + 999)


@pytest.mark.parametrize("name", ["应\N{ZERO WIDTH SPACE}家", "应\N{RIGHT-TO-LEFT OVERRIDE}家"])
def test_a_name_that_hides_something_is_refused(household_id: int, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        tell(household_id, name=name)
    assert list(refused.value.fields) == ["public_name"]
