"""Credit at a checkout: set aside while the rest is paid, spent with it, and the person's again when it is not."""

from __future__ import annotations

import pytest

from cofu_adopt.adoptions.cancel_by_staff import cancel_by_staff, preview_cancel
from cofu_adopt.adoptions.errors import AlreadyPaid
from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.payments.refund_credit import preview_refund, refund_credit
from tests.adoptions.test_late_payment import money_comes, told
from tests.credit import booked, give_credit, left, turn_into_credit, uses
from tests.remedies.late import choose_as_adopter, money_arrives, remedy_of
from tests.season import HOLD_SECONDS, PRICE_FEN, Season


def reviewed(season: Season, person_id: int | None = None) -> Adoption:
    adoption = season.hold(person_id)
    season.review(adoption)
    return adoption


def test_credit_pays_a_part_and_the_gateway_the_rest(season: Season) -> None:
    give_credit(season, 3000, 2000)
    adoption = reviewed(season)
    ref = season.open_page(adoption, use_credit=True)
    assert (left(season), booked(f"Credit:{season.person_id}")) == (0, -5000)
    assert [one.amount_fen for one in season.payments(adoption)] == [PRICE_FEN - 5000]
    assert season.violations() == {}
    season.choose(ref, "pay")
    assert season.state(adoption) == "paid"
    assert list(uses(adoption)) == [("spent", 5000)]
    assert (booked(f"Credit:{season.person_id}"), booked(f"Prepaid:{adoption.id}")) == (0, -PRICE_FEN)
    assert season.violations() == {}


def test_credit_that_pays_all_needs_no_gateway(season: Season) -> None:
    give_credit(season, PRICE_FEN, 500)
    adoption = reviewed(season)
    assert season.open_page(adoption, use_credit=True) == adoption.code
    paid = season.read(adoption)
    assert (paid.state, paid.paid_at, season.payments(adoption)) == ("paid", season.clock.at, [])
    assert (left(season), booked(f"Prepaid:{adoption.id}")) == (500, -PRICE_FEN)
    assert told(season)[0] == "adopted"
    with pytest.raises(AlreadyPaid):
        season.open_page(adoption, use_credit=True)
    season.tick(seconds=HOLD_SECONDS)
    assert season.state(adoption) == "paid"
    assert season.violations() == {}


@pytest.mark.parametrize("end", ["cancelled", "expired"])
def test_what_was_set_aside_comes_back_by_itself(season: Season, end: str) -> None:
    give_credit(season, 5000)
    adoption = reviewed(season)
    season.open_page(adoption, use_credit=True)
    if end == "cancelled":
        season.cancel(adoption)
    else:
        season.tick(seconds=HOLD_SECONDS)
    assert (season.state(adoption), left(season), list(uses(adoption))) == (end, 5000, [("released", 5000)])
    assert booked(f"Credit:{season.person_id}") == -5000
    assert season.violations() == {}


def test_unticked_and_ticked_again_the_page_asks_for_what_is_to_be_paid(season: Season) -> None:
    give_credit(season, 5000)
    adoption = reviewed(season)
    first = season.open_page(adoption, use_credit=True)
    assert season.open_page(adoption) == first, "nothing said: as it is set aside"
    assert season.open_page(adoption, use_credit=True) == first
    second = season.open_page(adoption, use_credit=False)
    assert (left(season), [one.state for one in season.payments(adoption)]) == (5000, ["closed", "open"])
    third = season.open_page(adoption, use_credit=True)
    assert len({first, second, third}) == 3
    assert [one.amount_fen for one in season.payments(adoption)] == [PRICE_FEN - 5000, PRICE_FEN, PRICE_FEN - 5000]
    season.choose(third, "pay")
    assert (season.state(adoption), season.violations()) == ("paid", {})


