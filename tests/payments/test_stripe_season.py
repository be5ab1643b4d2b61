"""Stripe from the rope to the books, through the real webhook, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.ledger.models import JournalEntry
from cofu_adopt.payments.errors import GatewayTrouble
from tests.season import HOLD_SECONDS, NOON
from tests.stripe_fake import StripeSeason

SESSIONS = "/v1/checkout/sessions"


def entries() -> list[str]:
    with unit_of_work(writes=False):
        without_fees = select(JournalEntry.source).where(~JournalEntry.source.contains(":fee"))
        return list(db.session.scalars(without_fees.order_by(JournalEntry.id)))


def states(season: StripeSeason, adoption: Adoption) -> tuple[str, list[str]]:
    return season.state(adoption), [str(one.state) for one in season.payments(adoption)]


def test_paid_cancelled_and_given_back(stripe_season: StripeSeason) -> None:
    adoption = stripe_season.hold()
    ref = stripe_season.pay(adoption, "thrice", "alipay")
    [payment] = stripe_season.payments(adoption)
    assert states(stripe_season, adoption) == ("paid", ["succeeded"])
    assert (payment.provider, payment.livemode, payment.wallet) == ("stripe", False, "alipay")
    assert payment.payment_ref == stripe_season.fake.get(ref, "checkout.session")["payment_intent"]
    stripe_season.cancel(adoption)
    stripe_season.tick(seconds=1)
    stripe_season.deliver(times=2, thin=True)
    assert stripe_season.state(adoption) == "refunded"
    assert [one["amount"] for one in stripe_season.fake.all_of("refund")] == [19800]
    assert entries() == ["payment:1:captured", "refund:1:due", "refund:1:succeeded"]
    assert stripe_season.violations() == {}


def test_the_stored_expiry_is_the_one_that_is_sent_and_the_holds_end_closes_the_page(
    stripe_season: StripeSeason,
) -> None:
    adoption = stripe_season.hold(plot="A1-01", rope=1)
    stripe_season.review(adoption)
    ref = stripe_season.open_page(adoption)
    [payment] = stripe_season.payments(adoption)
    assert payment.expires_at == NOON + timedelta(minutes=41)
    assert stripe_season.fake.get(ref, "checkout.session")["expires_at"] == payment.expires_at.timestamp()
    stripe_season.tick(seconds=HOLD_SECONDS)
    assert stripe_season.fake.get(ref, "checkout.session")["status"] == "expired"
    stripe_season.deliver()
    assert states(stripe_season, adoption) == ("expired", ["closed"])
    assert stripe_season.holder("A1-01", 1) is None


def test_a_key_that_stripe_refuses_loses_no_order(stripe_season: StripeSeason) -> None:
    adoption = stripe_season.hold(plot="A1-01", rope=1)
    stripe_season.review(adoption)
    stripe_season.fake.break_next("401", ".*", times=2)
    for _ in range(2):
        with pytest.raises(GatewayTrouble):
            stripe_season.open_page(adoption)
    assert states(stripe_season, adoption) == ("held", ["opening"])
    stripe_season.choose(stripe_season.open_page(adoption), "pay")
    assert states(stripe_season, adoption) == ("paid", ["succeeded"])


def test_money_that_fails_after_the_page_frees_the_rope_for_a_new_try(stripe_season: StripeSeason) -> None:
    adoption = stripe_season.hold()
    ref = stripe_season.pay(adoption, "later", "alipay")
    assert states(stripe_season, adoption) == ("held", ["pending"])
    stripe_season.fake.fail(ref)
    stripe_season.deliver()
    assert states(stripe_season, adoption) == ("held", ["closed"])
    stripe_season.choose(stripe_season.open_page(adoption), "pay")
    assert states(stripe_season, adoption) == ("paid", ["closed", "succeeded"])
    assert stripe_season.violations() == {}


def test_what_stripe_refuses_is_said_as_it_is_and_another_try_is_another_payment(stripe_season: StripeSeason) -> None:
    adoption = stripe_season.hold(plot="A1-01", rope=1)
    stripe_season.review(adoption)
    stripe_season.fake.break_next("400", SESSIONS)
    said = stripe_season.signed_in().post(f"/orders/{adoption.code}/pay", follow_redirects=True).text
    assert "支付渠道不收这一笔，没有扣款，绳还给您留着" in said
    assert "没有回应" not in said
    assert states(stripe_season, adoption) == ("held", ["closed"])
    stripe_season.choose(stripe_season.open_page(adoption), "pay")
    assert states(stripe_season, adoption) == ("paid", ["closed", "succeeded"])
