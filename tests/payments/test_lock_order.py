"""Who locks what first: order, then books. Two that meet wait for one another in turn only if somebody breaks it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from cofu_adopt import wiring
from cofu_adopt.adoptions import cancel, pay
from cofu_adopt.adoptions import queries as adoption_queries
from cofu_adopt.adoptions.review import find_held
from cofu_adopt.events import PaymentSucceeded
from cofu_adopt.payments import rules
from cofu_adopt.payments.sandbox_pages import tell_webhook
from tests.adoptions.test_late_payment import money_comes
from tests.payments.bank import ends, opens
from tests.season import Season


def meet(together: Barrier) -> None:
    """Wait for the other one for a moment: with a sound order it cannot come, as it waits for a lock of ours."""
    try:
        together.wait(timeout=0.5)
    except BrokenBarrierError:
        return


def test_going_to_pay_again_while_the_notification_comes(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paying locks the order; the notification locks the payment, then the order."""
    adoption = season.hold()
    ref = season.pay(adoption, "lost")
    together = Barrier(2)
    original, next_state = find_held, rules.next_state

    def found(code: str, person_id: int) -> object:
        adoption = original(code, person_id)
        meet(together)
        return adoption

    def decided(*words: Any) -> object:
        meet(together)
        return next_state(*words)

    monkeypatch.setattr(pay, "find_held", found)
    monkeypatch.setattr(rules, "next_state", decided)
    works: list[Callable[[], object]] = [
        lambda: season.open_page(adoption),
        lambda: tell_webhook("checkout.session.completed", "checkout.session", ref),
    ]
    opened, told = season.at_once(works, threads=2)
    assert told == 200
    assert opened == ref or getattr(opened, "code", "") == "already_paid"
    assert season.state(adoption) == "paid"
    assert season.violations() == {}


def test_cancelling_while_a_second_payment_comes(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancelling locks the order and posts to its Prepaid; so does a payment, and in the same order."""
    adoption = season.hold()
    first = season.pay(adoption, "expire")
    season.choose(season.open_page(adoption), "pay")
    together = Barrier(2)
    find_own = adoption_queries.find_own

    def found(code: str, person_id: int, *, lock: bool = False) -> object:
        adoption = find_own(code, person_id, lock=lock)
        if lock:
            meet(together)
        return adoption

    def booked(_event: object) -> None:
        meet(together)

    monkeypatch.setattr(cancel, "find_own", found)
    lock, book, adopt = wiring.TABLE[PaymentSucceeded]
    season.app.extensions["bus"] = {**wiring.TABLE, PaymentSucceeded: (lock, book, booked, adopt)}
    works: list[Callable[[], object]] = [lambda: season.cancel(adoption), lambda: money_comes(first)]
    assert season.at_once(works, threads=2) == ["cancelled", None]
    season.app.extensions["bus"] = wiring.TABLE
    assert sorted(one.reason for one in season.refunds(adoption)) == ["cancelled", "second_payment"]
    assert season.violations() == {}


def test_cancelling_while_the_bank_decides(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lost dispute locks the payment, then the order; cancelling does as well."""
    adoption = season.hold()
    season.pay(adoption, wallet="card")
    ref = opens(season, adoption)
    together = Barrier(2)
    original, next_step = adoption_queries.find_own, rules.next_dispute_step

    def found(*words: Any, **named: Any) -> object:
        if named.get("lock"):
            meet(together)
        return original(*words, **named)

    def decided(*words: Any) -> object:
        meet(together)
        return next_step(*words)

    monkeypatch.setattr(cancel, "find_own", found)
    monkeypatch.setattr(rules, "next_dispute_step", decided)
    works: list[Callable[[], object]] = [lambda: season.cancel(adoption), lambda: ends(ref, "lost")]
    outcome, told = season.at_once(works, threads=2)
    assert told is None
    assert outcome == "cancelled" or getattr(outcome, "code", "") == "payment_disputed"
    assert season.state(adoption) == "cancelled"
    assert season.violations() == {}
