"""How a species grows, through the API: tried first, kept with If-Match, back to the papers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from cofu_adopt.core import clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.models import PlotMeasurement
from tests.api.shop import Shop

BLUE = "/desk/species/blue_mussel"


def test_tried_kept_and_taken_back(shop: Shop) -> None:
    desk = shop.operator()
    with unit_of_work():
        plot_id = farm.find_plot_id("A1-01")
        row = PlotMeasurement(
            plot_id=plot_id, measured_on=clock.today(), mean_shell_length_mm=30, sample_count=20,
            survival=Decimal("0.9"),
        )  # fmt: skip
        db.session.add(row)
    first = desk.get(BLUE)
    known: Any = first.json
    assert (known["is_set"], known["settings"]) == (False, known["papers"])
    slower = known["papers"] | {"k_per_year": 0.4}
    tried: Any = desk.post(f"{BLUE}/preview", slower).json
    assert (tried["plots"], tried["moved"], tried["furthest"][0]["plot_code"]) == (1, 1, "A1-01")
    assert tried["latest"] > 0
    assert desk.read(BLUE) == known, "nothing is kept"
    assert desk.put(BLUE, slower).json["code"] == "if_match_needed"  # type: ignore[index]
    kept: Any = desk.put(BLUE, slower, If_Match=first.headers["ETag"])
    assert (kept.status_code, kept.json["is_set"], kept.json["settings"]["k_per_year"]) == (200, True, 0.4)
    assert desk.put(BLUE, slower, If_Match=first.headers["ETag"]).status_code == 412
    back: Any = desk.put(BLUE, known["papers"], If_Match=desk.get(BLUE).headers["ETag"])
    assert back.json == known
    assert {one["species"] for one in desk.read("/desk/species")["items"]} == {"blue_mussel", "hard_mussel"}


def test_what_no_mussel_does_is_refused(shop: Shop) -> None:
    desk = shop.operator()
    papers = desk.read(BLUE)["papers"]
    for wrong in ({"k_per_year": 4}, {"ts": "x"}, {"c": 0.123}, {"c": 0.0000001}, {"market_mm": papers["linf_mm"]}):
        answer: Any = desk.post(f"{BLUE}/preview", papers | wrong)
        assert (answer.status_code, set(answer.json["errors"])) == (422, set(wrong)), wrong
    assert desk.get("/desk/species/oyster").status_code == 404
    assert desk.post("/desk/species/oyster/preview", papers).status_code == 404
    assert shop.person(Role.AUDITOR).read(BLUE)["papers"] == papers
    for who in (shop.person(Role.AUDITOR), shop.person(Role.HOUSEHOLD), shop.adopter()):
        assert who.put(BLUE, papers, If_Match='"x"').status_code == 404
