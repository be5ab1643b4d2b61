"""The order's state machine, every pair."""

from __future__ import annotations

from itertools import product

import pytest

from cofu_adopt.adoptions.models import LIVE_STATES, AdoptionState
from cofu_adopt.adoptions.rules import OnPayment, WrongStep, is_live, on_payment, step

S = AdoptionState
STEPS = {
    (S.HELD, S.PAID),
    (S.HELD, S.EXPIRED),
    (S.HELD, S.CANCELLED),
    (S.PAID, S.HARVESTED),
    (S.PAID, S.CANCELLED),
    (S.PAID, S.LOST),
    (S.PAID, S.HELD),
    (S.HARVESTED, S.DELIVERED),
    (S.HARVESTED, S.LOST),
    (S.EXPIRED, S.PAID),
    (S.EXPIRED, S.CANCELLED),
    (S.CANCELLED, S.REFUNDED),
    (S.LOST, S.REFUNDED),
    (S.REFUNDED, S.CANCELLED),
}


@pytest.mark.parametrize(("now", "to"), list(product(S, S)))
def test_every_pair_is_a_step_or_is_refused(now: AdoptionState, to: AdoptionState) -> None:
    if (now, to) in STEPS:
        assert step(now, to) is to
    else:
        with pytest.raises(WrongStep):
            step(now, to)


@pytest.mark.parametrize(
    ("now", "was_paid", "meaning"),
    [
        (S.HELD, False, OnPayment.CONFIRM),
        (S.EXPIRED, False, OnPayment.TRY_AGAIN),
        (S.CANCELLED, False, OnPayment.GIVE_BACK),
        (S.CANCELLED, True, OnPayment.SECOND),
        (S.PAID, True, OnPayment.SECOND),
        (S.HARVESTED, True, OnPayment.SECOND),
        (S.DELIVERED, True, OnPayment.SECOND),
        (S.LOST, True, OnPayment.SECOND),
        (S.REFUNDED, True, OnPayment.SECOND),
    ],
)
def test_what_a_payment_means(now: AdoptionState, meaning: OnPayment, *, was_paid: bool) -> None:
    assert on_payment(now, was_paid=was_paid) is meaning


def test_what_keeps_a_rope() -> None:
    assert {state for state in S if is_live(state)} == set(LIVE_STATES)
    assert set(S) - set(LIVE_STATES) == {S.EXPIRED, S.CANCELLED, S.REFUNDED}
