"""Refunds: never more than was paid, once, and each end; past the window by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.ledger.queries import balance
from cofu_adopt.notify.tell import list_messages
from cofu_adopt.payments.errors import RefundTooLarge
from cofu_adopt.payments.gateway import Rejected, UnknownOutcome
from cofu_adopt.payments.models import Payment, RefundReason, SandboxCheckout, SandboxRefund, SandboxSetting
from cofu_adopt.payments.refund import approve_refund
from cofu_adopt.payments.sandbox_gateway import SandboxGateway, sandbox
from cofu_adopt.payments.sandbox_pages import tell_webhook
from tests.payments.bank import FEE_FEN
from tests.season import PRICE_FEN, Season


def refunds_end(outcome: str) -> None:
    """What the sandbox does with the next refund."""
    with unit_of_work():
        db.session.merge(SandboxSetting(name="refund_outcome", value=outcome))


def desk_says(season: Season, adoption: Adoption, state: str) -> None:
    """The desk ends a refund in the sandbox, and the gateway tells us."""
    [refund] = season.refunds(adoption)
    with unit_of_work():
        db.session.execute(update(SandboxRefund).where(SandboxRefund.ref == refund.gateway_ref).values(state=state))
    assert refund.gateway_ref is not None
    tell_webhook("refund.failed" if state == "failed" else "refund.updated", "refund", refund.gateway_ref)


def cancelled(season: Season, outcome: str = "succeeded") -> Adoption:
    """A paid order that was cancelled; the refund is sent and ends like that."""
    adoption = season.paid()
    refunds_end(outcome)
    season.cancel(adoption)
    season.tick(seconds=1)
    return season.read(adoption)


def refund_state(season: Season, adoption: Adoption) -> str:
    [refund] = season.refunds(adoption)
    return str(refund.state)


def owed(season: Season, adoption: Adoption) -> int:
    [refund] = season.refunds(adoption)
    with unit_of_work(writes=False):
        return balance(f"RefundDue:{refund.id}")


def told(season: Season) -> list[str]:
    with unit_of_work(writes=False):
        return [message.template for message in reversed(list_messages(season.person_id))]


def sent() -> int:
    with unit_of_work(writes=False):
        return db.session.scalar(select(func.count()).select_from(SandboxRefund)) or 0


def test_succeeded(season: Season) -> None:
    adoption = cancelled(season)
    assert (adoption.state, refund_state(season, adoption), owed(season, adoption)) == ("refunded", "succeeded", 0)
    assert told(season) == ["adopted", "refund_due", "refunded"]
    assert season.violations() == {}


def test_pending_then_succeeded(season: Season) -> None:
    adoption = cancelled(season, "pending")
    assert (adoption.state, refund_state(season, adoption)) == ("cancelled", "sent")
    assert owed(season, adoption) == -PRICE_FEN
    assert told(season) == ["adopted", "refund_due"]
    desk_says(season, adoption, "succeeded")
    assert (season.state(adoption), owed(season, adoption)) == ("refunded", 0)
    assert sent() == 1
    assert season.violations() == {}


def test_pending_and_its_end_is_never_told(season: Season) -> None:
    adoption = cancelled(season, "pending")
    with unit_of_work():
        db.session.execute(update(SandboxRefund).values(state="succeeded"))
    season.tick(hours=2)
    assert season.state(adoption) == "refunded"
    assert sent() == 1


def test_failed(season: Season) -> None:
    adoption = cancelled(season, "failed")
    assert (adoption.state, refund_state(season, adoption)) == ("cancelled", "failed")
    assert owed(season, adoption) == -PRICE_FEN
    assert told(season) == ["adopted", "refund_due", "refund_failed"]
    assert season.violations() == {}


def test_succeeded_and_failed_later_is_owed_again(season: Season) -> None:
    adoption = cancelled(season)
    desk_says(season, adoption, "failed")
    assert (season.state(adoption), refund_state(season, adoption)) == ("cancelled", "failed")
    assert owed(season, adoption) == -PRICE_FEN
    with unit_of_work(writes=False):
        assert balance("Gateway:sandbox") == PRICE_FEN - FEE_FEN
    assert season.violations() == {}
    desk_says(season, adoption, "failed")
    desk_says(season, adoption, "succeeded")
    assert refund_state(season, adoption) == "failed"
    assert season.violations() == {}


@pytest.mark.parametrize(("wallet", "days"), [("alipay", 90), ("wechat_pay", 180), ("card", 180)])
def test_past_the_wallets_window_it_is_owed_by_hand(season: Season, wallet: str, days: int) -> None:
    adoption = season.hold()
    season.pay(adoption, wallet=wallet)
    [payment] = season.payments(adoption)
    assert payment.refundable_until == season.clock.at + timedelta(days=days)
    season.clock.advance(days=days, microseconds=1)
    with unit_of_work():
        db.session.execute(update(Adoption).values(cancel_until_on=season.clock.at.date() + timedelta(days=2)))
    season.cancel(adoption)
    season.tick(hours=2)
    assert (season.state(adoption), refund_state(season, adoption)) == ("cancelled", "manual_due")
    assert sent() == 0
    assert owed(season, adoption) == -PRICE_FEN
    assert season.violations() == {}


def test_in_the_last_moment_of_the_window_it_still_goes_back(season: Season) -> None:
    adoption = season.paid()
    with unit_of_work():
        payment = db.session.scalars(select(Payment)).one()
        payment.refundable_until = season.clock.at
    season.cancel(adoption)
    season.tick(seconds=1)
    assert refund_state(season, adoption) == "succeeded"


@pytest.mark.parametrize(
    ("amounts", "fits"),
    [
        ((PRICE_FEN,), True),
        ((PRICE_FEN + 1,), False),
        ((1, PRICE_FEN - 1), True),
        ((1, PRICE_FEN), False),
        ((10000, 9800, 1), False),
    ],
)
def test_refunds_are_not_more_than_the_payment(season: Season, amounts: tuple[int, ...], *, fits: bool) -> None:
    adoption = season.paid()
    [payment] = season.payments(adoption)

    def approve() -> None:
        with unit_of_work():
            for amount in amounts:
                approve_refund(payment.id, amount, RefundReason.CANCELLED)

    if fits:
        approve()
    else:
        with pytest.raises(RefundTooLarge):
            approve()
    assert len(season.refunds(adoption)) == (len(amounts) if fits else 0)


def test_two_refunds_at_once_are_not_more_than_the_payment(season: Season) -> None:
    adoption = season.paid()
    [payment] = season.payments(adoption)

    def approve() -> int:
        with unit_of_work():
            return approve_refund(payment.id, 12000, RefundReason.CANCELLED).id

    found = season.at_once([approve] * 4, threads=4)
    assert sorted(type(one).__name__ for one in found) == ["RefundTooLarge"] * 3 + ["int"]


def losing(original: Callable[..., Any]) -> Callable[..., Any]:
    def refund(self: SandboxGateway, **asked: Any) -> Any:
        original(self, **asked)
        raise UnknownOutcome

    return refund


def test_a_lost_answer_is_asked_again_under_the_same_key(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(SandboxGateway, "refund", losing(SandboxGateway.refund))
        adoption = cancelled(season)
    assert (adoption.state, sent()) == ("cancelled", 1)
    assert season.violations() == {}
    season.tick(hours=1)
    assert (season.state(adoption), sent()) == ("refunded", 1)
    assert season.violations() == {}


def test_the_gateway_does_not_know_the_checkout(season: Season) -> None:
    adoption = season.paid()
    with pytest.raises(Rejected):
        sandbox().refund(key="another", checkout_ref="cs_test_unknown", amount_fen=1)
    with unit_of_work():
        db.session.execute(update(SandboxCheckout).values(state="open"))
    season.cancel(adoption)
    season.tick(seconds=1)
    [refund] = season.refunds(adoption)
    assert (refund.state, refund.last_error) == ("failed", "not paid, or more than was paid")
    assert season.state(adoption) == "cancelled"
    assert season.violations() == {}


def test_the_person_is_told_that_it_comes_another_way(season: Season) -> None:
    adoption = cancelled(season, "failed")
    page = season.signed_in().get(f"/orders/{adoption.code}").text
    assert "没能原路退回" in page
