"""The desk's diary for programs: what waits, what is to be expected, and what an operator does about it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cofu_adopt.core import clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.models import PlotMeasurement
from cofu_adopt.growth.models import GrowthReading
from tests.api.conftest import shop
from tests.api.shop import Program, Shop

__all__ = ["shop"]


@pytest.fixture
def operator(shop: Shop) -> Program:
    """A program of the workshop."""
    return shop.person(Role.OPERATOR)


def measured(plot: str, on: date, mean: float) -> None:
    with unit_of_work():
        row = PlotMeasurement(
            plot_id=farm.find_plot_id(plot), measured_on=on, mean_shell_length_mm=Decimal(str(mean)), sample_count=20,
            survival=Decimal("0.9"),
        )  # fmt: skip
        db.session.add(row)


def test_silent_plots_and_a_reminder_a_day(shop: Shop, operator: Program) -> None:
    shop.person(Role.HOUSEHOLD)
    shop.paid(shop.adopter())
    first = operator.read("/desk/silent-plots?grid=A1")["items"][0]
    assert (first["adopters"], first["posted_at"], first["reminded_at"]) == (1, None, None)
    body = {"plot_codes": [first["plot_code"], "Z9-99"]}
    done = operator.post("/desk/silent-plots/reminders", body).json
    assert done == {"reminded": [first["plot_code"]], "people": 1, "reminded_today_before": [], "out_of_reach": []}
    again = operator.post("/desk/silent-plots/reminders", body).json
    assert again["reminded_today_before"] == [first["plot_code"]]  # type: ignore[index]
    assert operator.read("/desk/silent-plots?days=1000")["items"] == []
    assert operator.call("GET", "/desk/silent-plots?days=x").status_code == 422


def test_forecasts_and_the_calendar(shop: Shop, operator: Program) -> None:
    today = clock.today()
    measured("A1-01", today, 30)
    worst, *_others = operator.read("/desk/forecasts/plots?grid=A1")["items"]
    assert worst["plot_code"] in {"A1-01", "A1-02"}
    rows = {row["plot_code"]: row for row in operator.read("/desk/forecasts/plots")["items"]}
    assert rows["A1-01"]["today"]["length_mm"] == 30
    assert rows["A1-02"]["reach"] == "unknown"
    assert rows["B2-01"]["today"] is None
    squares = operator.read("/desk/forecasts/grids")["items"]
    assert {row["grid_code"]: row["plots"] for row in squares} == {"A1": 2, "B2": 1}
    made = operator.read("/desk/harvest-calendar?unit=week&by=plot&grid=A1")
    assert (len(made["buckets"]), [line["name"] for line in made["lines"]]) == (16, ["A1-01", "A1-02"])
    assert made["total"]["uncertain"]["ropes"] > 0


def test_a_reading_is_reviewed_once(shop: Shop, operator: Program) -> None:
    with unit_of_work():
        row = GrowthReading(
            update_id=None, plot_id=farm.find_plot_id("A1-01"), measured_on=clock.today(),
            mean_shell_length_mm=Decimal(20), sample_count=9, state="questioned", question="falls",
        )  # fmt: skip
        db.session.add(row)
    (waiting,) = operator.read("/desk/readings")["items"]
    assert (waiting["reading"]["plot_code"], waiting["question"], waiting["expected"]) == ("A1-01", "falls", None)
    where = f"/desk/readings/{waiting['reading']['id']}/review"
    assert operator.post(where, {"stands": False, "reason": "x"}).status_code == 422
    assert operator.post(where, {"stands": False, "reason": "读错了尺子"}).status_code == 204
    refused = operator.post(where, {"stands": True, "reason": "读错了尺子"})
    assert (refused.status_code, refused.json["code"]) == (409, "already_reviewed")  # type: ignore[index]
    assert operator.read("/desk/readings")["items"] == []
