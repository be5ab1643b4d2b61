"""A dispute and a refund of one payment, in any order: the money never goes back twice by our doing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.payments.models import SandboxRefund, SandboxSetting
from cofu_adopt.payments.sandbox_gateway import SandboxGateway
from cofu_adopt.payments.sandbox_pages import tell_webhook
from tests.payments.bank import FEE_FEN, all_is_well, books, ends, opens, paid_by_card
from tests.season import PRICE_FEN, Season


def refunds_end(outcome: str) -> None:
    with unit_of_work():
        db.session.merge(SandboxSetting(name="refund_outcome", value=outcome))


def test_an_approved_refund_waits_for_the_bank_and_goes_when_we_win(season: Season) -> None:
    adoption = paid_by_card(season)
    season.cancel(adoption)
    ref = opens(season, adoption)
    season.tick(hours=2)
    assert sent() == 0
    assert season.refunds(adoption)[0].state == "approved"
    all_is_well(season)
    ends(ref, "won")
    season.tick(hours=2)
    assert (season.state(adoption), sent()) == ("refunded", 1)
    all_is_well(season)


def test_an_approved_refund_is_overtaken_when_we_lose(season: Season) -> None:
    adoption = paid_by_card(season)
    season.cancel(adoption)
    ends(opens(season, adoption), "lost")
    season.tick(hours=2)
    [refund] = season.refunds(adoption)
    assert (refund.state, season.state(adoption), sent()) == ("by_dispute", "refunded", 0)
    assert books(f"RefundDue:{refund.id}", "ChargebackLoss", "FeeLost") == [0, 0, FEE_FEN]
    all_is_well(season)


def test_a_refund_that_had_succeeded_before_a_lost_dispute_is_a_loss(season: Season) -> None:
    adoption = paid_by_card(season)
    season.cancel(adoption)
    season.tick(seconds=1)
    ref = opens(season, adoption)
    all_is_well(season)
    ends(ref, "lost")
    assert season.state(adoption) == "refunded"
    assert books("ChargebackLoss", "FeeLost") == [PRICE_FEN, FEE_FEN]
    all_is_well(season)


def test_a_sent_refund_that_fails_after_a_lost_dispute_is_not_sent_again(season: Season) -> None:
    adoption = paid_by_card(season)
    refunds_end("pending")
    season.cancel(adoption)
    season.tick(seconds=1)
    ends(opens(season, adoption), "lost")
    [refund] = season.refunds(adoption)
    assert refund.state == "sent"
    assert books("ChargebackLoss") == [PRICE_FEN]
    all_is_well(season)
    gateway_ends_refund("failed", refund.gateway_ref)
    assert season.refunds(adoption)[0].state == "by_dispute"
    assert books("ChargebackLoss", f"RefundDue:{refund.id}") == [0, 0]
    all_is_well(season)


def test_a_refund_taken_for_overtaken_had_gone_back_after_all(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer to the refund's call was lost, then the dispute came and was lost: the payer has both."""
    adoption = paid_by_card(season)
    season.cancel(adoption)
    whole, given = SandboxGateway.refund, []

    def lose(self: SandboxGateway, *, key: str, checkout_ref: str, amount_fen: int) -> None:
        given.append(whole(self, key=key, checkout_ref=checkout_ref, amount_fen=amount_fen).ref)
        raise TimeoutError

    monkeypatch.setattr(SandboxGateway, "refund", lose)
    season.tick(seconds=1)
    ends(opens(season, adoption), "lost")
    assert season.refunds(adoption)[0].state == "by_dispute"
    tell_webhook("refund.updated", "refund", given[0])
    assert season.refunds(adoption)[0].state == "succeeded"
    assert books("ChargebackLoss") == [PRICE_FEN]
    all_is_well(season)


def gateway_ends_refund(state: str, ref: str | None) -> None:
    with unit_of_work():
        db.session.execute(update(SandboxRefund).values(state=state))
    tell_webhook("refund.updated", "refund", ref or "")


def sent() -> int:
    with unit_of_work(writes=False):
        return db.session.scalar(select(func.count()).select_from(SandboxRefund)) or 0
