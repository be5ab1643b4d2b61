"""Money that is not what was asked for: nothing is fulfilled, nothing is forgotten, a person must look."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.ledger.models import JournalEntry
from cofu_adopt.payments.errors import PaymentUnderWay
from cofu_adopt.payments.models import SandboxCheckout
from tests.season import HOLD_SECONDS, Season

CHECK = "payments: the money of each payment in review has been looked at by a person"


def pay_otherwise(season: Season, **difference: Any) -> Adoption:
    """Pay on a page whose amount or currency is not ours."""
    adoption = season.hold(plot="A1-01", rope=1)
    season.review(adoption)
    ref = season.open_page(adoption)
    with unit_of_work():
        db.session.execute(update(SandboxCheckout).where(SandboxCheckout.ref == ref).values(**difference))
    season.choose(ref, "pay")
    return adoption


@pytest.mark.parametrize(
    ("difference", "reason"),
    [
        ({"amount_fen": 19799}, "19799 fen, not 19800"),
        ({"amount_fen": 1980000}, "1980000 fen, not 19800"),
        ({"currency": "usd"}, "currency usd, not cny"),
    ],
)
def test_another_amount_or_currency_goes_to_review(season: Season, difference: dict[str, Any], reason: str) -> None:
    adoption = pay_otherwise(season, **difference)
    assert season.state(adoption) == "held"
    [payment] = season.payments(adoption)
    assert (payment.state, payment.review_reason) == ("review", reason)
    with unit_of_work(writes=False):
        assert db.session.scalars(select(JournalEntry)).all() == []
    assert season.violations() == {CHECK: [f"payment {payment.id} of order {adoption.id}: {reason}"]}


def test_the_rope_and_the_money_are_not_forgotten_when_the_hold_ends(season: Season) -> None:
    adoption = pay_otherwise(season, amount_fen=100)
    for _ in range(5):
        season.tick(days=1)
    assert season.state(adoption) == "held"
    assert season.holder("A1-01", 1) == adoption.id
    with pytest.raises(PaymentUnderWay):
        season.cancel(adoption)
    with pytest.raises(PaymentUnderWay):
        season.open_page(adoption)


def test_the_person_sees_that_the_result_is_awaited_and_not_that_she_has_not_paid(season: Season) -> None:
    adoption = pay_otherwise(season, amount_fen=100)
    client = season.signed_in()
    for seconds in (0, HOLD_SECONDS):
        season.clock.advance(seconds=seconds)
        page = client.get(f"/orders/{adoption.code}").text
        assert "还没收到支付结果，先别重付" in page
        assert "您没有付款" not in page
        answer = client.post(f"/orders/{adoption.code}/pay")
        assert answer.location == f"/orders/{adoption.code}"


def test_a_person_ends_the_review_on_record_and_the_rope_is_free(season: Season) -> None:
    adoption = pay_otherwise(season, amount_fen=100)
    [payment] = season.payments(adoption)
    runner = season.app.test_cli_runner()
    assert "1 in review" in runner.invoke(args=["payments", "reviews"]).output
    season.tick(days=1)
    ended = runner.invoke(args=["payments", "end-review", str(payment.id), "--note", "given back on the desk"])
    assert ended.exit_code == 0
    again = runner.invoke(args=["payments", "end-review", str(payment.id), "--note", "given back on the desk"])
    assert again.exit_code == 1
    season.tick(seconds=1)
    assert season.state(adoption) == "expired"
    assert season.holder("A1-01", 1) is None
    with unit_of_work(writes=False):
        [record] = db.session.scalars(select(AuditRecord).where(AuditRecord.act == "payment.end_review"))
    assert record.after == {"state": "closed", "note": "given back on the desk"}
    assert season.violations() == {}


def test_after_the_review_the_order_may_be_paid_again_in_its_time(season: Season) -> None:
    adoption = pay_otherwise(season, amount_fen=100)
    [payment] = season.payments(adoption)
    args = ["payments", "end-review", str(payment.id), "--note", "given back"]
    assert season.app.test_cli_runner().invoke(args=args).exit_code == 0
    season.choose(season.open_page(adoption), "pay")
    assert season.state(adoption) == "paid"
    assert season.violations() == {}
