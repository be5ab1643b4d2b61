"""Credit becomes money again: each part the way it came, or by hand when that is closed."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.payments.credit import Credit, credit_of
from cofu_adopt.payments.credit_models import CreditGrant, CreditUse
from cofu_adopt.payments.errors import CreditChanged
from cofu_adopt.payments.grant_credit import grant_credit
from cofu_adopt.payments.models import SandboxRefund
from cofu_adopt.payments.refund_credit import CreditPreview, preview_refund, refund_credit
from cofu_adopt.payments.sandbox_pages import tell_webhook
from tests.credit import booked, give_credit, left, turn_into_credit
from tests.payments.test_credit_spend import reviewed
from tests.season import PRICE_FEN, Season


def preview(person_id: int) -> CreditPreview:
    with unit_of_work(writes=False):
        return preview_refund(person_id)


def take_back(person_id: int, agreed: str) -> None:
    with unit_of_work():
        refund_credit(person_id, agreed)


def credit(person_id: int) -> Credit:
    with unit_of_work(writes=False):
        return credit_of(person_id)


def test_all_goes_back_the_way_it_came(season: Season) -> None:
    give_credit(season, 3000, 2000)
    found = preview(season.person_id)
    assert (found.amount_fen, found.by_hand_fen, len(found.parts)) == (5000, 0, 2)
    take_back(season.person_id, found.fingerprint)
    assert (left(season), booked(f"Credit:{season.person_id}")) == (0, 0)
    assert season.violations() == {}
    season.tick(seconds=1)
    assert [(one.amount_fen, one.state) for one in credit(season.person_id).refunds] == [
        (2000, "succeeded"),
        (3000, "succeeded"),
    ]
    assert season.violations() == {}


def test_a_second_click_does_nothing(season: Season) -> None:
    give_credit(season, 5000)
    agreed = preview(season.person_id).fingerprint
    take_back(season.person_id, agreed)
    for again in (agreed, preview(season.person_id).fingerprint):
        with pytest.raises(CreditChanged):
            take_back(season.person_id, again)
    assert len(credit(season.person_id).refunds) == 1


def test_what_was_not_agreed_to_is_not_done(season: Season) -> None:
    give_credit(season, 5000)
    agreed = preview(season.person_id).fingerprint
    season.open_page(reviewed(season), use_credit=True)
    with pytest.raises(CreditChanged):
        take_back(season.person_id, agreed)
    assert preview(season.person_id).parts == []
    assert season.violations() == {}


def test_past_the_window_the_workshop_transfers_it(season: Season) -> None:
    give_credit(season, 3000, wallet="alipay")
    give_credit(season, 2000)
    agreed = preview(season.person_id).fingerprint
    season.tick(days=91)
    found = preview(season.person_id)
    assert (found.amount_fen, found.by_hand_fen) == (5000, 3000)
    with pytest.raises(CreditChanged):
        take_back(season.person_id, agreed)
    take_back(season.person_id, found.fingerprint)
    season.tick(seconds=1)
    assert [(one.amount_fen, one.state) for one in credit(season.person_id).refunds] == [
        (2000, "succeeded"),
        (3000, "manual_due"),
    ]
    assert season.violations() == {}


def test_only_what_is_left_and_never_the_order_it_came_from(season: Season) -> None:
    source = season.paid()
    turn_into_credit(source)
    order = reviewed(season)
    season.open_page(order, use_credit=True)
    give_credit(season, 2000)
    take_back(season.person_id, preview(season.person_id).fingerprint)
    season.tick(seconds=1)
    assert (season.state(source), season.state(order)) == ("cancelled", "paid")
    # Given up, it is the credit of the first order again, and can still go back as its money came.
    season.cancel(order)
    take_back(season.person_id, preview(season.person_id).fingerprint)
    season.tick(seconds=1)
    assert [(one.amount_fen, one.state) for one in season.refunds(source)] == [(PRICE_FEN, "succeeded")]
    assert season.state(source) == "cancelled", "its money had become credit; that is another story"
    assert season.violations() == {}


def test_a_refund_that_fails_later_is_owed_again_and_is_no_credit(season: Season) -> None:
    source = season.paid()
    turn_into_credit(source)
    take_back(season.person_id, preview(season.person_id).fingerprint)
    season.tick(seconds=1)
    [refund] = season.refunds(source)
    with unit_of_work():
        db.session.execute(update(SandboxRefund).values(state="failed"))
    assert refund.gateway_ref is not None
    tell_webhook("refund.failed", "refund", refund.gateway_ref)
    assert (left(season), booked(f"RefundDue:{refund.id}")) == (0, -PRICE_FEN)
    assert season.violations() == {}


def test_the_same_reason_gives_credit_once(season: Season) -> None:
    source = season.paid()
    grant_id = turn_into_credit(source)
    [payment] = season.payments(source)
    with unit_of_work():
        assert grant_credit(season.person_id, payment.id, PRICE_FEN, f"test:{source.id}") == grant_id
    assert left(season) == PRICE_FEN
    with pytest.raises(AssertionError), unit_of_work():
        grant_credit(season.person_id, payment.id, 1, f"test:{source.id}")


MEDDLED = {
    "left": (update(CreditGrant).values(left_fen=1), {"people", "grants"}),
    "given": (update(CreditGrant).values(amount_fen=PRICE_FEN + 1, left_fen=PRICE_FEN - 4999), {"people", "once"}),
    "used": (update(CreditUse).values(amount_fen=4999), {"people", "parts"}),
}
CHECKS = {
    "credit: what is left and what is set aside for orders is what the books owe each person": "people",
    "credit: each grant has left what its uses and refunds have not taken": "grants",
    "credit: each use and each refund of credit is made up of its parts": "parts",
    "credit: a payment is given back once, as money or as credit": "once",
}


@pytest.mark.parametrize("what", MEDDLED)
def test_what_somebody_meddled_with_is_found(season: Season, what: str) -> None:
    give_credit(season, 5000)
    season.open_page(reviewed(season), use_credit=True)
    change, found = MEDDLED[what]
    with unit_of_work():
        db.session.execute(change)
    assert {CHECKS[name] for name in season.violations()} == found
