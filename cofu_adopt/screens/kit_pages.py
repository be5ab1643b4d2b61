"""/kit: every component on one page, to look at while building. Registered in development only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, abort, render_template

from cofu_adopt.core import access, clock
from cofu_adopt.screens.draw.chart import Expected, Point, growth_chart
from cofu_adopt.screens.draw.icons import SHAPES
from cofu_adopt.screens.draw.sea_map import Cell, sea_map

bp = Blueprint("kit", __name__, template_folder="templates")
COLOURS = (
    "page", "surface", "sunk", "ink", "ink-2", "sea", "buoy", "buoy-mark", "ok", "warn", "bad", "info", "deep-1",
    "cell-free", "cell-few", "nacre-2",
)  # fmt: skip
ERRORS = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503)
LENGTHS = (
    (date(2025, 10, 11), 61.2), (date(2025, 12, 6), 64.0), (date(2026, 2, 14), 66.4), (date(2026, 4, 12), 67.9),
    (date(2026, 5, 30), 71.3), (date(2026, 7, 5), 74.9), (date(2026, 8, 2), 78.4),
)  # fmt: skip
SQUARES = (("A1", 0, 0, 0), ("A3", 2, 0, 318), ("A5", 4, 0, 9), ("B6", 5, 1, -1), ("C1", 0, 2, 412), ("D6", 4, 5, 1000))


@dataclass(frozen=True, slots=True)
class KitHold:
    """A hold as the hold card needs it."""

    label: str
    held_until: datetime


AHEAD = ((date(2026, 8, 2), 78.4), (date(2026, 9, 1), 81.3), (date(2026, 10, 20), 84.9))


@bp.get("/kit")
@access.public()
def kit() -> str:
    """All components, with invented contents."""
    points = [Point(on, length) for on, length in LENGTHS]
    window = (date(2026, 8, 20), date(2026, 9, 12))
    ahead = [Expected(on, length, 0.88 * length, 1.12 * length) for on, length in AHEAD]
    return render_template(
        "screens/kit.html",
        colours=COLOURS,
        icons=list(SHAPES),
        errors=ERRORS,
        map=sea_map(
            [
                Cell(
                    code=code,
                    free_count=max(0, free),
                    rope_count=1000,
                    on_sale=free >= 0,
                    column=column,
                    row=row,
                    href="#map",
                    longitude=122.7355 + column * 0.012,
                    latitude=30.7446 - row * 0.009,
                )
                for code, column, row, free in SQUARES
            ],
            selected="D6",
        ),
        charts=[
            growth_chart(
                points,
                harvest=window,
                closed_season=True,
                market_mm=80,
                expected=ahead,
                width=width,
                height=height,
                uid=uid,
            )
            for width, height, uid in ((343, 250, "p"), (640, 300, "w"))
        ],
        hold=KitHold("D6-04-007", clock.now() + timedelta(minutes=9, seconds=42)),
    )


@bp.get("/kit/error/<int:status>")
@access.public()
def show_error(status: int) -> str:
    """The page of an error, on purpose."""
    abort(status if status in ERRORS else 404)
