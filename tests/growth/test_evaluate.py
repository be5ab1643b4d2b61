"""What the evaluation says of a forecast whose truth is known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from cofu_adopt.growth import rules
from cofu_adopt.growth.evaluate import quality
from cofu_adopt.growth.rules import HARD_MUSSEL, Reading

FIRST = date(2025, 1, 1)


def plot(speed: float, last_error: float = 0) -> list[Reading]:
    days = [FIRST + timedelta(days=60 * n) for n in range(6)]
    readings = [Reading(day, rules.grown(HARD_MUSSEL.at_speed(speed), 20, FIRST, day)) for day in days]
    return [*readings[:-1], Reading(days[-1], readings[-1].length_mm * (1 + last_error))]


def test_a_perfect_forecast_has_no_error() -> None:
    found = quality({1: HARD_MUSSEL}, {1: plot(1)}, 2, own_speed=False)
    assert found is not None
    assert (found.plots, found.mean_days, found.inside_band) == (1, 120, 1)
    assert found.mean_error == pytest.approx(0, abs=1e-9)


def test_errors_and_what_leaves_the_band_are_counted() -> None:
    found = quality({1: HARD_MUSSEL, 2: HARD_MUSSEL}, {1: plot(1, 0.2), 2: plot(1, -0.1)}, 1, own_speed=False)
    assert found is not None
    assert found.mean_error == pytest.approx(0.15)
    assert found.bias == pytest.approx(0.05)
    assert found.inside_band == 0.5


def test_a_plot_that_grows_faster_is_foretold_better_at_its_own_speed() -> None:
    of_species = quality({1: HARD_MUSSEL}, {1: plot(1.4)}, 1, own_speed=False)
    own = quality({1: HARD_MUSSEL}, {1: plot(1.4)}, 1, own_speed=True)
    assert of_species is not None
    assert own is not None
    assert own.mean_error < of_species.mean_error / 2


def test_plots_with_few_measurements_are_left_out() -> None:
    assert quality({1: HARD_MUSSEL}, {1: plot(1)}, 3, own_speed=False) is None


def test_the_command_prints_nothing_false_of_an_empty_sea(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["growth", "evaluate"])
    assert answer.exit_code == 0
    assert answer.output.count("\n") == 1
