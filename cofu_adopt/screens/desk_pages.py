"""The operator's desk: what there is today, in numbers."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template

from cofu_adopt.core import access, clock
from cofu_adopt.core.access import STAFF
from cofu_adopt.offers import queries as offers
from cofu_adopt.screens.desk_words import age_words
from cofu_adopt.screens.draw.sea_map import sea_map
from cofu_adopt.screens.exceptions_pages import open_groups
from cofu_adopt.screens.overview import read_overview
from cofu_adopt.screens.shop_pages import list_cells

bp = Blueprint("desk", __name__, template_folder="templates")


@bp.get("/desk")
@access.allow(*STAFF)
def home() -> str:
    """The sea, the orders and the clock at a glance."""
    cells, found = list_cells(), read_overview()
    return render_template(
        "screens/desk.html",
        map=sea_map(cells) if cells else None,
        rope_count=sum(cell.rope_count for cell in cells),
        paid_count=found.paid_count,
        paid_fen=found.paid_fen,
        households=found.household_count,
        states=found.states,
        offers=offers.list_offers_on_sale(clock.now()),
        exceptions=open_groups(),
        late=age_words(clock.now() - timedelta(seconds=found.late_seconds)) if found.late_seconds else "",
    )
