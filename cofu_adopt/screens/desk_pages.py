"""The operator's desk: what there is today, in numbers."""

from __future__ import annotations

from flask import Blueprint, render_template

from cofu_adopt.adoptions.queries import count_by_state
from cofu_adopt.core import access, clock, due
from cofu_adopt.core.access import STAFF
from cofu_adopt.farm import queries as farm
from cofu_adopt.offers import queries as offers

bp = Blueprint("desk", __name__, template_folder="templates")


@bp.get("/desk")
@access.allow(*STAFF)
def home() -> str:
    """The sea, the orders and the clock at a glance."""
    grids = farm.list_grids()
    return render_template(
        "screens/desk.html",
        rope_count=sum(grid.rope_count for grid in grids),
        free_count=sum(grid.free_count for grid in grids),
        households=farm.count_households(),
        states=count_by_state(),
        offers=offers.list_offers_on_sale(clock.now()),
        late_seconds=due.oldest_age_seconds(),
    )