def test_a_page_that_was_paid_before_it_could_be_closed_wins(season: Season) -> None:
    give_credit(season, 5000)
    adoption = reviewed(season)
    season.choose(season.open_page(adoption, use_credit=True), "lost")
    with pytest.raises(AlreadyPaid):
        season.open_page(adoption, use_credit=False)
    assert (season.state(adoption), list(uses(adoption))) == ("paid", [("spent", 5000)])
    assert season.violations() == {}


def test_cancelled_by_the_adopter_each_part_goes_back_where_it_came_from(season: Season) -> None:
    give_credit(season, 3000, 2000)
    adoption = reviewed(season)
    season.choose(season.open_page(adoption, use_credit=True), "pay")
    assert season.cancel(adoption) == "cancelled"
    assert left(season) == 5000
    assert [one.amount_fen for one in season.refunds(adoption)] == [PRICE_FEN - 5000]
    season.tick(seconds=1)
    assert season.state(adoption) == "refunded"
    assert season.violations() == {}


def test_an_order_that_credit_alone_paid_is_refunded_at_once(season: Season) -> None:
    give_credit(season, PRICE_FEN)
    adoption = reviewed(season)
    season.open_page(adoption, use_credit=True)
    assert season.cancel(adoption) == "refunded"
    assert (left(season), list(uses(adoption))) == (PRICE_FEN, [("returned", PRICE_FEN)])
    assert told(season)[0] == "credited"
    assert season.violations() == {}


@pytest.mark.parametrize("credit_fen", [5000, PRICE_FEN])
def test_the_workshop_sees_both_and_gives_back_both(season: Season, credit_fen: int) -> None:
    give_credit(season, credit_fen)
    adoption = reviewed(season)
    ref = season.open_page(adoption, use_credit=True)
    if credit_fen < PRICE_FEN:
        season.choose(ref, "pay")
    with unit_of_work(writes=False):
        preview = preview_cancel(adoption.code)
    assert (preview.refund_fen, preview.credit_fen) == (PRICE_FEN - credit_fen, credit_fen)
    cancel_by_staff(adoption.code, reason="地址送不到", agreed=preview.fingerprint)
    season.tick(seconds=1)
    assert (season.state(adoption), left(season)) == ("refunded", credit_fen)
    assert season.violations() == {}


def test_paid_late_the_credit_is_taken_again(season: Season) -> None:
    give_credit(season, 5000)
    adoption = reviewed(season)
    ref = season.open_page(adoption, use_credit=True)
    season.tick(seconds=HOLD_SECONDS)
    money_comes(ref, amount_fen=PRICE_FEN - 5000)
    assert (season.state(adoption), left(season)) == ("paid", 0)
    assert list(uses(adoption)) == [("released", 5000), ("spent", 5000)]
    assert season.violations() == {}


def owed_with_credit(season: Season) -> Adoption:
    """An order, a part of it paid by credit, that waits for a choice."""
    give_credit(season, 5000)
    adoption = season.hold(plot="A1-01", rope=1)
    season.review(adoption)
    ref = season.open_page(adoption, use_credit=True)
    season.tick(seconds=HOLD_SECONDS)
    season.hold(season.person(), plot="A1-01", rope=1)
    money_arrives(ref)
    assert (season.state(adoption), left(season)) == ("owed", 0)
    assert (remedy_of(adoption).amount_fen, booked(f"Prepaid:{adoption.id}")) == (PRICE_FEN, -PRICE_FEN)
    assert season.violations() == {}
    return adoption


def test_paid_late_and_the_rope_is_gone_another_keeps_all(season: Season) -> None:
    adoption = owed_with_credit(season)
    choose_as_adopter(adoption, "rope")
    assert (season.state(adoption), list(uses(adoption))[-1]) == ("paid", ("spent", 5000))
    assert (left(season), told(season)[0], season.violations()) == (0, "adopted", {})


def test_chosen_money_goes_back_the_way_each_part_came(season: Season) -> None:
    adoption = owed_with_credit(season)
    season.tick(hours=25)
    assert left(season) == 5000
    assert [(one.amount_fen, one.reason) for one in season.refunds(adoption)] == [(PRICE_FEN - 5000, "paid_too_late")]
    season.tick(seconds=1)
    assert (season.state(adoption), remedy_of(adoption).state, season.violations()) == ("refunded", "done", {})


