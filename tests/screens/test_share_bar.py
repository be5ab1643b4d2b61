"""The bar of where a price goes."""

from __future__ import annotations

import re

import pytest

from cofu_adopt.screens.draw.share_bar import WIDTH, share_bar, swatch


def parts(svg: str) -> list[tuple[str, float, float]]:
    found = re.findall(r'class="(p\d)" x="([\d.]+)" width="([\d.]+)"', svg)
    return [(name, float(x), float(width)) for name, x, width in found]


def test_parts_are_as_wide_as_their_share_and_end_with_the_bar() -> None:
    first, second, third = parts(share_bar([300, 200, 100]))
    assert first[2] == pytest.approx(1.5 * second[2], abs=0.2)
    assert second[2] == pytest.approx(2 * third[2], abs=0.2)
    assert third[1] + third[2] == pytest.approx(WIDTH, abs=0.2)


def test_a_part_keeps_its_colour_when_another_is_nothing() -> None:
    assert [name for name, _x, _width in parts(share_bar([500, 0, -20, 80]))] == ["p1", "p4"]


@pytest.mark.parametrize("amounts", [[], [0, 0], [-5]])
def test_nothing_is_an_empty_bar(amounts: list[int]) -> None:
    assert parts(share_bar(amounts)) == []


def test_a_swatch_has_the_colour_of_its_part() -> None:
    assert 'class="p3"' in swatch(3)
