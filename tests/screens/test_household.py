"""The household's home: its plots, its adopters, what the public reads, and nothing of others."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.farm import queries
from cofu_adopt.farm.import_season import commit_import, preview_import
from cofu_adopt.farm.read_season import files_in
from cofu_adopt.farm.tell_story import tell_story
from cofu_adopt.identity.people import find_or_make_by_phone
from tests.farm.conftest import SeasonFiles, files
from tests.people import Who, browser

__all__ = ["files"]
STORY = {"public_name": "应家", "story": "我不会说话。", "story_en": "I am no talker."}


@pytest.fixture
def mine(app: Flask, still: FrozenClock, files: SeasonFiles) -> int:
    """The id of 应和平's household, which has 40 of A1-01 and all of B2-01."""
    with unit_of_work():
        commit_import(preview_import(files_in(files.write())))
        return queries.get_plot("B2-01").households[0].id


@pytest.fixture
def family(app: Flask, client: FlaskClient, mine: int) -> FlaskClient:
    """The browser of 应和平."""
    with unit_of_work():
        person = find_or_make_by_phone("19900000003")
    with client.session_transaction() as session:
        session["person_id"], session["epoch"] = person.id, person.session_epoch
    return client


@pytest.fixture
def others(mine: int) -> int:
    """The id of 余龙飞's household, which has A1-02."""
    with unit_of_work(writes=False):
        return queries.get_plot("A1-02").households[0].id


def test_ones_own_plots_and_nobody_elses(family: FlaskClient) -> None:
    page = family.get("/household").text
    assert "应和平家" in page
    assert 'href="/household/post?plot=A1-01"' in page
    assert "2 户合养" in page
    assert "还没有人认" in page
    assert "35.3 毫米" in page
    assert "A1-02" not in page
    assert page.count("还没发过") > 1


def test_without_consent_the_page_shows_what_the_public_sees(family: FlaskClient) -> None:
    page = family.get("/household").text
    assert "没有公开" in page
    assert "外面只看到村名" in page
    assert 'name="consents"' in page
    assert "checked" not in page, "consent is never ticked beforehand"
    assert "收回" not in page.replace("随时可以收回", "")


def test_consent_is_given_shown_and_taken_back(family: FlaskClient, mine: int) -> None:
    answer = family.post(f"/household/{mine}/story", data=STORY | {"consents": "1"}, follow_redirects=True)
    assert "外面现在就能看到" in answer.text
    assert "公开着" in answer.text
    assert '<p class="quote">我不会说话。</p>' in answer.text
    assert '<p class="quote">I am no talker.</p>' in family.get("/household?lang=en").text
    with unit_of_work(writes=False):
        assert queries.get_plot("B2-01").households[0].public_name == "应家"
    answer = family.post(f"/household/{mine}/story?lang=zh_Hans", data=STORY)
    assert "已收回" in family.get("/household?lang=zh_Hans").text
    with unit_of_work(writes=False):
        assert queries.get_plot("B2-01").households[0].public_name is None
        assert queries.get_story(mine).story == "我不会说话。", "the words stay for another day"


def test_words_without_consent_are_kept_and_not_public(family: FlaskClient, mine: int) -> None:
    assert "还没有公开" in family.post(f"/household/{mine}/story", data=STORY, follow_redirects=True).text
    with unit_of_work(writes=False):
        assert queries.get_plot("B2-01").households[0].story is None


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"public_name": "字" * 13}, "public_name", "最多 12 个字"),
        ({"public_name": " ", "consents": "1"}, "public_name", "先填一个称呼"),
        ({"story": "字" * 401}, "story", "最多 400 个字"),
        ({"story_en": "x" * 1201}, "story_en", "最多 1200 个字"),
    ],
)
def test_a_fault_keeps_what_was_typed(
    family: FlaskClient, mine: int, changes: dict[str, str], field: str, words: str
) -> None:
    answer = family.post(f"/household/{mine}/story", data=STORY | changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'id="e-{mine}-{field}"' in answer.text
    assert (STORY | changes)["story"] in answer.text
    with unit_of_work(writes=False):
        assert queries.get_story(mine).public_name is None


def test_anothers_story_is_not_ones_to_tell(family: FlaskClient, others: int) -> None:
    assert family.post(f"/household/{others}/story", data=STORY | {"consents": "1"}).status_code == 404
    with unit_of_work(writes=False):
        assert queries.get_story(others).public_name is None


def test_nothing_sensitive_is_on_the_page(family: FlaskClient, others: int) -> None:
    with unit_of_work():
        tell_story(others, public_name="余家", story="潮急。", story_en="", consents=True)
    page = family.get("/household").text
    assert not any(secret in page for secret in ("1990000000", "629999", "嵊泗农商银行", "余家", "张信良"))


def test_a_member_of_no_household_is_told_whom_to_ask(app: Flask, client: FlaskClient) -> None:
    page = browser(app, Who.HOUSEHOLD).get("/household")
    assert page.status_code == 200
    assert "请找工坊改" in page.text


def test_only_households_have_a_home_here(app: Flask, client: FlaskClient) -> None:
    assert client.get("/household").location == "/sign-in?next=/household"
    assert browser(app, Who.ADOPTER).get("/household").status_code == 404
    assert browser(app, Who.OPERATOR).get("/household").status_code == 404
