"""Giving a rope up: a held one at any time, a paid one until the cut-off day with all money back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from cofu_adopt.adoptions.errors import NotCancellable
from cofu_adopt.core import clock
from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.clock import SHANGHAI
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.ledger.queries import balance
from cofu_adopt.notify.tell import list_messages
from cofu_adopt.payments import open as payments
from cofu_adopt.payments.errors import PaymentUnderWay
from tests.season import CANCEL_UNTIL_ON, PRICE_FEN, Season

LAST_MOMENT = datetime.combine(CANCEL_UNTIL_ON + timedelta(days=1), datetime.min.time(), SHANGHAI) - timedelta(
    microseconds=1
)


def test_a_hold_is_given_up_and_its_rope_is_free(season: Season) -> None:
    adoption = season.hold(plot="A1-01", rope=1)
    assert season.cancel(adoption) == "cancelled"
    assert season.holder("A1-01", 1) is None
    assert season.cancel(adoption) == "cancelled"
    season.tick(days=1)
    assert season.state(adoption) == "cancelled"
    assert season.violations() == {}


def test_a_hold_with_an_open_page_is_given_up_and_the_page_cannot_be_paid(season: Season) -> None:
    adoption = season.hold()
    season.review(adoption)
    ref = season.open_page(adoption)
    assert season.cancel(adoption) == "cancelled"
    season.choose(ref, "pay")
    assert [one.state for one in season.payments(adoption)] == ["closed"]
    assert season.violations() == {}


def test_a_payment_that_came_first_wins_over_the_cancelling_of_the_hold(season: Season) -> None:
    adoption = season.hold()
    season.pay(adoption, "lost")
    assert season.cancel(adoption) == "paid"
    assert season.state(adoption) == "paid"
    assert season.cancel(adoption) == "cancelled"


def test_a_hold_whose_payment_is_not_confirmed_is_not_given_up(season: Season) -> None:
    adoption = season.hold(plot="A1-01", rope=1)
    season.pay(adoption, "later")
    with pytest.raises(PaymentUnderWay):
        season.cancel(adoption)
    assert season.holder("A1-01", 1) == adoption.id


def test_a_payment_begun_in_another_tab_while_cancelling_keeps_the_rope(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    adoption = season.hold()
    season.review(adoption)
    original = payments.settle_live_payment

    def settle_and_begin(order_id: int) -> object:
        settled = original(order_id)
        season.open_page(adoption)
        return settled

    monkeypatch.setattr(payments, "settle_live_payment", settle_and_begin)
    with pytest.raises(PaymentUnderWay):
        season.cancel(adoption)
    assert season.state(adoption) == "held"


def test_a_paid_rope_is_given_up_and_all_its_money_goes_back(season: Season) -> None:
    adoption = season.paid(plot="A1-01", rope=1)
    assert season.cancel(adoption) == "cancelled"
    assert season.holder("A1-01", 1) is None
    [refund] = season.refunds(adoption)
    with unit_of_work(writes=False):
        assert (balance(f"Prepaid:{adoption.id}"), balance(f"RefundDue:{refund.id}")) == (0, -PRICE_FEN)
    assert season.cancel(adoption) == "cancelled"
    season.tick(seconds=1)
    assert season.state(adoption) == "refunded"
    assert season.cancel(adoption) == "refunded"
    assert [one.amount_fen for one in season.refunds(adoption)] == [PRICE_FEN]
    with unit_of_work(writes=False):
        told = [message.template for message in list_messages(season.person_id)]
        acts = list(db.session.scalars(select(AuditRecord.act).where(AuditRecord.subject_kind == "adoption")))
        assert balance("Gateway:sandbox") == -balance("FeeLost") < 0
    assert told == ["refunded", "refund_due", "adopted"]
    assert acts == ["adoption.cancel"]
    assert season.violations() == {}


def test_the_cut_off_day_is_included_until_midnight_on_the_island(season: Season) -> None:
    adoption, other = season.paid(), season.paid(season.person())
    season.clock.at = LAST_MOMENT
    assert clock.today() == CANCEL_UNTIL_ON
    assert season.cancel(adoption) == "cancelled"
    season.clock.advance(microseconds=1)
    with pytest.raises(NotCancellable):
        season.cancel(other)
    assert season.state(other) == "paid"
    assert season.refunds(other) == []


def test_a_double_click_gives_the_money_back_once(season: Season) -> None:
    adoption = season.paid()
    found = season.at_once([lambda: season.cancel(adoption)] * 4, threads=4)
    assert set(found) == {"cancelled"}
    assert len(season.refunds(adoption)) == 1
    season.tick(seconds=1)
    assert season.state(adoption) == "refunded"
    assert season.violations() == {}


def test_the_page_says_what_cancelling_means_and_does_it(season: Season) -> None:
    adoption = season.paid()
    client = season.signed_in()
    assert client.get(f"/orders/{adoption.code}/cancel").status_code == 200
    answer = client.post(f"/orders/{adoption.code}/cancel")
    assert answer.location == f"/orders/{adoption.code}"
    assert season.state(adoption) == "cancelled"
    assert client.get(f"/orders/{adoption.code}/cancel").location == f"/orders/{adoption.code}"
