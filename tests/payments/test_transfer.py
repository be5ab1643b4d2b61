"""A bank transfer: exact, in parts, too much, too late, and a waiting time that ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cofu_adopt.payments.transfer_errors import TooManyTransfers
from tests.payments.transfers import Finance
from tests.season import HOLD_SECONDS, PRICE_FEN, Season

BANK = "Bank:0000000000000000"
HOURS = 48


@pytest.fixture
def finance(season: Season) -> Finance:
    return Finance(season)


def refunds(season: Season, adoption: object) -> list[tuple[str, int, str]]:
    return [(one.reason, one.amount_fen, one.state) for one in season.refunds(adoption)]  # type: ignore[arg-type]


def test_the_exact_amount_pays_the_order(season: Season, finance: Finance) -> None:
    adoption = season.hold()
    ref = finance.begin(adoption)
    season.tick(hours=HOURS - 1)
    assert season.state(adoption) == "held", "the rope waits with the payer"
    assert finance.comes(ref, PRICE_FEN) == "exact"
    assert season.state(adoption) == "paid"
    (payment,) = season.payments(adoption)
    assert (payment.state, payment.wallet, payment.refundable_until) == ("succeeded", "bank_transfer", None)
    assert (finance.balance(BANK), finance.suspense) == (PRICE_FEN, 0)
    assert finance.told() == ["adopted", "transfer_asked"]
    season.tick(hours=HOURS)
    assert season.state(adoption) == "paid"
    assert season.violations() == {}


def test_too_little_waits_for_the_rest(season: Season, finance: Finance) -> None:
    adoption = season.hold()
    ref = finance.begin(adoption)
    assert finance.comes(ref, PRICE_FEN - 1) == "short"
    assert season.state(adoption) == "held"
    assert finance.instructions(adoption).missing_fen == 1
    assert finance.suspense == PRICE_FEN - 1
    assert season.violations() == {}
    assert finance.comes(ref, 1) == "exact"
    assert season.state(adoption) == "paid"
    assert finance.told() == ["adopted", "transfer_short", "transfer_asked"]
    assert (finance.suspense, season.refunds(adoption)) == (0, [])
    assert season.violations() == {}


def test_too_little_at_the_end_goes_back(season: Season, finance: Finance) -> None:
    adoption = season.hold(plot="A1-01", rope=1)
    ref = finance.begin(adoption)
    finance.comes(ref, 100)
    season.tick(hours=HOURS)
    assert season.state(adoption) == "expired"
    assert season.holder("A1-01", 1) is None
    assert refunds(season, adoption) == [("underpaid", 100, "manual_due")]
    assert finance.told()[:2] == ["transfer_over", "refund_due underpaid"]
    assert season.violations() == {}
    # The rest that comes now is no whole amount: never paid for less.
    assert finance.comes(ref, PRICE_FEN - 100) == "late_short"
    assert season.state(adoption) == "expired"
    assert sum(one.amount_fen for one in season.refunds(adoption)) == PRICE_FEN
    assert season.violations() == {}


def test_too_much_pays_and_the_surplus_is_owed(season: Season, finance: Finance) -> None:
    adoption = season.hold()
    ref = finance.begin(adoption)
    assert finance.comes(ref, PRICE_FEN + 250) == "over"
    assert season.state(adoption) == "paid"
    assert refunds(season, adoption) == [("overpaid", 250, "manual_due")]
    assert finance.comes(ref, PRICE_FEN) == "again"
    assert season.state(adoption) == "paid"
    assert refunds(season, adoption)[1:] == [("overpaid", PRICE_FEN, "manual_due")]
    assert finance.suspense == 0
    assert season.violations() == {}
    # The order's own money goes back by hand, too, and only that.
    season.cancel(adoption)
    assert refunds(season, adoption)[2:] == [("cancelled", PRICE_FEN, "manual_due")]
    assert season.violations() == {}


def test_all_of_it_too_late_and_the_rope_is_free(season: Season, finance: Finance) -> None:
    adoption = season.hold(plot="A1-01", rope=1)
    ref = finance.begin(adoption)
    season.tick(hours=HOURS)
    assert season.state(adoption) == "expired"
    assert finance.told()[0] == "transfer_over"
    assert finance.comes(ref, PRICE_FEN) == "late"
    assert season.state(adoption) == "paid"
    assert season.holder("A1-01", 1) == adoption.id
    assert season.violations() == {}


def test_all_of_it_too_late_and_the_rope_is_gone(season: Season, finance: Finance) -> None:
    adoption = season.hold(plot="A1-01", rope=1)
    ref = finance.begin(adoption)
    season.tick(hours=HOURS)
    other = season.hold(season.person(), plot="A1-01", rope=1)
    assert finance.comes(ref, PRICE_FEN + 7) == "late"
    assert season.holder("A1-01", 1) == other.id
    assert season.state(adoption) != "paid"
    owed = -finance.balance(f"Prepaid:{adoption.id}") + sum(one.amount_fen for one in season.refunds(adoption))
    assert owed == PRICE_FEN + 7, "in the books from the first moment, whatever it becomes"
    assert season.violations() == {}


def test_giving_the_hold_up_gives_back_what_has_come(season: Season, finance: Finance) -> None:
    adoption = season.hold()
    ref = finance.begin(adoption)
    finance.comes(ref, 5000)
    assert season.cancel(adoption) == "cancelled"
    assert refunds(season, adoption) == [("underpaid", 5000, "manual_due")]
    assert season.violations() == {}


def test_going_over_to_online_and_money_that_comes_by_transfer_all_the_same(season: Season, finance: Finance) -> None:
    adoption = season.hold()
    ref = finance.begin(adoption)
    page = finance.pay_by(adoption, None).rpartition("/")[2]
    assert season.read(adoption).held_until == season.clock.at + timedelta(seconds=HOLD_SECONDS)
    assert [one.state for one in season.payments(adoption)] == ["closed", "open"]
    season.choose(page, "pay")
    assert season.state(adoption) == "paid"
    assert finance.comes(ref, PRICE_FEN) == "late"
    assert season.state(adoption) == "paid"
    assert refunds(season, adoption) == [("second_payment", PRICE_FEN, "manual_due")]
    assert season.violations() == {}


def test_going_back_and_forth_keeps_the_rope_no_longer(season: Season, finance: Finance) -> None:
    adoption = season.hold()
    first = finance.begin(adoption)
    until = finance.instructions(adoption).until
    season.clock.advance(hours=1)
    finance.pay_by(adoption, None)
    season.clock.advance(minutes=5)
    finance.pay_by(adoption, "transfer")
    again = finance.instructions(adoption)
    assert again.ref != first
    assert (again.until, season.read(adoption).held_until) == (until, until)
    season.tick(hours=HOURS)
    assert season.state(adoption) == "expired"
    assert season.violations() == {}


def test_nobody_keeps_the_sea_by_promising_to_transfer(season: Season, finance: Finance) -> None:
    ropes = [season.hold() for _ in range(3)]
    for adoption in ropes[:2]:
        finance.begin(adoption)
    with pytest.raises(TooManyTransfers):
        finance.begin(ropes[2])
    finance.pay_by(ropes[1], "transfer")  # looking at an open one again is no further one
    finance.pay_by(ropes[2], None)
    season.cancel(ropes[0])
    finance.pay_by(ropes[2], "transfer")
    assert season.violations() == {}


def test_two_tabs_begin_one_transfer(season: Season, finance: Finance) -> None:
    adoption = season.hold()
    season.review(adoption)
    opened = season.at_once([lambda: finance.pay_by(adoption, "transfer")] * 4, threads=4)
    assert opened == [f"/orders/{adoption.code}"] * 4
    assert len(season.payments(adoption)) == 1
    assert finance.told() == ["transfer_asked"]
    assert season.violations() == {}
