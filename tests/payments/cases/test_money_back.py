"""Cases 15 to 19 and 27: money on its way back, and what the gateway sends to our bank."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from cofu_adopt.adoptions.cancel_by_staff import cancel_by_staff, preview_cancel
from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.ledger.queries import balance
from cofu_adopt.payments.errors import PaymentDisputed, RefundTooLarge
from cofu_adopt.payments.read_payouts import list_misfits
from cofu_adopt.payments.refund_again import retry_refund
from cofu_adopt.payments.refund_models import RefundLine
from tests.payments import desk
from tests.payments.cases import acts
from tests.season import PRICE_FEN
from tests.stripe_fake import StripeSeason


def give_back(season: StripeSeason, adoption: Adoption, amount_fen: int, *, key: str) -> None:
    """Two people give a part back; the clock has not sent it."""
    maker, checker = desk.staff()
    request = desk.ask(season, [adoption], amount_fen, maker, key=key)
    if request.state == "asked":
        desk.approve(request, checker)
    season.tick(seconds=1)


def given(season: StripeSeason) -> list[int]:
    """What the gateway has given back and not taken again."""
    return [one["amount"] for one in season.fake.all_of("refund") if one["status"] != "failed"]


def test_case_15_partial_refunds_never_add_up_to_more_than_was_paid_and_a_double_click_is_one(
    stripe_season: StripeSeason,
) -> None:
    adoption, (maker, _checker) = stripe_season.paid(), desk.staff()
    for key in ("first", "first", "second"):
        # When the second is asked for, nothing of the first has been made.
        assert desk.ask(stripe_season, [adoption], 10000, maker, key=key).state == "approved"
    stripe_season.tick(seconds=1)
    stripe_season.tick(seconds=1)
    assert acts.refunds_of(stripe_season, adoption) == [("goodwill", "succeeded", 10000)]
    with unit_of_work(writes=False):
        left_out = list(db.session.scalars(select(RefundLine.left_out).order_by(RefundLine.id)))
    assert [one is None for one in left_out] == [True, False]
    with pytest.raises(RefundTooLarge):
        desk.ask(stripe_season, [adoption], PRICE_FEN - 10000 + 1, maker, key="third")
    double: list[Callable[[], object]] = [lambda: stripe_season.cancel(adoption)] * 2
    assert stripe_season.at_once(double, threads=2) == ["cancelled", "cancelled"]
    stripe_season.tick(seconds=1)
    stripe_season.deliver(times=2)
    assert given(stripe_season) == [10000, PRICE_FEN - 10000]
    assert stripe_season.state(adoption) == "refunded"
    assert acts.books_agree(stripe_season)


def test_case_16_a_refund_whose_answer_is_lost_is_found_and_not_made_again(stripe_season: StripeSeason) -> None:
    adoption = stripe_season.paid()
    stripe_season.fake.break_next("timeout", acts.REFUNDS, after=True)
    # A part, so that the gateway itself would let it happen twice.
    give_back(stripe_season, adoption, 5000, key="first")
    stripe_season.tick(seconds=1)
    stripe_season.tick(days=2)
    assert given(stripe_season) == [5000]
    assert acts.refunds_of(stripe_season, adoption) == [("goodwill", "succeeded", 5000)]
    assert acts.books_agree(stripe_season)


def test_case_17_a_refund_that_fails_later_is_owed_again_and_nobody_is_told_too_early(
    stripe_season: StripeSeason,
) -> None:
    adoption = stripe_season.paid()
    stripe_season.fake.refund_outcome = "pending"
    stripe_season.cancel(adoption)
    stripe_season.tick(seconds=1)
    assert "refunded" not in acts.messages(stripe_season)
    [made] = stripe_season.fake.all_of("refund")
    for end in ("succeeded", "failed"):
        stripe_season.fake.end_refund(made["id"], end)
        stripe_season.deliver(times=2)
    assert acts.refunds_of(stripe_season, adoption) == [("cancelled", "failed", PRICE_FEN)]
    with unit_of_work(writes=False):
        assert balance("RefundDue:1") == -PRICE_FEN
    assert stripe_season.state(adoption) != "refunded"
    assert acts.books_agree(stripe_season)
    stripe_season.fake.refund_outcome = "succeeded"
    with unit_of_work():
        retry_refund(1)
    stripe_season.tick(seconds=1)
    assert given(stripe_season) == [PRICE_FEN]
    assert stripe_season.state(adoption) == "refunded"
    assert acts.books_agree(stripe_season)


def test_case_18_past_the_window_a_refund_is_owed_by_hand_and_never_sent(stripe_season: StripeSeason) -> None:
    adoption = stripe_season.hold()
    stripe_season.pay(adoption, "pay", "alipay")
    stripe_season.tick(days=91)
    with unit_of_work(writes=False):
        agreed = preview_cancel(adoption.code).fingerprint
    cancel_by_staff(adoption.code, reason="台风", agreed=agreed)
    stripe_season.tick(seconds=1)
    assert acts.refunds_of(stripe_season, adoption) == [("cancelled_by_staff", "manual_due", PRICE_FEN)]
    assert given(stripe_season) == []
    assert acts.books_agree(stripe_season)


@pytest.mark.parametrize(("end", "paid_out"), [("won", True), ("lost", False), ("lost", True)])
def test_case_19_a_dispute_freezes_the_order_and_ends_by_the_banks_word_also_after_a_payout(
    stripe_season: StripeSeason, end: str, *, paid_out: bool
) -> None:
    adoption = stripe_season.hold()
    ref = stripe_season.pay(adoption, "pay", "card")
    if paid_out:
        stripe_season.fake.pay_out()
        stripe_season.deliver()
        stripe_season.tick(seconds=1)
    dispute = stripe_season.fake.dispute(ref)["id"]
    stripe_season.deliver(times=2)
    assert acts.disputes() == ["opened"]
    assert acts.books_agree(stripe_season)
    with pytest.raises(PaymentDisputed):
        stripe_season.cancel(adoption)
    stripe_season.fake.end_dispute(dispute, end)
    stripe_season.deliver(times=2, thin=True)
    assert acts.disputes() == [end]
    assert stripe_season.state(adoption) == ("paid" if end == "won" else "cancelled")
    assert given(stripe_season) == []
    assert acts.books_agree(stripe_season)


def test_case_19_a_dispute_that_was_won_before_we_heard_of_it_still_cost_its_fee(stripe_season: StripeSeason) -> None:
    adoption = stripe_season.hold()
    ref = stripe_season.pay(adoption, "pay", "card")
    stripe_season.fake.end_dispute(stripe_season.fake.dispute(ref)["id"], "won", fee_back=False)
    stripe_season.deliver()
    assert (acts.disputes(), stripe_season.state(adoption)) == (["won"], "paid")
    assert acts.books_agree(stripe_season)


def test_case_27_a_line_of_a_payout_that_is_unknown_or_of_another_amount_is_an_exception(
    stripe_season: StripeSeason,
) -> None:
    stripe_season.paid()
    fake = stripe_season.fake
    [charge] = [one for one in fake.all_of("balance_transaction") if one["reporting_category"] == "charge"]
    charge.update(amount=PRICE_FEN + 1, net=charge["net"] + 1)
    fake.move("other_adjustment", fake.add("adj", "adjustment")["id"], -7, "cny")
    fake.pay_out()
    stripe_season.deliver()
    stripe_season.tick(seconds=1)
    before = acts.captures(), sorted(stripe_season.violations())
    with unit_of_work(writes=False):
        assert sorted((line.kind, line.misfit) for line in list_misfits()) == [
            ("charge", "amount"),
            ("other_adjustment", "unknown"),
        ]
    stripe_season.tick(days=1)
    with unit_of_work(writes=False):
        assert len(list_misfits()) == 2, "never fixed by itself"
    assert (acts.captures(), sorted(stripe_season.violations())) == before
