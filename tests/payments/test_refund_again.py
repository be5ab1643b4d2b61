"""A refund that fails, also long after it had succeeded (case 17): owed again, retried under a new reference, once."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.ledger.queries import balance
from cofu_adopt.notify.tell import list_messages
from cofu_adopt.payments.errors import RefundMoved
from cofu_adopt.payments.models import Payment, Refund, SandboxRefund
from cofu_adopt.payments.refund_again import retry_refund, turn_by_hand
from cofu_adopt.payments.sandbox_pages import tell_webhook
from tests.payments import desk
from tests.payments.bank import FEE_FEN
from tests.season import PRICE_FEN, Season


def told(season: Season) -> list[str]:
    with unit_of_work(writes=False):
        return [message.template for message in reversed(list_messages(season.person_id))]


def fail_later(refund: Refund) -> None:
    with unit_of_work():
        db.session.execute(update(SandboxRefund).where(SandboxRefund.key == refund.key).values(state="failed"))
    assert refund.gateway_ref is not None
    tell_webhook("refund.failed", "refund", refund.gateway_ref)


def retry(refund_id: int) -> int:
    with unit_of_work():
        return retry_refund(refund_id).id


def test_it_failed_later_and_arrives_under_a_new_reference(season: Season) -> None:
    order = season.paid()
    season.cancel(order)
    season.tick(seconds=1)
    [first] = season.refunds(order)
    fail_later(first)
    assert season.state(order) == "cancelled"
    retry(first.id)
    old, new = season.refunds(order)
    assert (old.state, new.state, new.replaces_id, new.amount_fen) == ("replaced", "approved", old.id, PRICE_FEN)
    assert new.key != old.key
    assert season.violations() == {}
    season.tick(seconds=1)
    assert (season.state(order), desk.states()) == ("refunded", ["replaced", "succeeded"])
    assert told(season) == ["adopted", "refund_due", "refunded", "refund_failed", "refund_again", "refunded"]
    with unit_of_work(writes=False):
        assert (balance(f"RefundDue:{old.id}"), balance(f"RefundDue:{new.id}")) == (0, 0)
        assert balance("Gateway:sandbox") == -FEE_FEN, "the gateway keeps its fee"
    assert season.violations() == {}


def test_of_two_who_try_again_one_does(season: Season) -> None:
    order = season.paid()
    desk.refunds_end("failed")
    season.cancel(order)
    season.tick(seconds=1)
    [failed] = season.refunds(order)
    found = season.at_once([lambda: retry(failed.id)] * 3, threads=3)
    assert sorted(type(one).__name__ for one in found) == ["RefundMoved", "RefundMoved", "int"]
    assert len(season.refunds(order)) == 2
    assert season.violations() == {}


def test_past_the_window_a_retry_is_owed_by_hand_and_the_account_asked_for(season: Season) -> None:
    order = season.paid()
    desk.refunds_end("failed")
    season.cancel(order)
    season.tick(seconds=1)
    with unit_of_work():
        db.session.execute(update(Payment).values(refundable_until=Payment.opened_at))
    [failed] = season.refunds(order)
    retry(failed.id)
    season.tick(hours=2)
    assert desk.states() == ["replaced", "manual_due"]
    assert told(season)[-1] == "refund_account"
    assert season.violations() == {}


def test_a_failed_one_is_turned_into_one_by_hand(season: Season) -> None:
    order = season.paid()
    desk.refunds_end("failed")
    season.cancel(order)
    season.tick(seconds=1)
    [failed] = season.refunds(order)
    with unit_of_work():
        turn_by_hand(failed.id, "渠道说卡已销户")
    with pytest.raises(RefundMoved):
        retry(failed.id)
    assert desk.states() == ["manual_due"]
    assert told(season)[-1] == "refund_account"
    assert season.violations() == {}


def test_a_gateway_that_changes_its_word_back_pays_nobody_twice(season: Season) -> None:
    order = season.paid()
    season.cancel(order)
    season.tick(seconds=1)
    [refund] = season.refunds(order)
    fail_later(refund)
    with unit_of_work():
        db.session.execute(update(SandboxRefund).values(state="succeeded"))
    assert refund.gateway_ref is not None
    tell_webhook("refund.updated", "refund", refund.gateway_ref)
    with unit_of_work(writes=False):
        kept = db.session.scalars(select(Refund)).one()
    assert kept.state == "failed"
    assert kept.last_error is not None
    assert season.violations() == {}
