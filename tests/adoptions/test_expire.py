"""A hold ends by its due row. Only the gateway ends a payment: while it may still come, the rope stays."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cofu_adopt.adoptions.errors import HoldExpired
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import DueRow
from cofu_adopt.payments import sandbox_gateway
from cofu_adopt.payments.errors import GatewayTrouble, PaymentUnderWay
from cofu_adopt.payments.gateway import Retryable, UnknownOutcome
from cofu_adopt.payments.sandbox_gateway import SandboxGateway
from cofu_adopt.payments.sandbox_pages import tell_webhook
from tests.season import GRACE_SECONDS, HOLD_SECONDS, Season


def due_kinds() -> list[str]:
    with unit_of_work(writes=False):
        return sorted(db.session.scalars(select(DueRow.kind)))


def test_a_hold_ends_on_time_and_frees_its_rope(season: Season) -> None:
    adoption = season.hold(plot="A1-01", rope=1)
    season.tick(seconds=HOLD_SECONDS - 1)
    assert season.state(adoption) == "held"
    season.tick(seconds=1)
    assert season.state(adoption) == "expired"
    assert season.read(adoption).ended_at == season.clock.at
    assert season.holder("A1-01", 1) is None
    assert due_kinds() == []
    season.hold(season.person(), plot="A1-01", rope=1)
    assert season.violations() == {}


def test_an_ended_hold_can_neither_be_reviewed_nor_paid(season: Season) -> None:
    adoption = season.hold()
    season.review(adoption)
    season.clock.advance(seconds=HOLD_SECONDS)
    with pytest.raises(HoldExpired):
        season.review(adoption)
    with pytest.raises(HoldExpired):
        season.open_page(adoption)


def test_an_open_page_is_made_unpayable_before_the_rope_is_freed(season: Season) -> None:
    adoption = season.hold()
    season.review(adoption)
    ref = season.open_page(adoption)
    season.tick(seconds=HOLD_SECONDS)
    assert season.state(adoption) == "expired"
    assert [one.state for one in season.payments(adoption)] == ["closed"]
    season.choose(ref, "pay")
    assert season.state(adoption) == "expired"


def test_a_pending_payment_keeps_the_rope_until_the_gateway_has_decided(season: Season) -> None:
    adoption = season.hold()
    season.pay(adoption, "later")
    kept = season.read(adoption).held_until
    assert (kept - adoption.created_at).total_seconds() == HOLD_SECONDS + GRACE_SECONDS
    with pytest.raises(PaymentUnderWay):
        season.open_page(adoption)
    season.tick(seconds=60)
    assert season.state(adoption) == "paid"
    assert season.violations() == {}


def stay_pending(ref: str) -> None:
    """The gateway never confirms by itself."""
    with unit_of_work():
        for row in db.session.scalars(select(DueRow).where(DueRow.subject == ref)):
            db.session.delete(row)


def decide(ref: str, state: str) -> None:

    with unit_of_work():
        assert sandbox_gateway.move(ref, ("pending",), state)


def test_a_payment_that_stays_pending_keeps_the_rope_beyond_all_time(season: Season) -> None:
    adoption = season.hold()
    ref = season.pay(adoption, "later")
    stay_pending(ref)
    for _ in range(6):
        season.tick(hours=1)
    assert season.state(adoption) == "held"
    # "You have not paid" would be a lie now.
    with pytest.raises(PaymentUnderWay):
        season.open_page(adoption)
    client = season.signed_in()
    assert client.get(f"/orders/{adoption.code}/review").status_code == 302
    decide(ref, "paid")
    season.tick(hours=1)
    assert season.state(adoption) == "paid"
    assert season.violations() == {}


def test_the_rope_is_freed_at_once_when_a_payment_that_outlived_the_hold_fails(season: Season) -> None:

    adoption = season.hold()
    ref = season.pay(adoption, "later")
    stay_pending(ref)
    for _ in range(6):
        season.tick(hours=1)
    decide(ref, "expired")
    tell_webhook("checkout.session.async_payment_failed", "checkout.session", ref)
    season.tick(seconds=1)
    assert season.state(adoption) == "expired"
    assert season.violations() == {}


def test_paying_again_and_again_does_not_keep_the_rope_for_ever(season: Season) -> None:

    adoption = season.hold()
    longest = HOLD_SECONDS + GRACE_SECONDS
    for _ in range(3):
        ref = season.pay(adoption, "later")
        stay_pending(ref)
        decide(ref, "expired")
        tell_webhook("checkout.session.async_payment_failed", "checkout.session", ref)
        season.tick(seconds=longest // 3 - 10)
        assert (season.read(adoption).held_until - adoption.created_at).total_seconds() == longest
    season.tick(seconds=60)
    assert season.state(adoption) == "expired"


@pytest.mark.parametrize("trouble", [Retryable, UnknownOutcome])
def test_while_the_gateway_is_in_trouble_the_rope_is_not_freed(
    season: Season, monkeypatch: pytest.MonkeyPatch, trouble: type[Exception]
) -> None:
    adoption = season.hold(plot="A1-01", rope=1)
    season.review(adoption)
    ref = season.open_page(adoption)

    def fail(*_: object, **__: object) -> None:
        raise trouble

    with monkeypatch.context() as patch:
        patch.setattr(SandboxGateway, "close", fail)
        season.tick(seconds=HOLD_SECONDS)
        assert season.state(adoption) == "held"
        assert season.holder("A1-01", 1) == adoption.id
        with pytest.raises(GatewayTrouble):
            season.cancel(adoption)
        assert season.state(adoption) == "held"
    # The payer pays in that time without a notification; the next try finds it.
    with unit_of_work():
        sandbox_gateway.move(ref, ("open",), "paid", wallet="alipay")
    season.tick(hours=1)
    assert season.state(adoption) == "paid"
    assert season.violations() == {}
