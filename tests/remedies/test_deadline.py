"""When nobody chooses in time, the money goes back; at the very moment, one of the two wins."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from cofu_adopt import schedule
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.due import Due
from cofu_adopt.remedies.choose import END_CHOICE, TooEarly, end_choice
from cofu_adopt.remedies.errors import ChoiceOver, NoEqualRope
from tests.remedies.late import choice_of, choices_in_audit, choose_as_adopter, pay_too_late, remedy_of
from tests.season import PRICE_FEN, Season


def test_it_is_money_by_default(season: Season) -> None:
    adoption = pay_too_late(season)
    season.tick(hours=23, minutes=59)
    assert season.state(adoption) == "owed"
    season.tick(minutes=1)
    assert season.state(adoption) == "refunded"
    remedy = remedy_of(adoption)
    assert (remedy.outcome, remedy.chosen_by, remedy.state) == ("money", "default", "done")
    assert [one.amount_fen for one in season.refunds(adoption)] == [PRICE_FEN]
    assert season.violations() == {}


def test_after_the_time_only_what_happens_anyway_can_be_chosen(season: Season) -> None:
    adoption = pay_too_late(season)
    season.clock.advance(hours=24)
    assert choice_of(adoption).possible == ()
    with pytest.raises(ChoiceOver):
        choose_as_adopter(adoption, "rope")
    choose_as_adopter(adoption, "money")
    schedule.do_due_work()
    assert [act.after["chosen_by"] for act in choices_in_audit()] == ["adopter"]  # type: ignore[index]
    assert season.violations() == {}


def test_a_clock_that_runs_ahead_ends_nothing(season: Season) -> None:
    adoption = pay_too_late(season)
    row = Due(0, END_CHOICE, str(remedy_of(adoption).id), "", 1, season.clock.at)
    with pytest.raises(TooEarly), unit_of_work():
        end_choice(row)
    assert season.state(adoption) == "owed"


def test_her_choice_and_the_clock_in_the_same_moment(season: Season) -> None:
    adoption = pay_too_late(season)
    remedy = remedy_of(adoption)
    season.clock.at = remedy.choose_until - timedelta(seconds=1)
    row = Due(0, END_CHOICE, str(remedy.id), "", 1, season.clock.at)

    def clock_ends_it() -> None:
        season.clock.advance(seconds=1)
        with unit_of_work():
            end_choice(row)

    results = season.at_once([lambda: choose_as_adopter(adoption, "rope"), clock_ends_it], threads=2)
    (act,) = choices_in_audit()
    assert act.after is not None
    if act.after["chosen_by"] == "adopter":
        assert season.state(adoption) == "paid"
        assert season.refunds(adoption) == []
    else:
        assert isinstance(results[0], Exception)
        assert season.state(adoption) == "cancelled"
        assert len(season.refunds(adoption)) == 1
    assert season.violations() == {}


def test_two_tabs_at_once_have_one_effect(season: Season) -> None:
    adoption = pay_too_late(season)
    works = [partial(choose_as_adopter, adoption, outcome) for outcome in ("rope", "money") * 3]
    results = season.at_once(works, threads=6)
    assert len(choices_in_audit()) == 1
    refunds = season.refunds(adoption)
    assert (season.state(adoption), len(refunds)) in {("paid", 0), ("cancelled", 1)}
    assert {type(one).__name__ for one in results} == {"NoneType", "AlreadyChosen"}
    assert season.violations() == {}


def test_two_adopters_for_the_last_rope(season: Season) -> None:
    orders = [pay_too_late(season, rope=rope) for rope in (1, 2)]
    for _ in range(10):
        season.hold(season.person())
    results = season.at_once([partial(choose_as_adopter, order, "rope") for order in orders], threads=2)
    assert sorted(map(season.state, orders)) == ["owed", "paid"]
    assert [one for one in results if one is not None and not isinstance(one, NoEqualRope)] == []
    assert season.violations() == {}
