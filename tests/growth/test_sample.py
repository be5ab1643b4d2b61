"""Samples: read, pooled, doubted, refused when they cannot be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from cofu_adopt.core.errors import Invalid
from cofu_adopt.growth.sample import Sample, pool, read_sample
from tests.growth.diary import sample


def test_several_lengths_are_their_mean_and_count() -> None:
    found = read_sample(lengths_mm=[70.0, 71.5, 72.1])
    assert found == Sample(Decimal("71.2"), 3, (70.0, 71.5, 72.1), None)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"lengths_mm": [70, 0.5]}, "lengths_mm"),
        ({"lengths_mm": [70, 71], "sample_count": 1}, "sample_count"),
        ({"mean_shell_length_mm": 70}, "mean_shell_length_mm"),
        ({"mean_shell_length_mm": 201, "sample_count": 5}, "mean_shell_length_mm"),
        ({"mean_shell_length_mm": 70, "sample_count": 0}, "sample_count"),
        ({"mean_shell_length_mm": 70, "sample_count": 501}, "sample_count"),
        ({"mean_shell_length_mm": 70, "sample_count": 5, "survival": 1.01}, "survival"),
    ],
)
def test_what_cannot_be_is_refused(plain_app: Flask, typed: dict[str, Any], fault: str) -> None:
    with plain_app.test_request_context(), pytest.raises(Invalid) as refused:
        read_sample(**typed)
    assert set(refused.value.fields) == {fault}


def test_pooled_each_shell_counts_once() -> None:
    assert pool([sample(70, 30, 0.9), sample(80, 10, None)]) == sample(72.5, 40, 0.9)
    assert pool([sample(70, 30, 1), sample(70, 10, 0)]).survival == Decimal("0.750")


@given(st.lists(st.tuples(st.floats(1, 200), st.integers(1, 500)), min_size=1, max_size=6))
def test_the_pooled_mean_lies_between(drawn: list[tuple[float, int]]) -> None:
    samples = [read_sample(mean_shell_length_mm=mean, sample_count=count) for mean, count in drawn]
    means = [one.mean_shell_length_mm for one in samples]
    assert min(means) <= pool(samples).mean_shell_length_mm <= max(means)
