"""Credit beside transfers, disputes and what staff give back: each part only ever goes where it came from."""

from __future__ import annotations

import pytest

from cofu_adopt.adoptions.cancel_by_staff import cancel_by_staff, preview_cancel
from cofu_adopt.adoptions.errors import PreviewOutdated
from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.adoptions.pay import start_payment
from cofu_adopt.adoptions.refund_orders import ask_for_order
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.payments.errors import PaymentDisputed, RefundTooLarge
from cofu_adopt.payments.grant_credit import grant_credit
from cofu_adopt.payments.models import RefundReason
from cofu_adopt.payments.refund_again import retry_refund
from cofu_adopt.payments.refund_credit import CreditPreview, preview_refund, refund_credit
from tests.credit import booked, give_credit, left, turn_into_credit, uses
from tests.payments import desk
from tests.payments.bank import FEE_FEN, all_is_well, books, ends, opens, paid_by_card
from tests.payments.transfers import Finance
from tests.people import Who, make_person
from tests.season import PRICE_FEN, Season

CREDIT_FEN = 5000
REST_FEN = PRICE_FEN - CREDIT_FEN


def partly(season: Season) -> Adoption:
    """A paid order, CREDIT_FEN of it by credit."""
    give_credit(season, CREDIT_FEN)
    adoption = season.hold()
    season.review(adoption)
    season.choose(season.open_page(adoption, use_credit=True), "pay", "card")
    assert season.state(adoption) == "paid"
    return season.read(adoption)


def take_back(season: Season) -> CreditPreview:
    with unit_of_work():
        return refund_credit(season.person_id, preview_refund(season.person_id).fingerprint)


def test_a_transfer_of_the_rest_and_its_undoing(season: Season) -> None:
    give_credit(season, CREDIT_FEN)
    adoption, finance = season.hold(), Finance(season)
    season.review(adoption)
    start_payment(
        adoption.code, adoption.person_id, title="%(rope)s", return_url="/", locale="en", provider="transfer",
        use_credit=True,
    )  # fmt: skip
    found = finance.instructions(adoption)
    assert found.amount_fen == REST_FEN
    assert finance.comes(found.ref, 800) == "short"
    line_id = finance.line(REST_FEN - 800, remark=found.ref)
    finance.count(line_id, found.ref)
    assert (season.state(adoption), booked(f"Prepaid:{adoption.id}")) == ("paid", -PRICE_FEN)
    finance.undo(line_id)
    assert (season.state(adoption), booked(f"Prepaid:{adoption.id}"), left(season)) == ("held", 0, 0)
    assert list(uses(adoption)) == [("released", CREDIT_FEN), ("reserved", CREDIT_FEN)]
    assert season.violations() == {}
    finance.count(line_id, found.ref)
    assert (season.state(adoption), list(uses(adoption))[-1]) == ("paid", ("spent", CREDIT_FEN))
    assert season.cancel(adoption) == "cancelled"
    assert (left(season), season.violations()) == (CREDIT_FEN, {})


@pytest.mark.parametrize("amount_fen", [REST_FEN, 10000])
def test_a_lost_dispute_takes_the_payment_and_never_the_credit(season: Season, amount_fen: int) -> None:
    adoption = partly(season)
    ends(opens(season, adoption, amount_fen=amount_fen), "lost")
    season.tick(seconds=1)
    assert (left(season), list(uses(adoption))) == (CREDIT_FEN, [("returned", CREDIT_FEN)])
    assert [(one.amount_fen, one.reason) for one in season.refunds(adoption)] == (
        [(REST_FEN - amount_fen, "dispute_lost")] if amount_fen < REST_FEN else []
    )
    assert books(f"Prepaid:{adoption.id}", "ChargebackLoss") == [0, 0]
    all_is_well(season)


def test_credit_whose_payment_is_disputed_waits_and_goes_with_a_lost_dispute(season: Season) -> None:
    adoption = paid_by_card(season)
    turn_into_credit(adoption, CREDIT_FEN)
    season.tick(seconds=1)
    ref = opens(season, adoption)
    with unit_of_work(writes=False):
        found = preview_refund(season.person_id)
    assert (found.amount_fen, found.disputed_fen) == (0, CREDIT_FEN)
    all_is_well(season)
    ends(ref, "lost")
    # What went back before it is a loss; what was still credit is covered.
    assert (left(season), *books("ChargebackLoss", f"Credit:{season.person_id}")) == (0, REST_FEN, 0)
    all_is_well(season)


