"""The hot statement: "sold out" is only said when it is so, and sold ropes cost nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from sqlalchemy import text

from cofu_adopt.adoptions import place
from cofu_adopt.adoptions.hold import hold_rope
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from tests.season import NOON, Season, make_season


def test_a_rope_that_is_only_locked_is_waited_for(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 6):
        season.hold(season.person(), plot="A1-01", rope=number)
    first, second = season.person(), season.person()
    locked, looked = Event(), Event()

    class ChangedHerMind(Exception):
        pass

    def lock_and_leave() -> None:
        with unit_of_work():
            hold_rope(person_id=first, offer_id=season.offer_id, request_key="k", plot_code="A1-01", rope_number=6)
            locked.set()
            assert looked.wait(timeout=20)
            raise ChangedHerMind

    def come_second() -> int:
        assert locked.wait(timeout=20)
        if not is_postgresql():
            # SQLite has one writer: this one waits before it can look at all.
            looked.set()
        return season.hold(second, plot="A1-01").rope_number

    original = place._postgresql

    def watched(condition: str, values: dict[str, Any], lock: str) -> place.Placed | None:
        if values["person_id"] == second and "SKIP LOCKED" not in lock:
            # Both looks that skip locked ropes have found none. Now the other one rolls back.
            looked.set()
        return original(condition, values, lock)

    monkeypatch.setattr(place, "_postgresql", watched)
    left, rope = season.at_once([lock_and_leave, come_second], threads=2)
    assert isinstance(left, ChangedHerMind)
    assert rope == 6


@pytest.fixture
def nearly_sold_out(app: Any) -> Iterator[Season]:
    """1,998 ropes on sale, of which only the last three are free."""
    with clock.frozen(NOON) as frozen, app.test_request_context():
        season = make_season(app, frozen, ropes=999)
        with unit_of_work():
            values = {"first": season.plots["A1-01"], "last": season.plots["A1-02"]}
            db.session.execute(
                text(
                    "UPDATE rope SET live_adoption_id = 1 "
                    "WHERE plot_id = :first OR (plot_id = :last AND number NOT IN (5, 500, 990))"
                ),
                values,
            )
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
        yield season


def ropes_walked(plan: dict[str, Any]) -> float:
    """How many rows of the table of ropes a plan has touched."""
    here = 0.0
    if plan.get("Relation Name") == "rope" and plan["Node Type"] != "ModifyTable":
        removed = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
        here = (plan["Actual Rows"] + removed) * plan["Actual Loops"]
    return here + sum(ropes_walked(child) for child in plan.get("Plans", ()))


class Undo(Exception):
    """Ends a transaction that was only looked at."""


@pytest.mark.parametrize("plot", [None, "A1-02"])
@pytest.mark.parametrize("has_index", [True, False])
def test_sold_ropes_are_not_walked_over(
    nearly_sold_out: Season, monkeypatch: pytest.MonkeyPatch, plot: str | None, *, has_index: bool
) -> None:
    season, walked = nearly_sold_out, []
    original = place._run

    def explained(sql: str, values: dict[str, Any]) -> Any:
        if is_postgresql() and "INSERT INTO adoption" in sql:
            [[plan]] = original(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", values | {"code": place.new_code()})
            walked.append(ropes_walked((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]))
        elif not is_postgresql() and "SELECT plot_id, number" in sql:
            steps = " ".join(row.detail for row in original(f"EXPLAIN QUERY PLAN {sql}", values))
            walked.append(1 if "ix_rope_free" in steps and "TEMP B-TREE" not in steps else 1998)
        raise Undo

    monkeypatch.setattr(place, "_run", explained)
    monkeypatch.setattr(place, "random_start", lambda: 0.1)

    def look() -> None:
        with unit_of_work():
            if not has_index:
                db.session.execute(text("DROP INDEX ix_rope_free"))
            hold_rope(person_id=season.person_id, offer_id=season.offer_id, request_key="k", plot_code=plot)

    with pytest.raises(Undo):
        look()
    assert len(walked) == 1
    # The negative control: without the index of free ropes the same statement walks over the sold ones.
    assert walked[0] <= 20 if has_index else walked[0] > 200
