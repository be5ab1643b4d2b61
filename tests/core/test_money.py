"""Money: splitting loses and makes none, whatever the order."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import example, given
from hypothesis import strategies as st

from cofu_adopt.core.money import jin, kg, percent_of, price, split_fen, yuan

AMOUNTS = st.integers(0, 10**12)
WEIGHTS = st.dictionaries(st.integers(1, 10**6), st.integers(0, 10**6), min_size=1, max_size=12).filter(
    lambda weights: sum(weights.values()) > 0
)


@given(AMOUNTS, WEIGHTS)
@example(31335, {1: 1, 2: 1, 3: 1})
def test_the_parts_add_up_and_none_is_a_fen_off(amount_fen: int, weights: dict[int, int]) -> None:
    parts = split_fen(amount_fen, weights)
    assert sum(parts.values()) == amount_fen
    assert parts.keys() == weights.keys()
    total = sum(weights.values())
    for key, part in parts.items():
        floor = amount_fen * weights[key] // total
        assert floor <= part <= floor + 1
        assert part == 0 if weights[key] == 0 else part >= 0


@given(AMOUNTS, WEIGHTS, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(amount_fen: int, weights: dict[int, int], random: object) -> None:
    items = list(weights.items())
    random.shuffle(items)  # type: ignore[attr-defined]
    assert split_fen(amount_fen, dict(items)) == split_fen(amount_fen, weights)


@given(AMOUNTS, WEIGHTS)
def test_who_weighs_more_never_gets_less(amount_fen: int, weights: dict[int, int]) -> None:
    parts = split_fen(amount_fen, weights)
    by_weight = sorted(weights, key=lambda key: (weights[key], -key))
    assert [parts[key] for key in by_weight] == sorted(parts.values())


def test_ties_go_to_the_smaller_id() -> None:
    assert split_fen(2, {3: 1, 1: 1, 2: 1}) == {1: 1, 2: 1, 3: 0}


@pytest.mark.parametrize(("amount", "weights"), [(-1, {1: 1}), (1, {1: 0}), (1, {1: 2, 2: -1}), (1, {})])
def test_what_cannot_be_split_is_refused(amount: int, weights: dict[int, int]) -> None:
    with pytest.raises(ValueError, match="positive sum"):
        split_fen(amount, weights)


@given(AMOUNTS, st.integers(0, 10_000))
def test_a_percentage_and_its_rest_are_within_a_fen_of_the_whole(amount_fen: int, basis_points: int) -> None:
    part = percent_of(amount_fen, basis_points)
    assert abs(part * 10_000 - amount_fen * basis_points) <= 5_000
    assert 0 <= part <= amount_fen


@pytest.mark.parametrize(
    ("amount_fen", "words"),
    [(0, "0.00"), (5, "0.05"), (19800, "198.00"), (1234567, "12,345.67"), (-150, "−1.50")],
)
def test_amounts_as_people_write_them(amount_fen: int, words: str) -> None:
    assert yuan(amount_fen) == words
    assert price(amount_fen) == (f"−¥{words[1:]}" if amount_fen < 0 else f"¥{words}")


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_weights_without_needless_zeros(app: Flask, locale: str) -> None:
    with app.test_request_context(), force_locale(locale):
        assert [kg(2500), kg(2000), kg(1)] == ["2.5", "2", "0.001"]
        assert [jin(2500), jin(250)] == ["5", "0.5"]
