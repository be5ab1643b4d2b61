"""A gateway that hangs, closes, stammers or fails, before it acts or after it, at each call of an order's life."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import product

import pytest

from cofu_adopt.core import clock
from tests.payments.cases import acts
from tests.season import HOLD_SECONDS, PRICE_FEN
from tests.stripe_fake import StripeSeason
from tests.stripe_fake.faults import Kind

ONE = "/v1/checkout/sessions/[^/]+"
CALLS = {
    "open": ("POST", acts.SESSIONS),
    "fetch": ("GET", ONE),
    "look for refunds": ("GET", acts.REFUNDS),
    "refund": ("POST", acts.REFUNDS),
}
KINDS: tuple[Kind, ...] = ("timeout", "closed", "garbage", "500", "503", "429")
STUCK = ("open", "500", False)
"""A stored 500 is said again for a day, longer than any hold: case 24 has its test."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong at which call."""

    call: str
    kind: Kind
    after: bool


ALL = [Trouble(*one) for one in product(CALLS, KINDS, (False, True)) if one != STUCK and one[1:] != ("429", True)]
TELLING = [
    Trouble("open", "garbage", after=True),
    Trouble("fetch", "timeout", after=False),
    Trouble("look for refunds", "503", after=False),
    Trouble("refund", "500", after=False),
    Trouble("refund", "500", after=True),
]


def trouble_id(trouble: Trouble) -> str:
    """Its name in the list of tests."""
    return f"{trouble.call} {trouble.kind} {'after' if trouble.after else 'before'}"


@pytest.mark.parametrize("trouble", ALL if os.environ.get("COFU_TEST_FULL") else TELLING, ids=trouble_id)
def test_whatever_fails_an_order_is_charged_once_and_given_back_once(
    stripe_season: StripeSeason, monkeypatch: pytest.MonkeyPatch, trouble: Trouble
) -> None:
    monkeypatch.setattr(clock, "pause", lambda _seconds: None)
    season, fake, payer = stripe_season, stripe_season.fake, stripe_season.signed_in()
    adoption = season.hold(plot="A1-01", rope=1)
    season.review(adoption)
    method, path = CALLS[trouble.call]
    fake.break_next(trouble.kind, path, method=method, after=trouble.after)
    answer = payer.post(f"/orders/{adoption.code}/pay")
    if "stripe.com" not in str(answer.location):
        assert acts.page_says(season, adoption, "付过了就等一会儿，别再付")
        answer = payer.post(f"/orders/{adoption.code}/pay")
    fake.pay(str(answer.location).rpartition("/")[2])
    season.deliver(times=2)
    payer.get(f"/orders/{adoption.code}/return")
    season.tick(minutes=1)
    assert acts.stands(season, adoption) == ("paid", "succeeded")
    payer.post(f"/orders/{adoption.code}/cancel")
    for days in (0, 1, 1):
        season.tick(days=days, minutes=1)
    season.deliver()
    assert acts.stands(season, adoption) == ("refunded", "succeeded")
    assert [one["amount"] for one in fake.all_of("payment_intent")] == [PRICE_FEN]
    assert [one["amount"] for one in fake.all_of("refund")] == [PRICE_FEN]
    assert not any(fault.times for fault in fake.faults), "it did go wrong"
    assert acts.books_agree(season)


@pytest.mark.parametrize("after", [False, True])
def test_a_page_that_cannot_be_closed_keeps_the_rope_until_it_is_known(
    stripe_season: StripeSeason, *, after: bool
) -> None:
    adoption, _ref = acts.page_of(stripe_season, plot="A1-01", rope=1)
    stripe_season.fake.break_next("timeout", f"{ONE}/expire", after=after)
    stripe_season.tick(seconds=HOLD_SECONDS)
    assert (stripe_season.state(adoption), stripe_season.holder("A1-01", 1)) == ("held", adoption.id)
    assert acts.page_says(stripe_season, adoption, "还没收到支付结果，先别重付")
    assert not acts.page_says(stripe_season, adoption, "没有付款")
    stripe_season.tick(minutes=1)
    assert (stripe_season.state(adoption), stripe_season.holder("A1-01", 1)) == ("expired", None)
    assert acts.books_agree(stripe_season)


def test_who_has_paid_and_comes_back_while_nobody_answers_is_not_told_that_she_has_not(
    stripe_season: StripeSeason,
) -> None:
    adoption, ref = acts.page_of(stripe_season)
    stripe_season.fake.pay(ref)
    stripe_season.fake.break_next("timeout", ONE, method="GET")
    said = stripe_season.signed_in().get(f"/orders/{adoption.code}/return", follow_redirects=True).text
    assert "还没收到付款" in said
    assert "付过了就等一会儿，别再付" in said
    assert "没有付款" not in said
