"""The gateway in trouble: what is not known is not claimed, and the same key is sent again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.payments.errors import GatewayTrouble, PaymentRefused
from cofu_adopt.payments.gateway import Checkout, CheckoutRequest, Rejected, Retryable, UnknownOutcome
from cofu_adopt.payments.models import Payment, SandboxCheckout
from cofu_adopt.payments.sandbox_gateway import SandboxGateway
from tests.season import HOLD_SECONDS, Season

ORIGINAL = SandboxGateway.create_checkout


def failing(error: type[Exception], *, after: bool = False) -> Callable[..., Checkout]:
    """The call fails before the gateway has done anything, or after it: the answer is lost."""

    def create(self: SandboxGateway, request: CheckoutRequest) -> Checkout:
        if after:
            ORIGINAL(self, request)
        raise error

    return create


def checkouts() -> list[Any]:
    with unit_of_work(writes=False):
        return list(db.session.scalars(select(SandboxCheckout)))


@pytest.mark.parametrize("after", [True, False])
def test_an_unknown_outcome_is_sent_again_under_the_same_key(
    season: Season, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    adoption = season.hold()
    season.review(adoption)
    with monkeypatch.context() as patch:
        patch.setattr(SandboxGateway, "create_checkout", failing(UnknownOutcome, after=after))
        with pytest.raises(GatewayTrouble):
            season.open_page(adoption)
    assert [one.state for one in season.payments(adoption)] == ["opening"]
    season.choose(season.open_page(adoption), "pay")
    assert season.state(adoption) == "paid"
    assert len(season.payments(adoption)) == len(checkouts()) == 1


@pytest.mark.parametrize("after", [True, False])
def test_an_unknown_outcome_is_settled_when_the_hold_ends(
    season: Season, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    adoption = season.hold()
    season.review(adoption)
    with monkeypatch.context() as patch:
        patch.setattr(SandboxGateway, "create_checkout", failing(UnknownOutcome, after=after))
        with pytest.raises(GatewayTrouble):
            season.open_page(adoption)
    season.tick(seconds=HOLD_SECONDS)
    assert season.state(adoption) == "expired"
    assert [one.state for one in season.payments(adoption)] == ["closed"]
    assert [one.state for one in checkouts()] == ["expired"]


def test_what_the_gateway_refused_is_closed_and_a_new_try_has_a_new_key(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    adoption = season.hold()
    season.review(adoption)
    with monkeypatch.context() as patch:
        patch.setattr(SandboxGateway, "create_checkout", failing(Rejected))
        with pytest.raises(PaymentRefused):
            season.open_page(adoption)
    season.choose(season.open_page(adoption), "pay")
    first, second = season.payments(adoption)
    assert (first.state, second.state) == ("closed", "succeeded")
    assert first.key != second.key


def test_a_rope_is_not_kept_for_ever_for_what_the_gateway_refuses(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first call was lost on its way; when it is sent again at the end, its time is over and it is refused.
    adoption = season.hold()
    season.review(adoption)
    monkeypatch.setattr(SandboxGateway, "create_checkout", failing(Retryable))
    with pytest.raises(GatewayTrouble):
        season.open_page(adoption)
    monkeypatch.setattr(SandboxGateway, "create_checkout", failing(Rejected))
    season.tick(seconds=HOLD_SECONDS)
    assert season.state(adoption) == "expired"
    assert season.violations() == {}


def test_the_person_is_told_and_comes_back_to_her_order(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    adoption = season.hold()
    season.review(adoption)
    monkeypatch.setattr(SandboxGateway, "create_checkout", failing(UnknownOutcome))
    answer = season.signed_in().post(f"/orders/{adoption.code}/pay")
    assert answer.location == f"/orders/{adoption.code}"


def test_a_gateway_that_cannot_be_asked_on_the_way_back_is_no_error(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    adoption = season.hold()
    season.pay(adoption, "lost")

    def fail(*_: object) -> None:
        raise UnknownOutcome

    with monkeypatch.context() as patch:
        patch.setattr(SandboxGateway, "fetch", fail)
        assert season.signed_in().get(f"/orders/{adoption.code}/return").status_code == 302
    season.tick(seconds=HOLD_SECONDS)
    assert season.state(adoption) == "paid"


def test_an_open_payment_without_an_address_is_asked_for_again(season: Season) -> None:
    adoption = season.hold()
    season.review(adoption)
    ref = season.open_page(adoption)
    with unit_of_work():
        db.session.execute(update(Payment).where(Payment.order_id == adoption.id).values(url=None))
    assert season.open_page(adoption) == ref
    assert len(checkouts()) == 1