def test_chosen_credit_is_all_of_it_and_can_become_money(season: Season) -> None:
    adoption = owed_with_credit(season)
    choose_as_adopter(adoption, "credit")
    assert (season.state(adoption), remedy_of(adoption).state, left(season)) == ("cancelled", "done", PRICE_FEN)
    assert (booked(f"Prepaid:{adoption.id}"), booked(f"Credit:{season.person_id}")) == (0, -PRICE_FEN)
    assert (told(season)[0], season.refunds(adoption), season.violations()) == ("credited", [], {})
    with unit_of_work():
        refund_credit(season.person_id, preview_refund(season.person_id).fingerprint)
    season.tick(seconds=1)
    assert [(one.amount_fen, one.state) for one in season.refunds(adoption)] == [(PRICE_FEN - 5000, "succeeded")]
    assert (season.state(adoption), left(season), season.violations()) == ("cancelled", 0, {})


@pytest.mark.parametrize("ended", [True, False], ids=["expired", "held"])
def test_paid_late_and_the_credit_is_gone_it_is_not_paid_without_money(season: Season, *, ended: bool) -> None:
    give_credit(season, 5000)
    adoption, other = reviewed(season), reviewed(season)
    ref = season.open_page(adoption, use_credit=True)
    if ended:
        season.tick(seconds=HOLD_SECONDS)
        other = reviewed(season)
    else:
        season.open_page(adoption, use_credit=False)
    season.choose(season.open_page(other, use_credit=True), "pay")
    money_comes(ref, amount_fen=PRICE_FEN - 5000)
    assert season.state(adoption) == ("expired" if ended else "held")
    assert [(one.amount_fen, one.reason) for one in season.refunds(adoption)] == [(PRICE_FEN - 5000, "credit_gone")]
    assert told(season)[0] == "refund_due credit_gone"
    assert season.violations() == {}
    if not ended:
        season.choose(season.open_page(adoption), "pay")
        season.cancel(adoption)
        season.tick(seconds=1)
        assert [one.amount_fen for one in season.refunds(adoption)] == [PRICE_FEN - 5000, PRICE_FEN]
        assert season.state(adoption) == "refunded"
        assert season.violations() == {}


def test_the_whole_price_comes_from_an_older_page_and_the_credit_is_free_again(season: Season) -> None:
    give_credit(season, 5000)
    adoption = reviewed(season)
    whole = season.open_page(adoption)
    part = season.open_page(adoption, use_credit=True)
    money_comes(whole)
    assert (season.state(adoption), left(season)) == ("paid", 5000)
    money_comes(part, amount_fen=PRICE_FEN - 5000)
    assert [(one.amount_fen, one.reason) for one in season.refunds(adoption)] == [(PRICE_FEN - 5000, "second_payment")]
    assert season.violations() == {}


def test_a_second_payment_beside_credit_goes_back_as_money(season: Season) -> None:
    give_credit(season, 5000)
    adoption = reviewed(season)
    whole = season.open_page(adoption)
    season.choose(season.open_page(adoption, use_credit=True), "pay")
    money_comes(whole)
    assert [(one.amount_fen, one.reason) for one in season.refunds(adoption)] == [(PRICE_FEN, "second_payment")]
    season.cancel(adoption)
    assert [one.amount_fen for one in season.refunds(adoption)] == [PRICE_FEN, PRICE_FEN - 5000]
    assert (left(season), season.violations()) == (5000, {})


def test_credit_of_an_order_that_becomes_credit_again_is_not_made_twice(season: Season) -> None:
    give_credit(season, 5000)
    adoption = reviewed(season)
    season.choose(season.open_page(adoption, use_credit=True), "pay")
    turn_into_credit(adoption)
    assert (left(season), booked(f"Credit:{season.person_id}")) == (PRICE_FEN, -PRICE_FEN)
    assert season.violations() == {}
