"""The diary through the API: a household's program posts, changes and withdraws; sensors send; everybody reads."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete

from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm.models import HouseholdMember
from tests.api.shop import Program, Shop

UUID = "3f6c1a52-9a5e-4d0e-8a53-0f5d7a3c1b11"
POST = {"client_uuid": UUID, "plot_codes": ["A1-01", "A1-02"], "note": "水清", "work": ["cleaning"]}
SAMPLE = {"mean_shell_length_mm": 45.04, "sample_count": 20, "survival": 0.9}


@pytest.fixture
def me(shop: Shop) -> Program:
    return shop.person(Role.HOUSEHOLD)


def test_posted_changed_withdrawn(shop: Shop, me: Program) -> None:
    posted = me.post("/household/updates", POST | {"readings": [{"plot_code": "A1-01", **SAMPLE}]})
    assert (posted.status_code, posted.json["readings"][0]["mean_shell_length_mm"]) == (201, 45.0)  # type: ignore[index]
    update_id = posted.json["id"]  # type: ignore[index]
    assert me.post("/household/updates", POST).json["id"] == update_id, "the same client_uuid"  # type: ignore[index]
    changed = me.patch(f"/household/updates/{update_id}", {"note": "浪大"})
    assert (changed.json["note"], changed.json["work"]) == ("浪大", ["cleaning"])  # type: ignore[index]
    (seen,) = shop.visitor().read("/plots/A1-01/updates")["items"]
    assert (seen["note"], seen["edited"], seen["household_name"], seen["corrections"]) == ("浪大", True, None, [])
    assert me.delete(f"/household/updates/{update_id}").status_code == 204
    assert shop.visitor().read("/plots/A1-01/updates")["items"] == []
    assert me.read("/household/updates")["items"][0]["withdrawn_at"] is not None
    refused = me.patch(f"/household/updates/{update_id}", {"note": "a"})
    assert refused.json["code"] == "update_withdrawn"  # type: ignore[index]


def test_a_diary_is_read_page_by_page(shop: Shop, me: Program) -> None:
    made = [me.post("/household/updates", POST | {"client_uuid": UUID[:-1] + last}).json["id"] for last in "123"]  # type: ignore[index]
    found: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        page = shop.visitor().read(f"/plots/A1-01/updates?limit=2{cursor and '&cursor=' + cursor}")
        found += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert found == made[::-1]


def test_a_sensor(shop: Shop, me: Program) -> None:
    assert me.post("/plots/A1-01/readings", SAMPLE).json["state"] == "kept"  # type: ignore[index]
    assert me.post("/plots/A1-01/readings", SAMPLE | {"mean_shell_length_mm": 30}).json["state"] == "questioned"  # type: ignore[index]
    (known,) = me.read("/plots/A1-01/measurements")["items"]
    assert (known["mean_shell_length_mm"], known["sample_count"]) == (45.0, 20)


def test_a_question_comes_with_its_words(me: Program) -> None:
    me.post("/plots/A1-01/readings", SAMPLE)
    low = {"plot_code": "A1-01", **SAMPLE, "mean_shell_length_mm": 30}
    asked = me.post("/household/updates", POST | {"readings": [low]}, Accept_Language="en")
    assert (asked.status_code, asked.json["code"]) == (409, "reading_questioned")  # type: ignore[index]
    assert asked.json["questions"][0]["words"].startswith("A1-01: last time 45.0 mm, now 30.0 mm")  # type: ignore[index]


def test_only_with_the_scope_and_for_ones_own(shop: Shop, me: Program) -> None:
    update_id = me.post("/household/updates", POST).json["id"]  # type: ignore[index]
    reader = shop.person(Role.HOUSEHOLD, scopes=frozenset({Scope.HOUSEHOLD_READ}))
    assert reader.post("/household/updates", POST).json["code"] == "scope_missing"  # type: ignore[index]
    stranger = shop.person(Role.HOUSEHOLD)
    with unit_of_work():
        db.session.execute(delete(HouseholdMember).where(HouseholdMember.person_id == stranger.person_id))
    assert stranger.read("/household/updates")["items"] == []
    for answer in (
        stranger.post("/household/updates", POST | {"household_id": shop.household_id}),
        stranger.patch(f"/household/updates/{update_id}", {"note": "a"}),
        stranger.delete(f"/household/updates/{update_id}"),
        stranger.post("/plots/A1-01/readings", SAMPLE),
    ):
        assert answer.status_code == 404