def test_spent_credit_of_a_payment_that_was_lost_never_becomes_money(season: Season) -> None:
    source = paid_by_card(season)
    turn_into_credit(source)
    adoption = season.hold()
    season.review(adoption)
    season.open_page(adoption, use_credit=True)
    ends(opens(season, source), "lost")
    assert (season.state(adoption), *books("ChargebackLoss")) == ("paid", PRICE_FEN)
    all_is_well(season)
    assert season.cancel(adoption) == "refunded"
    with unit_of_work(writes=False):
        assert preview_refund(season.person_id).parts == []
    assert left(season) == PRICE_FEN
    all_is_well(season)


def test_a_refund_of_credit_that_was_not_sent_is_overtaken(season: Season) -> None:
    source = paid_by_card(season)
    turn_into_credit(source)
    take_back(season)
    ends(opens(season, source), "lost")
    season.tick(hours=2)
    [refund] = season.refunds(source)
    assert (refund.state, season.state(source)) == ("by_dispute", "cancelled")
    assert books("ChargebackLoss", f"RefundDue:{refund.id}", "FeeLost") == [0, 0, FEE_FEN]
    all_is_well(season)


def test_nothing_of_a_disputed_payment_becomes_credit_nor_more_than_it_holds(season: Season) -> None:
    adoption = paid_by_card(season)
    [payment] = season.payments(adoption)
    with pytest.raises(RefundTooLarge), unit_of_work():
        grant_credit(season.person_id, payment.id, PRICE_FEN + 1, "test:1")
    opens(season, adoption)
    with pytest.raises(PaymentDisputed), unit_of_work():
        grant_credit(season.person_id, payment.id, 1, "test:1")


def test_a_failed_refund_of_credit_is_tried_again(season: Season) -> None:
    source = season.paid()
    turn_into_credit(source)
    desk.refunds_end("failed")
    take_back(season)
    season.tick(seconds=1)
    [failed] = season.refunds(source)
    desk.refunds_end("succeeded")
    with unit_of_work():
        retry_refund(failed.id)
    assert season.violations() == {}
    season.tick(seconds=1)
    assert [one.state for one in season.refunds(source)] == ["replaced", "succeeded"]
    assert (season.state(source), booked(f"Credit:{season.person_id}"), season.violations()) == ("cancelled", 0, {})


def ask(adoption: Adoption, amount_fen: int, key: str) -> None:
    maker = make_person(Who.MAKER)
    with unit_of_work():
        ask_for_order(
            adoption.code, amount_fen=amount_fen, key=key, reason=RefundReason.GOODWILL, note="少收了",
            person_id=maker,
        )  # fmt: skip


def test_staff_give_back_what_the_payment_holds_and_the_end_gives_the_rest(season: Season) -> None:
    adoption = partly(season)
    with pytest.raises(RefundTooLarge):
        ask(adoption, REST_FEN + 1, "more")
    ask(adoption, 4000, "a-part")
    season.tick(seconds=1)
    assert (season.state(adoption), booked(f"Prepaid:{adoption.id}")) == ("paid", 4000 - PRICE_FEN)
    assert season.violations() == {}
    season.cancel(adoption)
    season.tick(seconds=1)
    assert [one.amount_fen for one in season.refunds(adoption)] == [4000, REST_FEN - 4000]
    assert (season.state(adoption), left(season), season.violations()) == ("refunded", CREDIT_FEN, {})


@pytest.mark.parametrize("ends_order", [True, False])
def test_all_of_the_money_with_the_order_or_beside_it(season: Season, *, ends_order: bool) -> None:
    adoption, (maker, checker) = partly(season), desk.staff()
    with unit_of_work():
        made = ask_for_order(
            adoption.code, amount_fen=None if ends_order else REST_FEN, key="all",
            reason=RefundReason.CANCELLED_BY_STAFF, note="台风", person_id=maker,
        )  # fmt: skip
    desk.approve(made, checker)
    season.tick(seconds=1)
    season.tick(seconds=1)
    assert season.violations() == {}
    if not ends_order:
        assert (season.state(adoption), booked(f"Prepaid:{adoption.id}")) == ("paid", -CREDIT_FEN)
        season.cancel(adoption)
    assert (season.state(adoption), left(season), season.violations()) == ("refunded", CREDIT_FEN, {})
    assert [one.amount_fen for one in season.refunds(adoption)] == [REST_FEN]


def test_what_staff_had_not_seen_is_not_done(season: Season) -> None:
    adoption = partly(season)
    with unit_of_work(writes=False):
        agreed = preview_cancel(adoption.code).fingerprint
    ask(adoption, 1000, "a-part")
    season.tick(seconds=1)
    with pytest.raises(PreviewOutdated):
        cancel_by_staff(adoption.code, reason="地址送不到", agreed=agreed)
    assert season.state(adoption) == "paid"
