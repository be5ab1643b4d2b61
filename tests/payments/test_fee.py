"""The gateway's fee: known at once or later, deferred with the order, lost with its money, in any order of things."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.payments.models import SandboxCheckout, SandboxRefund
from cofu_adopt.payments.rules import fee_is_lost
from cofu_adopt.payments.sandbox_pages import tell_webhook
from tests.payments.bank import DISPUTE_FEE_FEN, FEE_FEN, all_is_well, books, ends, opens, paid_by_card
from tests.season import PRICE_FEN, Season


@pytest.mark.parametrize(
    ("gone", "covered", "lost"),
    [(0, 0, False), (99, 0, False), (100, 0, True), (0, 100, True), (40, 60, True), (40, 59, False), (100, 100, True)],
)
def test_when_it_is_lost(gone: int, covered: int, *, lost: bool) -> None:
    assert fee_is_lost(paid_fen=100, gone_fen=gone, covered_fen=covered) is lost


def tell_fee() -> None:
    """The gateway knows its fee from now on."""
    with unit_of_work():
        db.session.execute(update(SandboxCheckout).values(fee_fen=FEE_FEN))


def without_fee(season: Season) -> Adoption:
    """A paid order whose fee the gateway does not say."""
    adoption = season.hold()
    season.review(adoption)
    ref = season.open_page(adoption)
    with unit_of_work():
        db.session.execute(update(SandboxCheckout).values(state="paid", wallet="card"))
    tell_webhook("checkout.session.completed", "checkout.session", ref)
    assert season.state(adoption) == "paid"
    return adoption


def test_known_at_once(season: Season) -> None:
    adoption = season.paid()
    assert books(f"FeeDeferred:{adoption.id}", "Gateway:sandbox") == [FEE_FEN, PRICE_FEN - FEE_FEN]
    all_is_well(season)


def test_known_later(season: Season) -> None:
    adoption = season.hold()
    season.pay(adoption, "later")
    season.tick(seconds=20)
    assert season.state(adoption) == "paid"
    season.tick(seconds=60)
    assert books(f"FeeDeferred:{adoption.id}", "Gateway:sandbox") == [0, PRICE_FEN]
    all_is_well(season)
    season.tick(minutes=10)
    season.tick(minutes=10)
    assert books(f"FeeDeferred:{adoption.id}", "Gateway:sandbox") == [FEE_FEN, PRICE_FEN - FEE_FEN]
    [payment] = season.payments(adoption)
    assert payment.fee_fen == FEE_FEN
    tell_webhook("checkout.session.completed", "checkout.session", payment.gateway_ref or "")
    all_is_well(season)


def test_lost_with_a_refund_and_deferred_again_when_that_fails(season: Season) -> None:
    adoption = season.paid()
    season.cancel(adoption)
    season.tick(seconds=1)
    assert books(f"FeeDeferred:{adoption.id}", "FeeLost", "Gateway:sandbox") == [0, FEE_FEN, -FEE_FEN]
    all_is_well(season)
    with unit_of_work():
        db.session.execute(update(SandboxRefund).values(state="failed"))
    tell_webhook("refund.failed", "refund", season.refunds(adoption)[0].gateway_ref or "")
    assert books(f"FeeDeferred:{adoption.id}", "FeeLost") == [FEE_FEN, 0]
    all_is_well(season)


def test_known_after_the_refund(season: Season) -> None:
    order = without_fee(season)
    season.cancel(order)
    season.tick(seconds=1)
    assert season.state(order) == "refunded"
    assert books("FeeLost", "Gateway:sandbox") == [0, 0]
    tell_fee()
    season.tick(minutes=5)
    assert books(f"FeeDeferred:{order.id}", "FeeLost", "Gateway:sandbox") == [0, FEE_FEN, -FEE_FEN]
    all_is_well(season)


@pytest.mark.parametrize("end", ["won", "lost"])
def test_known_after_a_dispute(season: Season, end: str) -> None:
    order = without_fee(season)
    ref = opens(season, order)
    ends(ref, end)
    all_is_well(season)
    tell_fee()
    season.tick(minutes=5)
    deferred, lost = (FEE_FEN, 0) if end == "won" else (0, FEE_FEN)
    kept = PRICE_FEN if end == "won" else 0
    assert books(f"FeeDeferred:{order.id}", "FeeLost", "Gateway:sandbox") == [
        deferred,
        lost,
        kept - FEE_FEN - DISPUTE_FEE_FEN,
    ]
    all_is_well(season)


def test_known_while_a_dispute_is_open_and_before_it(season: Season) -> None:
    adoption = paid_by_card(season)
    ref = opens(season, adoption)
    assert books(f"FeeDeferred:{adoption.id}", "FeeLost") == [FEE_FEN, 0]
    ends(ref, "lost")
    assert books(f"FeeDeferred:{adoption.id}", "FeeLost") == [0, FEE_FEN]
    all_is_well(season)
