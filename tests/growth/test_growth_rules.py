"""The growth formula's properties, and what makes a reading questionable."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cofu_adopt.growth import rules
from cofu_adopt.growth.rules import BLUE_MUSSEL, HARD_MUSSEL, Growth, Reading

FIRST = date(2025, 1, 1)
YEAR = [FIRST + timedelta(days=n) for n in range(366)]
GROWTHS = st.builds(
    Growth,
    linf_mm=st.floats(40, 200),
    k_per_year=st.floats(0.1, 1.5),
    c=st.floats(0, 1),
    ts=st.floats(0, 1),
)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
PART = st.floats(0.01, 0.99)


@given(GROWTHS, PART, DAYS, st.integers(0, 900), st.integers(0, 900))
def test_a_shell_never_shrinks_and_never_passes_its_end(growth: Growth, part: float, day: date, a: int, b: int) -> None:
    start = part * growth.linf_mm
    sooner = rules.grown(growth, start, day, day + timedelta(days=min(a, b)))
    later = rules.grown(growth, start, day, day + timedelta(days=max(a, b)))
    assert start - 1e-6 <= sooner <= later + 1e-6 <= growth.linf_mm + 1e-5


@given(GROWTHS, PART, DAYS, st.integers(1, 400), st.integers(1, 400))
def test_two_steps_are_as_one(growth: Growth, part: float, day: date, a: int, b: int) -> None:
    middle, end = day + timedelta(days=a), day + timedelta(days=a + b)
    start = part * growth.linf_mm
    at_once = rules.grown(growth, start, day, end)
    assert rules.grown(growth, rules.grown(growth, start, day, middle), middle, end) == pytest.approx(at_once, rel=1e-9)


@pytest.mark.parametrize("growth", [BLUE_MUSSEL, HARD_MUSSEL])
def test_for_its_size_it_grows_fastest_at_ts_and_slowest_half_a_year_later(growth: Growth) -> None:
    """(dL/dt)/(Linf - L) is largest at ts; dL/dt itself peaks 16 to 31 days earlier (DOMAIN.md)."""
    lengths = [rules.grown(growth, 0.4 * growth.linf_mm, FIRST, day) for day in YEAR]
    daily = [after - before for before, after in pairwise(lengths)]
    relative = [step / (growth.linf_mm - length) for step, length in zip(daily, lengths, strict=False)]
    fastest, slowest = relative.index(max(relative)) / 365, relative.index(min(relative)) / 365
    assert fastest == pytest.approx(growth.ts, abs=0.006)
    assert slowest == pytest.approx((growth.ts + 0.5) % 1, abs=0.006)
    assert 14 <= growth.ts * 365 - daily.index(max(daily)) <= 32


def test_known_values() -> None:
    """A whole year has no season in it: L2 = Linf - (Linf - L1) exp(-K)."""
    assert rules.grown(BLUE_MUSSEL, 20, date(2025, 3, 1), date(2026, 3, 1)) == pytest.approx(59.6, abs=0.05)
    assert rules.grown(HARD_MUSSEL, 60, date(2025, 3, 1), date(2026, 3, 1)) == pytest.approx(84.0, abs=0.05)
    assert rules.weight_g(80) == pytest.approx(38.1, abs=0.1)


def test_longer_than_the_species_gets_stays_as_it_is() -> None:
    assert rules.grown(BLUE_MUSSEL, 95, date(2025, 3, 1), date(2026, 3, 1)) == 95


@given(st.sampled_from([BLUE_MUSSEL, HARD_MUSSEL]), st.floats(0.3, 0.7), DAYS)
def test_the_day_of_a_length_is_the_first_on_which_it_is_reached(growth: Growth, part: float, day: date) -> None:
    goal = part * growth.linf_mm
    reached = rules.day_of_length(growth, Reading(day, 0.2 * growth.linf_mm), goal)
    assert reached is not None
    assert rules.grown(growth, 0.2 * growth.linf_mm, day, reached) >= goal
    assert rules.grown(growth, 0.2 * growth.linf_mm, day, reached - timedelta(days=1)) < goal


def test_a_length_that_is_never_reached_has_no_day() -> None:
    assert rules.day_of_length(BLUE_MUSSEL, Reading(FIRST, 30), 87.6) is None
    assert rules.day_of_length(BLUE_MUSSEL, Reading(FIRST, 80), 60) == FIRST


def readings(growth: Growth, speed: float, count: int = 6) -> list[Reading]:
    days = [FIRST + timedelta(days=60 * n) for n in range(count)]
    return [Reading(day, rules.grown(growth.at_speed(speed), 20, FIRST, day)) for day in days]


def test_a_plot_has_a_speed_of_its_own_from_four_readings_on() -> None:
    assert rules.speed_of(HARD_MUSSEL, readings(HARD_MUSSEL, 1.4, 3)) == 1
    found = rules.speed_of(HARD_MUSSEL, readings(HARD_MUSSEL, 1.4))
    assert 1.15 < found < 1.4, "towards the truth, and held back"
    assert rules.speed_of(HARD_MUSSEL, readings(HARD_MUSSEL, 1)) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("length_mm", "questions"),
    [(57.0, []), (56.9, ["falls"]), (60.0, []), (65.0, []), (71.0, []), (73.0, ["outside_band"])],
)
def test_what_falls_or_leaves_the_band_is_asked_about(length_mm: float, questions: list[str]) -> None:
    last = Reading(date(2025, 7, 1), 60)
    expected = rules.grown(HARD_MUSSEL, 60, last.on, date(2025, 8, 1))
    assert expected == pytest.approx(64.0, abs=0.1)
    assert rules.questions_about(HARD_MUSSEL, [last], Reading(date(2025, 8, 1), length_mm)) == questions


def test_the_first_reading_of_a_plot_is_not_asked_about() -> None:
    assert rules.questions_about(HARD_MUSSEL, [], Reading(FIRST, 20)) == []
    assert rules.questions_about(HARD_MUSSEL, [Reading(FIRST + timedelta(days=9), 80)], Reading(FIRST, 20)) == []
