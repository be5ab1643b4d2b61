"""Ropes for programs: the days of one's own, the link, and the forecast of a plot."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.models import PlotMeasurement
from tests.api.shop import Shop
from tests.screens.diary import tell

PLOT = "A1-01"


def measure(*lengths: tuple[date, str]) -> None:
    with unit_of_work():
        plot_id = farm.find_plot_id(PLOT) or 0
        for on, length in lengths:
            db.session.add(
                PlotMeasurement(
                    plot_id=plot_id,
                    measured_on=on,
                    mean_shell_length_mm=Decimal(length),
                    sample_count=30,
                    survival=Decimal("0.9"),
                )
            )


def test_the_days_of_ones_own_rope_page_by_page(shop: Shop) -> None:
    owner = shop.adopter()
    code = owner.hold(shop.offer_id, plot=PLOT)["code"]
    assert owner.get(f"/orders/{code}/diary").status_code == 404, "it is not hers yet"
    code = shop.paid(owner)
    plot = owner.read(f"/orders/{code}")["plot_code"]
    measured = date(2026, 3, 1)
    with unit_of_work():
        db.session.add(
            PlotMeasurement(
                plot_id=farm.find_plot_id(plot) or 0,
                measured_on=measured,
                mean_shell_length_mm=Decimal("31.5"),
                sample_count=30,
                survival=Decimal("0.9"),
            )
        )
    tell(plot, "海上的话", clock.now(), people=(False, True), person_id=owner.person_id)
    first = owner.read(f"/orders/{code}/diary?limit=2")
    kinds = [day["kind"] for day in first["items"]]
    assert kinds == ["post", "adopted"]
    assert first["items"][0]["note"] == "海上的话"
    assert len(first["items"][0]["photos"]) == 1
    rest = owner.read(f"/orders/{code}/diary?limit=2&cursor={first['next_cursor']}")
    assert [day["readings"][0]["mean_shell_length_mm"] for day in rest["items"]] == [31.5]
    assert rest["next_cursor"] is None


def test_a_link_is_made_kept_and_taken_back(shop: Shop) -> None:
    owner = shop.adopter()
    code = shop.paid(owner)
    assert owner.get(f"/orders/{code}/share").status_code == 404
    made = owner.put(f"/orders/{code}/share", {"shows_name": True}).json
    assert owner.read(f"/orders/{code}/share") == made
    assert shop.adopter().get(f"/orders/{code}/share").status_code == 404
    assert made["url"].endswith(f"/r/{made['token']}")
    token = made["token"]
    shown = shop.visitor().read(f"/shared/{token}")
    assert shown["label"].startswith(shown["plot_code"])
    assert [day["kind"] for day in shown["days"]] == [], "that she adopted it, and when, is hers"
    assert owner.delete(f"/orders/{code}/share").status_code == 204
    assert shop.visitor().get(f"/shared/{token}").status_code == 404
    assert owner.put(f"/orders/{code}/share", {"shows_name": 0}).status_code == 422, "0 is not false"
    held = owner.hold(shop.offer_id)["code"]
    assert owner.put(f"/orders/{held}/share", {"shows_name": False}).json["code"] == "nothing_to_show"  # type: ignore[index]


def test_what_is_to_be_expected_of_a_plot(shop: Shop) -> None:
    assert shop.visitor().read(f"/plots/{PLOT}/forecast")["points"] == []
    measure((date(2026, 4, 1), "38.0"), (date(2026, 6, 1), "45.0"))
    # The read before may be kept for a second.
    found = shop.visitor().read(f"/plots/{PLOT}/forecast?again=1")
    assert (found["measured_on"], found["length_mm"]) == ("2026-06-01", 45.0)
    assert found["ready_earliest_on"] < found["ready_on"] < found["ready_latest_on"]
    first = found["points"][0]
    assert first["low_mm"] < first["length_mm"] < first["high_mm"]
    assert shop.visitor().get("/plots/X9-99/forecast").status_code == 404


def test_the_certificate_is_a_pdf_for_its_adopter(shop: Shop) -> None:
    me = shop.adopter()
    here = f"/orders/{shop.paid(me)}/certificate"
    chinese, english = me.get(here), me.get(f"{here}?language=en")
    for answer, language in ((chinese, "zh"), (english, "en")):
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Content-Disposition"].endswith(f'-{language}.pdf"')
    assert chinese.data != english.data
    again = me.get(here, If_None_Match=chinese.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    me.put(here.replace("certificate", "share"), {"shows_name": False})
    assert me.get(here, If_None_Match=chinese.headers["ETag"]).status_code == 200
    assert me.get(f"{here}?language=fr").status_code == 422
    assert shop.adopter().get(here).status_code == 404
    held = me.hold(shop.offer_id)["code"]
    assert me.get(f"/orders/{held}/certificate").status_code == 404
