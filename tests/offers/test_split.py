"""The split of any price adds up, whatever the rule."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from cofu_adopt.offers.errors import OfferBelowFloor, OfferLosesMoney
from cofu_adopt.offers.rules import Split, SplitRule, check_margin, split

PER_CENT = st.integers(0, 10_000)
RULES = st.builds(
    SplitRule,
    parcels=st.integers(1, 12),
    parcel_cost_fen=st.integers(0, 100_000),
    gateway_fee_bp=PER_CENT,
    service_fee_bp=PER_CENT,
    fund_bp=PER_CENT,
    host_bp=PER_CENT,
    holdback_bp=PER_CENT,
    holdback_days=st.integers(0, 365),
    household_floor_bp=PER_CENT,
)
PRICES = st.integers(1, 10**8)


def total(parts: Split) -> int:
    return (
        parts.parcel_fen
        + parts.gateway_fee_fen
        + parts.service_fee_fen
        + parts.fund_fen
        + parts.host_fen
        + parts.household_fen
    )


@given(PRICES, RULES, st.booleans(), st.none() | st.integers(0, 10**6))
def test_the_parts_add_up_to_the_price(price_fen: int, rule: SplitRule, hosted: bool, fee: int | None) -> None:  # noqa: FBT001
    parts = split(price_fen, rule, hosted=hosted, gateway_fee_fen=fee)
    assert total(parts) == price_fen == parts.price_fen
    assert 0 <= parts.holdback_fen <= max(0, parts.household_fen)
    assert parts.host_fen == 0 or hosted


@given(PRICES, RULES)
def test_a_host_never_leaves_the_household_more(price_fen: int, rule: SplitRule) -> None:
    hosted, plain = (split(price_fen, rule, hosted=flag) for flag in (True, False))
    assert hosted.household_fen + hosted.host_fen == plain.household_fen


@given(RULES)
def test_a_rule_is_kept_and_read_back_as_it_was(rule: SplitRule) -> None:
    assert SplitRule.from_json(rule.to_json()) == rule


@given(PRICES, RULES)
def test_what_may_be_published_pays_the_household_at_least_its_floor(price_fen: int, rule: SplitRule) -> None:
    worst = split(price_fen, rule, hosted=True).household_fen
    try:
        check_margin(price_fen, rule)
    except OfferBelowFloor:
        assert 0 < worst < price_fen * rule.household_floor_bp / 10_000 + 0.5
    except OfferLosesMoney:
        assert worst <= 0
    else:
        assert worst > 0
        assert worst >= int(price_fen * rule.household_floor_bp / 10_000)


def test_a_refusal_says_both_amounts(plain_app: Flask) -> None:
    rule = SplitRule(1, 3800, 220, 800, 500, 300, 1000, 7, 4000)
    with pytest.raises(OfferBelowFloor) as below:
        check_margin(6000, rule)
    assert below.value.message.startswith("养殖户只得 ¥11.08，低于定下的底线 ¥24.00")
    with pytest.raises(OfferLosesMoney) as loses:
        check_margin(4000, rule)
    assert "只剩 −¥5.28" in loses.value.message
