"""The drawings: escaped words, shapes beside colours, labels that say what is seen."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree

import pytest

from cofu_adopt.screens.draw.chart import Expected, Point, growth_chart
from cofu_adopt.screens.draw.figures import FIGURES, figure
from cofu_adopt.screens.draw.hold import hold_bar
from cofu_adopt.screens.draw.icons import SHAPES, icon
from cofu_adopt.screens.draw.meter import meter
from cofu_adopt.screens.draw.sea_map import Cell, cell_figure, legend, places, sea_map
from cofu_adopt.screens.draw.shell import mussel_at, rope_figure

REAL_LATTICE = {
    "A1": (122.7355, 30.7446), "A6": (122.7955, 30.7446), "B1": (122.7355, 30.7356), "C2": (122.7955, 30.7266),
    "C3": (122.7355, 30.7176), "C6": (122.7475, 30.7086), "D5": (122.7715, 30.6996), "D6": (122.7835, 30.6996),
}  # fmt: skip


def a_cell(code: str = "A2", *, free: int = 142, on_sale: bool = True, column: int = 1, row: int = 0) -> Cell:
    return Cell(
        code=code, free_count=free, rope_count=1000, on_sale=on_sale, column=column, row=row, href=f"/sea/{code}",
        longitude=122.7355 + column * 0.012, latitude=30.7446 - row * 0.009,
    )  # fmt: skip


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<div>{svg}</div>")


def test_places_snap_real_positions_to_the_chart() -> None:
    assert places(REAL_LATTICE) == {
        "A1": (0, 0), "A6": (5, 0), "B1": (0, 1), "C2": (5, 2), "C3": (0, 3), "C6": (1, 4), "D5": (3, 5), "D6": (4, 5),
    }  # fmt: skip


def test_no_cells_no_places() -> None:
    assert places({}) == {}


@pytest.mark.parametrize(
    ("cell", "state", "label"),
    [
        (a_cell(free=142), "free", "A2 余 142 串可认养"),
        (a_cell(free=29), "few", "A2 余 29 串，余不多"),
        (a_cell(free=0), "full", "A2 满，已认满"),
        (a_cell(free=5, on_sale=False), "rest", "A2 休，休养中"),
    ],
)
def test_a_cell_says_and_shows_its_state(cell: Cell, state: str, label: str) -> None:
    svg = sea_map([cell])
    link = next(element for element in parsed(svg).iter() if element.tag == "a")
    assert link.get("aria-label") == label
    assert link.get("class") == f"cell cell--{state}"
    assert label.startswith(cell.code)
    # Not by colour alone: a flag for few, a shell for full, buoys for free, a hatch for rest.
    assert ('class="flag"' in svg) == (state == "few")
    assert ('class="sh"' in svg) == (state == "full")
    assert ('class="by' in svg) == (state in {"free", "few"})


def test_the_visible_words_begin_the_label() -> None:
    link = next(element for element in parsed(sea_map([a_cell()])).iter() if element.tag == "a")
    assert link.get("aria-label", "").startswith("".join(link.itertext()).strip())


def test_buoys_show_how_much_is_adopted() -> None:
    assert sea_map([a_cell(free=1000)]).count('class="by on"') == 0
    assert sea_map([a_cell(free=600)]).count('class="by on"') == 2
    assert sea_map([a_cell(free=1)]).count('class="by on"') == 4


def test_names_are_escaped_everywhere() -> None:
    evil = '<script>"&'
    for svg in (sea_map([a_cell(evil)]), cell_figure(a_cell(evil)), meter(1, 2, evil)):
        assert "<script" not in svg
        parsed(svg)


def test_the_chosen_cell_carries_the_buoy() -> None:
    svg = sea_map([a_cell("A2"), a_cell("A3", column=2)], selected="A3")
    assert svg.count('class="pin"') == 1
    assert 'class="cell cell--free cell--sel" href="/sea/A3"' in svg


def test_degrees_stand_where_they_are() -> None:
    svg = sea_map([a_cell("A1", column=0)])
    # 122°44′ lies a third into the first column: its western edge is 122.7295, a cell is 0.012 wide.
    line = re.search(r'd="M([\d.]+) 10V\d+"/><text[^>]*>122°44′E', svg)
    assert line is not None
    assert float(line[1]) == pytest.approx(18 + (122 + 44 / 60 - 122.7295) / 0.012 * 54, abs=0.1)
    assert "30°43′N" in svg


def test_a_map_without_positions_has_no_degrees() -> None:
    cell = Cell(code="A1", free_count=1, rope_count=10, on_sale=True, column=0, row=0, href="/")
    assert "°" not in sea_map([cell])


def test_cells_are_never_drawn_over_the_island() -> None:
    assert 'class="land"' in sea_map([a_cell()])
    assert 'class="land"' not in sea_map([a_cell("E1", column=2, row=2)])
    assert parsed(sea_map([a_cell("H9", column=8, row=7)]))[0].get("viewBox") == "0 0 522 476"


def test_an_empty_sea_can_be_drawn() -> None:
    parsed(sea_map([]))


def a_chart(points: list[Point], **more: object) -> str:
    given: dict[str, object] = {"harvest": None, "closed_season": True, "width": 343, "height": 250, "uid": "p"}
    return growth_chart(points, **(given | more))  # type: ignore[arg-type]


GROWN = [Point(date(2025, 10, 11), 61.2), Point(date(2026, 4, 12), 67.9), Point(date(2026, 8, 2), 78.4)]


def test_the_chart_tells_its_story_in_words() -> None:
    svg = a_chart(GROWN)
    parsed(svg)
    assert 'role="img" aria-labelledby="ctp cdp"' in svg
    assert "从 61.2 毫米长到 78.4 毫米，共量了 3 次。" in svg


def test_the_newest_point_stands_out() -> None:
    svg = a_chart(GROWN)
    assert svg.count('class="pt"') == 2
    assert svg.count("pt--now") == 1


def test_the_chart_shows_promise_window_and_closed_season_only_when_there_are_any() -> None:
    bare = a_chart(GROWN, closed_season=False)
    assert not {"goal", "win", "shut"} & set(re.findall(r'class="(\w+)"', bare))
    full = a_chart(GROWN, market_mm=80, harvest=(date(2026, 8, 20), date(2026, 9, 12)))
    assert {"goal", "win", "shut"} <= set(re.findall(r'class="(\w+)"', full))
    assert "禁售期" in full


def test_the_chart_shows_what_is_expected_and_says_it_in_words() -> None:
    ahead = [Expected(date(2026, 8, 2), 78.4, 69.0, 87.8), Expected(date(2026, 9, 12), 82.1, 72.2, 92.0)]
    svg = a_chart(GROWN, expected=ahead)
    parsed(svg)
    assert 'class="fc"' in svg
    assert "预计到 2026年9月12日 有 82 毫米，多半在 72 到 92 毫米之间。" in svg
    assert 'class="fc"' not in a_chart(GROWN)


def test_a_single_measurement_is_a_chart_too() -> None:
    parsed(a_chart(GROWN[:1]))


def test_one_buoy_a_minute() -> None:
    assert hold_bar(10, 15).count('class="hb"') == 10
    assert hold_bar(0, 15).count('class="hb"') == 0
    assert hold_bar(60, 120).count("<circle") == 15


@pytest.mark.parametrize(("part", "width"), [(0, "0"), (126, "50"), (900, "200"), (-1, "0")])
def test_a_meter_stays_within_its_bar(part: float, width: str) -> None:
    assert f'class="fi" width="{width}"' in meter(part, 500, "已认养")


def test_a_meter_of_nothing_is_empty() -> None:
    assert 'class="fi" width="0"' in meter(3, 0, "已认养")


def test_the_mussel_is_as_large_as_the_measured_one() -> None:
    assert "scale(0.500)" in mussel_at(80)
    assert "scale(0.250)" in mussel_at(40)


@pytest.mark.parametrize(
    "svg", [*map(icon, SHAPES), *map(figure, FIGURES), rope_figure(), legend(), cell_figure(a_cell())]
)
def test_ornaments_are_silent_and_well_formed(svg: str) -> None:
    parsed(svg)
    assert svg.count("<svg") == svg.count('aria-hidden="true"')
