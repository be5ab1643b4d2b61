"""Holding a rope: which one, once a request, up to the limit, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import update

from cofu_adopt.adoptions import place
from cofu_adopt.adoptions.errors import LimitReached, OfferNotOnSale, RopeSoldOut, RopeTaken
from cofu_adopt.adoptions.hold import hold_rope
from cofu_adopt.adoptions.models import LIVE, LIVE_STATES, Adoption, AdoptionState
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import NotFound
from cofu_adopt.offers.draft import stop_offer
from tests.season import HOLD_SECONDS, PRICE_FEN, TERMS, Season


def test_a_chosen_rope_is_held_on_the_terms_of_the_day(season: Season) -> None:
    adoption = season.hold(plot="A1-02", rope=4)
    assert (adoption.plot_id, adoption.rope_number) == (season.plots["A1-02"], 4)
    assert season.holder("A1-02", 4) == adoption.id
    assert adoption.held_until == season.clock.at + timedelta(seconds=HOLD_SECONDS)
    assert (adoption.state, adoption.price_fen, adoption.currency) == ("held", PRICE_FEN, "cny")
    assert adoption.cancel_until_on == TERMS["cancel_until_on"]
    assert adoption.split_rule["service_fee_bp"] == 800
    assert season.violations() == {}


def test_any_rope_of_a_plot(season: Season) -> None:
    adoption = season.hold(plot="A1-02")
    assert adoption.plot_id == season.plots["A1-02"]


def test_any_rope_of_the_offer_until_all_are_sold(season: Season) -> None:
    held = {
        (one.plot_id, one.rope_number)
        for person_id in [season.person() for _ in range(4)]
        for one in [season.hold(person_id) for _ in range(3)]
    }
    assert len(held) == 12
    assert {plot_id for plot_id, _ in held} == {season.plots["A1-01"], season.plots["A1-02"]}
    with pytest.raises(RopeSoldOut):
        season.hold(season.person())
    assert season.violations() == {}


def test_a_plot_may_be_sold_out_while_the_offer_is_not(season: Season) -> None:
    for number in range(1, 7):
        season.hold(season.person(), plot="A1-01", rope=number)
    with pytest.raises(RopeSoldOut):
        season.hold(plot="A1-01")
    assert season.hold().plot_id == season.plots["A1-02"]


@pytest.mark.parametrize("plot", ["A1-01", None])
def test_whose_last_ropes_they_are_is_told_that_she_has_them(season: Season, plot: str | None) -> None:
    for number in range(1, 4):
        season.hold(season.person(), plot="A1-01", rope=number)
        season.hold(plot="A1-01", rope=3 + number)
    with pytest.raises(LimitReached):
        season.hold(plot=plot)


def test_a_taken_rope_is_refused_by_name(season: Season) -> None:
    season.hold(season.person(), plot="A1-01", rope=2)
    with pytest.raises(RopeTaken, match="A1-01-002"):
        season.hold(plot="A1-01", rope=2)


def test_the_same_request_gives_the_same_adoption_whatever_became_of_it(season: Season) -> None:
    first = season.hold(key="same-key")
    assert season.hold(key="same-key", plot="A1-02", rope=1).id == first.id
    season.cancel(first)
    assert season.hold(key="same-key").id == first.id
    assert season.hold(season.person(), key="same-key").id != first.id


def test_the_same_request_twice_at_once_holds_once(season: Season) -> None:
    found = season.at_once([lambda: season.hold(key="same-key").id] * 8, threads=8)
    assert len(set(found)) == 1
    assert isinstance(found[0], int)


def test_the_limit_per_person(season: Season) -> None:
    held = [season.hold() for _ in range(3)]
    with pytest.raises(LimitReached):
        season.hold()
    season.hold(season.person())
    season.cancel(held[0])
    season.hold()


def test_two_requests_of_one_person_at_once_do_not_pass_the_limit(season: Season) -> None:
    season.hold()
    season.hold()
    together = Barrier(2)

    def one_more(number: int) -> int:
        together.wait(timeout=20)
        return season.hold(key=f"tab-{number}").id

    found = season.at_once([lambda: one_more(1), lambda: one_more(2)], threads=2)
    assert sorted(type(one).__name__ for one in found) == ["LimitReached", "int"]


@pytest.mark.parametrize("state", list(AdoptionState))
def test_what_counts_against_the_limit_is_what_keeps_a_rope(season: Season, state: AdoptionState) -> None:
    adoption = season.hold()
    with unit_of_work():
        db.session.execute(update(Adoption).where(Adoption.id == adoption.id).values(state=state))
        assert place.count_live(season.person_id, season.offer_id) == (1 if state in LIVE_STATES else 0)
    assert (f"'{state}'" in LIVE) == (state in LIVE_STATES)


def test_an_offer_is_sold_between_its_start_and_end(season: Season) -> None:
    for days, is_sold in ((-2, False), (3, True), (60, False)):
        season.clock.advance(days=days)
        if is_sold:
            season.hold()
        else:
            with pytest.raises(OfferNotOnSale):
                season.hold()


def test_a_stopped_offer_sells_nothing_more_but_keeps_what_is_held(season: Season) -> None:
    adoption = season.hold()
    with unit_of_work():
        stop_offer(season.offer_id)
    with pytest.raises(OfferNotOnSale):
        season.hold()
    season.pay(adoption)
    assert season.state(adoption) == "paid"


def test_an_unknown_offer_is_not_on_sale(season: Season) -> None:
    with pytest.raises(OfferNotOnSale):
        season.hold(offer_id=999)


@pytest.mark.parametrize(
    "chosen",
    [
        {"plot": "B2-01"},
        {"plot": "B2-01", "rope": 1},
        {"plot": "Z9-09"},
        {"plot": "A1-01", "rope": 7},
        {"plot": "A1-01", "rope": 0},
        {"rope": 1},
    ],
)
def test_what_is_not_there_or_not_in_the_offer_is_not_found(season: Season, chosen: dict[str, Any]) -> None:
    with pytest.raises(NotFound):
        season.hold(**chosen)


def test_ropes_that_were_seen_but_not_had_are_never_called_sold_out(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Somebody else is always faster: no statement gets a rope, and yet free ones are seen.
    monkeypatch.setattr(place, "_postgresql", lambda *_: None)
    monkeypatch.setattr(place, "_sqlite", lambda *_: None)
    answer = season.signed_in().post("/adopt", data={"offer_id": season.offer_id, "request_key": "request-key"})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_sold_out_is_said_with_409(season: Season) -> None:
    for number in range(1, 7):
        season.hold(season.person(), plot="A1-01", rope=number)
    data = {"offer_id": season.offer_id, "request_key": "request-key", "plot": "A1-01"}
    assert season.signed_in().post("/adopt", data=data).status_code == 409


def test_a_hold_that_is_rolled_back_leaves_nothing(season: Season) -> None:
    class Crash(Exception):
        pass

    def hold_and_crash() -> None:
        with unit_of_work():
            hold_rope(person_id=season.person_id, offer_id=season.offer_id, request_key="k", plot_code="A1-01")
            raise Crash

    with pytest.raises(Crash):
        hold_and_crash()
    assert [season.holder("A1-01", number) for number in range(1, 7)] == [None] * 6
    assert season.violations() == {}
