"""A program of the workshop chooses for an adopter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cofu_adopt.core import clock
from cofu_adopt.core.access import Scope
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.identity import tokens
from tests.api.shop import Program
from tests.people import Who, make_person
from tests.remedies.late import choices_in_audit, pay_too_late, remedy_of
from tests.season import Season

WHY = "认养人来电，要换一串"


def program(season: Season, who: Who) -> Program:
    """A program of a new person."""
    person_id = make_person(who)
    with unit_of_work():
        made = tokens._make(person_id, "test", frozenset(Scope), clock.now() + timedelta(days=9), epoch=None)
    return Program(season.app, made.secret, person_id)


@pytest.fixture
def desk(season: Season) -> Program:
    return program(season, Who.OPERATOR)


def test_a_rope_is_chosen_for_her_once_a_key(season: Season, desk: Program) -> None:
    adoption = pay_too_late(season)
    where = f"/desk/orders/{adoption.code}/remedy"
    found = desk.read(where)
    assert (found["possible"], found["equal_rope"]) == (["rope", "credit", "money"], "A1-01-002")
    wanted = {"outcome": "rope", "reason": WHY}
    first, again = (desk.post(where, wanted, Idempotency_Key="the-same-key") for _ in "12")
    assert (first.status_code, first.data, again.headers["Idempotency-Replayed"]) == (200, again.data, "true")
    remedy: Any = first.json["remedy"]  # type: ignore[index]
    assert (remedy["outcome"], remedy["chosen_by"], remedy["state"]) == ("rope", "staff", "done")
    assert season.read(adoption).rope_number == 2
    (act,) = choices_in_audit()
    assert (act.actor_id, (act.after or {})["reason"]) == (desk.person_id, WHY)
    other: Any = desk.post(where, {"outcome": "money", "reason": WHY})
    assert (other.status_code, other.json["code"]) == (409, "already_chosen")
    assert desk.read(where)["possible"] == []
    assert season.violations() == {}


def test_what_is_refused(season: Season, desk: Program) -> None:
    adoption = pay_too_late(season)
    where = f"/desk/orders/{adoption.code}/remedy"
    for body, fault in (
        ({"outcome": "rope"}, "reason"), ({"outcome": "rope", "reason": "x    "}, "reason"),
        ({"outcome": "a boat", "reason": WHY}, "outcome"),
    ):  # fmt: skip
        refused: Any = desk.post(where, body)
        assert (refused.status_code, list(refused.json["errors"])) == (422, [fault])
    wanted = {"outcome": "money", "reason": WHY}
    for who in (Who.MAKER, Who.CHECKER):
        assert program(season, who).post(where, wanted).status_code == 404
    assert desk.post(f"/desk/orders/{season.paid().code}/remedy", wanted).status_code == 404
    assert remedy_of(adoption).state == "open"
