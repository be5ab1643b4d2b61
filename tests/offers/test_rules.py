"""The split of a price."""

from __future__ import annotations

from cofu_adopt.core.money import split_fen
from cofu_adopt.offers.rules import SplitRule, split

RULE = SplitRule(1, 2500, 220, 800, 500, 300, 1000, 7, 4000)


def test_the_example_of_the_money_paper() -> None:
    parts = split(39900, RULE, hosted=False, gateway_fee_fen=878)
    assert (parts.service_fee_fen, parts.fund_fen, parts.household_fen) == (3192, 1995, 31335)
    assert split_fen(parts.household_fen, {1: 1, 2: 1, 3: 1}) == {1: 10445, 2: 10445, 3: 10445}
    assert split(39900, RULE, hosted=True, gateway_fee_fen=878).household_fen == 30138
