"""The choice through the API."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cofu_adopt.core import clock
from cofu_adopt.core.access import Scope
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.identity import tokens
from tests.api.shop import Program
from tests.remedies.late import pay_too_late, remedy_of
from tests.season import Season


@pytest.fixture
def me(season: Season) -> Program:
    """A program of the season's adopter."""
    with unit_of_work():
        made = tokens._make(season.person_id, "test", frozenset(Scope), clock.now() + timedelta(days=9), epoch=None)
    return Program(season.app, made.secret, season.person_id)


def test_it_is_read_and_chosen_once_a_key(season: Season, me: Program) -> None:
    adoption = pay_too_late(season)
    where = f"/orders/{adoption.code}/remedy"
    found = me.read(where)
    assert (found["possible"], found["equal_rope"]) == (["rope", "credit", "money"], "A1-01-002")
    assert (found["remedy"]["state"], found["remedy"]["lost_label"]) == ("open", "A1-01-001")
    first, again = (me.post(where, {"outcome": "rope"}, Idempotency_Key="the-same-key") for _ in range(2))
    assert (first.status_code, first.data) == (200, again.data)
    assert first.json["remedy"]["outcome"] == "rope"  # type: ignore[index]
    assert me.read(f"/orders/{adoption.code}")["label"] == "A1-01-002"
    other = me.post(where, {"outcome": "money"})
    assert (other.status_code, other.json["code"]) == (409, "already_chosen")  # type: ignore[index]


def test_a_refusal_keeps_no_key(season: Season, me: Program) -> None:
    adoption = pay_too_late(season)
    for _ in range(11):
        season.hold(season.person())
    where = f"/orders/{adoption.code}/remedy"
    refused = me.post(where, {"outcome": "rope"}, Idempotency_Key="the-same-key")
    assert (refused.status_code, refused.json["code"]) == (409, "no_equal_rope")  # type: ignore[index]
    assert remedy_of(adoption).state == "open"
    season.tick(minutes=16)
    assert me.post(where, {"outcome": "rope"}, Idempotency_Key="the-same-key").status_code == 200


def test_what_the_order_says_meanwhile(season: Season, me: Program) -> None:
    adoption = pay_too_late(season)
    assert me.read(f"/orders/{adoption.code}")["state"] == "owed"
    assert me.read(f"/orders/{adoption.code}/cancellation")["possible"] is False
    answer = me.post(f"/orders/{adoption.code}/cancellation", {"refund_fen": 0})
    assert answer.json["code"] == "choice_awaited"  # type: ignore[index]
    paid = me.post(f"/orders/{season.paid().code}/remedy", {"outcome": "money"})
    assert paid.status_code == 404
