"""Money that comes late or twice: the rope if it is free, else a choice (tests/remedies), and never "paid, nothing"."""

from __future__ import annotations

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.notify.tell import list_messages
from cofu_adopt.payments import apply
from cofu_adopt.payments.gateway import Checkout, CheckoutState
from tests.season import HOLD_SECONDS, PRICE_FEN, Season


def money_comes(ref: str, *, amount_fen: int = PRICE_FEN) -> None:
    """The gateway says of a checkout, whatever it said before, that it is paid."""
    with unit_of_work():
        checkout = Checkout(ref, "", CheckoutState.PAID, amount_fen, "cny", livemode=False, url="/", wallet="alipay")
        assert apply.apply_checkout(checkout)


def told(season: Season, person_id: int | None = None) -> list[str]:
    with unit_of_work(writes=False):
        found = list_messages(person_id or season.person_id)
        return [f"{message.template} {message.params.get('reason', '')}".strip() for message in found]


def test_paid_after_the_hold_ended_and_the_rope_is_free_is_kept(season: Season) -> None:
    adoption = season.hold(plot="A1-01", rope=1)
    season.review(adoption)
    ref = season.open_page(adoption)
    season.tick(seconds=HOLD_SECONDS)
    assert season.state(adoption) == "expired"
    money_comes(ref)
    kept = season.read(adoption)
    assert (kept.state, kept.ended_at, kept.paid_at) == ("paid", None, season.clock.at)
    assert season.holder("A1-01", 1) == adoption.id
    assert told(season) == ["adopted"]
    assert season.violations() == {}


def test_paid_after_the_rope_has_gone_to_another_waits_for_a_choice(season: Season) -> None:
    adoption = season.hold(plot="A1-01", rope=1)
    season.review(adoption)
    ref = season.open_page(adoption)
    season.tick(seconds=HOLD_SECONDS)
    other = season.hold(season.person(), plot="A1-01", rope=1)
    money_comes(ref)
    assert season.state(adoption) == "owed"
    assert season.holder("A1-01", 1) == other.id
    assert told(season) == ["remedy_opened"]
    assert season.refunds(adoption) == []
    assert season.violations() == {}


def test_a_cancelled_hold_is_not_paid_against_the_adopters_will(season: Season) -> None:
    adoption = season.hold(plot="A1-01", rope=1)
    season.review(adoption)
    ref = season.open_page(adoption)
    season.cancel(adoption)
    money_comes(ref)
    assert season.state(adoption) == "cancelled"
    assert season.holder("A1-01", 1) is None
    assert told(season) == ["refund_due cancelled"]
    assert [(one.reason, one.amount_fen) for one in season.refunds(adoption)] == [("cancelled", PRICE_FEN)]
    assert season.violations() == {}


def test_a_second_payment_goes_back_and_the_order_stays_paid(season: Season) -> None:
    adoption = season.hold()
    first = season.pay(adoption, "expire")
    season.choose(season.open_page(adoption), "pay")
    money_comes(first)
    assert season.state(adoption) == "paid"
    assert [one.state for one in season.payments(adoption)] == ["succeeded", "succeeded"]
    assert [(one.reason, one.payment_id) for one in season.refunds(adoption)] == [
        ("second_payment", season.payments(adoption)[0].id)
    ]
    assert season.violations() == {}
    season.tick(seconds=1)
    assert season.state(adoption) == "paid"
    assert season.violations() == {}


def test_after_a_second_payment_cancelling_gives_back_the_one_that_paid(season: Season) -> None:
    adoption = season.hold()
    first = season.pay(adoption, "expire")
    season.choose(season.open_page(adoption), "pay")
    money_comes(first)
    assert season.cancel(adoption) == "cancelled"
    season.tick(seconds=1)
    late, paying = season.payments(adoption)
    assert [(one.payment_id, one.reason, one.state) for one in season.refunds(adoption)] == [
        (late.id, "second_payment", "failed"),
        (paying.id, "cancelled", "succeeded"),
    ]
    # The second payment's trouble is not the order's: its own money has gone back.
    assert season.state(adoption) == "refunded"
    assert season.violations() == {}


def test_a_second_payment_for_a_lost_rope_goes_back_at_once(season: Season) -> None:
    adoption = season.hold(plot="A1-01", rope=1)
    first = season.pay(adoption, "expire")
    second = season.open_page(adoption)
    season.tick(seconds=HOLD_SECONDS)
    season.hold(season.person(), plot="A1-01", rope=1)
    money_comes(first)
    money_comes(second)
    assert season.state(adoption) == "owed"
    assert [one.reason for one in season.refunds(adoption)] == ["second_payment"]
    assert season.violations() == {}
