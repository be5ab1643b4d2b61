"""Whether a plot is large enough at harvest, what its rope weighs, the worst first, a square as its plots together."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cofu_adopt.farm.desk_plots import PlotName
from cofu_adopt.farm.models import Species
from cofu_adopt.farm.rows import MeasurementRow
from cofu_adopt.growth import rules
from cofu_adopt.growth.forecast import Forecast, forecasts_of
from cofu_adopt.growth.outlook import Outlook, Reach, by_grid, look_ahead
from cofu_adopt.growth.rules import BAND_SHARE, BLUE_MUSSEL, HARD_MUSSEL, NET_SHARE
from cofu_adopt.offers.windows import Window

TODAY = date(2026, 11, 24)
WINDOW = Window(date(2027, 8, 20), date(2027, 10, 20), 2500)
SPECIES = {Species.BLUE_MUSSEL: BLUE_MUSSEL, Species.HARD_MUSSEL: HARD_MUSSEL}


def plot(number: int, grid: str = "A1", species: Species = Species.BLUE_MUSSEL, ropes: int = 100) -> PlotName:
    return PlotName(number, f"{grid}-{number:02d}", grid, species, date(2026, 1, 1), ropes, Decimal("2.5"))


def forecast(of: PlotName, *lengths_mm: float) -> Forecast | None:
    """From measurements on days sixty apart, the last today."""
    days = [TODAY - timedelta(days=60 * n) for n in range(len(lengths_mm))][::-1]
    rows = [MeasurementRow(day, length, 20, 0.9, None) for day, length in zip(days, lengths_mm, strict=True)]
    return forecasts_of([of], {of.id: rows}, SPECIES).get(of.id)


def outlook(number: int, *lengths_mm: float, window: Window | None = WINDOW, **of: object) -> Outlook:
    one = plot(number, **of)  # type: ignore[arg-type]
    return look_ahead(one, forecast(one, *lengths_mm), window, TODAY, measured=len(lengths_mm), adopted=3)


def length_that_grows_to(end_mm: float, growth: rules.Growth = HARD_MUSSEL) -> float:
    """What must be measured today so that so much is expected when the window ends."""
    return max(
        (length / 10 for length in range(100, 900)),
        key=lambda mm: -abs(rules.grown(growth, mm, TODAY, WINDOW.to_on) - end_mm),
    )


@pytest.mark.parametrize(
    ("share", "reach"),
    [
        (1 / (1 - BAND_SHARE) + 0.01, Reach.SURE),
        (1.01, Reach.LIKELY),
        (0.99, Reach.DOUBTFUL),
        (1 / (1 + BAND_SHARE) - 0.01, Reach.NO),
    ],
)
def test_reach_is_the_band_against_market_size(share: float, reach: Reach) -> None:
    found = outlook(1, length_that_grows_to(HARD_MUSSEL.market_mm * share), species=Species.HARD_MUSSEL)
    assert found.reach is reach
    assert found.is_short is (share < 1)
    assert (found.lacking_mm > 0) is (share < 1)


def test_without_a_measurement_or_a_window_nobody_knows() -> None:
    unmeasured, unpromised = outlook(1), outlook(2, 50, window=None)
    assert (unmeasured.reach, unmeasured.today, unmeasured.end, unmeasured.net_g) == (Reach.UNKNOWN, None, None, None)
    assert (unpromised.reach, unpromised.end) == (Reach.UNPROMISED, None)
    assert unpromised.today is not None
    assert not unmeasured.is_short
    assert not unpromised.is_light


def test_the_stages_grow_through_the_window() -> None:
    found = outlook(1, 45)
    stages = [found.today, found.start, found.middle, found.end]
    assert [stage.on for stage in stages if stage] == [TODAY, WINDOW.from_on, date(2027, 9, 19), WINDOW.to_on]
    lengths = [stage.length_mm for stage in stages if stage]
    assert lengths == sorted(lengths)
    assert lengths[0] == 45


def test_a_rope_at_market_size_weighs_what_the_season_was_reckoned_with() -> None:
    for growth in (BLUE_MUSSEL, HARD_MUSSEL):
        assert rules.rope_g(growth.market_mm, 2.5, growth.market_mm) == pytest.approx(11_000)
    found = outlook(1, 60)
    assert found.today is not None
    assert found.today.rope_g == pytest.approx(11_000)
    assert found.today.low_g < found.today.rope_g < found.today.high_g


def test_a_rope_is_light_when_too_little_can_be_packed() -> None:
    assert not outlook(1, 45).is_light
    greedy = Window(WINDOW.from_on, WINDOW.to_on, 20_000)
    found = outlook(1, 45, window=greedy)
    assert found.is_light
    assert found.end is not None
    assert found.net_g == pytest.approx(found.end.rope_g * NET_SHARE)


def test_what_misses_by_most_comes_first() -> None:
    hard = Species.HARD_MUSSEL
    rows = [outlook(1, 80, species=hard), outlook(2), outlook(3, 20, species=hard), outlook(4, 30, species=hard)]
    assert [row.plot.id for row in sorted(rows, key=lambda row: row.urgency)] == [3, 4, 2, 1]


def test_its_own_speed_counts_from_four_measurements_on() -> None:
    assert not outlook(1, 30, 35, 40).has_own_speed
    assert outlook(1, 25, 30, 35, 40).has_own_speed


def test_a_square_is_its_plots_together() -> None:
    rows = [
        outlook(1, 40, ropes=100),
        outlook(2, 60, ropes=300),
        outlook(3, ropes=50),
        outlook(4, 20, species=Species.HARD_MUSSEL),
        outlook(5, 50, grid="B2", window=None),
    ]
    hard, blue, other = by_grid(rows)
    assert [(one.grid_code, one.species) for one in (hard, blue, other)] == [
        ("A1", Species.HARD_MUSSEL),
        ("A1", Species.BLUE_MUSSEL),
        ("B2", Species.BLUE_MUSSEL),
    ]
    assert (hard.short, blue.short) == (1, 0)
    assert (blue.plots, blue.ropes, blue.adopted, blue.unmeasured, blue.windows) == (3, 450, 9, 1, (WINDOW,))
    assert blue.today is not None
    assert blue.today.length_mm == pytest.approx((100 * 40 + 300 * 60) / 400)
    assert blue.today.ropes_g == pytest.approx(300 * 11_000 + 100 * rules.rope_g(40, 2.5, 60))
    assert (blue.first_on, blue.last_on) == (TODAY, None), "one was never measured"
    assert other.end is None
    assert other.today is not None
