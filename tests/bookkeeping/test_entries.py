"""Each event's entry, as MONEY.md has it; and what `flask verify` finds when somebody meddles."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import update

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core.clock import SHANGHAI
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm.models import Rope
from cofu_adopt.ledger.post import post_entry
from cofu_adopt.ledger.queries import EntryRow, list_entries
from cofu_adopt.payments.models import Payment, Refund, SandboxRefund
from cofu_adopt.payments.sandbox_pages import tell_webhook
from tests.adoptions.test_late_payment import money_comes
from tests.payments.bank import FEE_FEN
from tests.season import HOLD_SECONDS, PRICE_FEN, Season


def entries() -> dict[str, EntryRow]:
    with unit_of_work(writes=False):
        return {entry.source: entry for entry in list_entries()}


def lines() -> dict[str, tuple[tuple[str, int], ...]]:
    return {source: entry.lines for source, entry in entries().items()}


def test_captured(season: Season) -> None:
    # In UTC it is still the day before.
    season.clock.at = datetime(2026, 11, 25, 0, 30, tzinfo=SHANGHAI)
    adoption = season.paid()
    [(source, entry), (fee_source, fee)] = entries().items()
    [payment] = season.payments(adoption)
    assert fee_source == f"payment:{payment.id}:fee"
    assert fee.lines == ((f"FeeDeferred:{adoption.id}", FEE_FEN), ("Gateway:sandbox", -FEE_FEN))
    assert source == f"payment:{payment.id}:captured"
    assert entry.lines == (("Gateway:sandbox", PRICE_FEN), (f"Prepaid:{adoption.id}", -PRICE_FEN))
    assert (entry.currency, entry.effective_on) == ("cny", date(2026, 11, 25))


def test_a_hold_that_is_not_paid_books_nothing(season: Season) -> None:
    season.hold()
    season.cancel(season.hold())
    season.tick(seconds=HOLD_SECONDS)
    assert entries() == {}
    assert season.violations() == {}


def test_cancelled_refunded_and_failed_later(season: Season) -> None:
    adoption = season.paid()
    season.cancel(adoption)
    [refund] = season.refunds(adoption)
    due, done = f"refund:{refund.id}:due", f"refund:{refund.id}:succeeded"
    assert lines()[due] == ((f"Prepaid:{adoption.id}", PRICE_FEN), (f"RefundDue:{refund.id}", -PRICE_FEN))
    season.tick(seconds=1)
    assert lines()[done] == ((f"RefundDue:{refund.id}", PRICE_FEN), ("Gateway:sandbox", -PRICE_FEN))
    [sent] = season.refunds(adoption)
    assert sent.gateway_ref is not None
    with unit_of_work():
        db.session.execute(update(SandboxRefund).values(state="failed"))
    tell_webhook("refund.failed", "refund", sent.gateway_ref)
    failed = entries()[f"refund:{refund.id}:failed"]
    assert failed.lines == ((f"RefundDue:{refund.id}", -PRICE_FEN), ("Gateway:sandbox", PRICE_FEN))
    assert failed.reverses_id == entries()[done].id
    [payment] = season.payments(adoption)
    lost = lines()[f"payment:{payment.id}:fee:1"]
    assert lost == ((f"FeeDeferred:{adoption.id}", -FEE_FEN), ("FeeLost", FEE_FEN))
    assert lines()[f"payment:{payment.id}:fee:2"] == tuple((code, -fen) for code, fen in lost)
    assert season.violations() == {}


def test_paid_too_late(season: Season) -> None:
    adoption = season.hold(plot="A1-01", rope=1)
    season.review(adoption)
    ref = season.open_page(adoption)
    season.tick(seconds=HOLD_SECONDS)
    season.hold(season.person(), plot="A1-01", rope=1)
    money_comes(ref)
    [payment] = season.payments(adoption)
    captured = {
        f"payment:{payment.id}:captured": (("Gateway:sandbox", PRICE_FEN), (f"Prepaid:{adoption.id}", -PRICE_FEN)),
    }
    # It stays with the order until its adopter, or the clock, has chosen.
    assert lines() == captured
    season.tick(hours=24)
    [refund] = season.refunds(adoption)
    due = lines()[f"refund:{refund.id}:due"]
    assert due == ((f"Prepaid:{adoption.id}", PRICE_FEN), (f"RefundDue:{refund.id}", -PRICE_FEN))
    assert season.violations() == {}


def test_a_second_payment_is_booked_too_then_owed_back(season: Season) -> None:
    adoption = season.hold()
    first = season.pay(adoption, "expire")
    season.choose(season.open_page(adoption), "pay")
    money_comes(first)
    late, paying = season.payments(adoption)
    [refund] = season.refunds(adoption)
    assert list(lines()) == [
        f"payment:{paying.id}:captured",
        f"payment:{paying.id}:fee",
        f"payment:{late.id}:captured",
        f"refund:{refund.id}:due",
    ]
    assert lines()[f"refund:{refund.id}:due"][0] == (f"Prepaid:{adoption.id}", PRICE_FEN)
    assert season.violations() == {}


def test_verify_finds_what_somebody_changed_behind_our_back(season: Season) -> None:
    adoption = season.paid(plot="A1-01", rope=1)
    assert season.violations() == {}

    def spoil(statement: object) -> set[str]:
        with unit_of_work():
            db.session.execute(statement)  # type: ignore[call-overload]
        return set(season.violations())

    free = update(Rope).where(Rope.plot_id == season.plots["A1-01"], Rope.number == 1)
    assert spoil(free.values(live_adoption_id=None)) == {
        "adoptions: a rope has at most one live adoption a season, and both name each other"
    }
    with unit_of_work():
        db.session.execute(free.values(live_adoption_id=adoption.id))
    assert "adoptions: every hold has its end on the clock's list" in spoil(update(Adoption).values(state="held"))
    assert "adoptions: a paid order has its money in the books, an unpaid one has none" in spoil(
        update(Adoption).values(state="held")
    )
    with unit_of_work():
        db.session.execute(update(Adoption).values(state="paid"))
    assert spoil(update(Payment).values(state="closed")) == {
        "payments: every succeeded payment is in the books, and nothing else is"
    }


@pytest.mark.parametrize(
    ("state", "check"),
    [
        ("sent", "payments: what is owed back stands in RefundDue until it has gone back"),
        ("failed", "adoptions: an order says that its money has gone back when all of it has, and only then"),
    ],
)
def test_verify_finds_a_refund_that_is_not_what_the_books_say(season: Season, state: str, check: str) -> None:
    adoption = season.paid()
    season.cancel(adoption)
    season.tick(seconds=1)
    assert season.violations() == {}
    with unit_of_work():
        db.session.execute(update(Refund).values(state=state))
    assert check in season.violations()


def test_verify_finds_more_given_back_than_paid_and_money_that_nobody_paid(season: Season) -> None:
    season.cancel(season.paid())
    with unit_of_work():
        db.session.execute(update(Refund).values(amount_fen=PRICE_FEN + 1))
        post_entry("x", [("Gateway:sandbox", 5), ("Prepaid:99", -5)], memo="", currency="cny")
    found = season.violations()
    assert "payments: the refunds of a payment are not more than it" in found
    assert "payments: every succeeded payment is in the books, and nothing else is" in found
