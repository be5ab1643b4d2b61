"""The operator's desk: what there is today, in numbers."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template

from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.queries import count_by_state
from cofu_adopt.core import access, clock, due
from cofu_adopt.core.access import STAFF
from cofu_adopt.farm import queries as farm
from cofu_adopt.offers import queries as offers
from cofu_adopt.screens.desk_words import age_words
from cofu_adopt.screens.draw.sea_map import sea_map
from cofu_adopt.screens.exceptions_pages import open_groups
from cofu_adopt.screens.shop_pages import list_cells

bp = Blueprint("desk", __name__, template_folder="templates")
PAID = (AdoptionState.PAID, AdoptionState.HARVESTED, AdoptionState.DELIVERED)
"""A rope in one of these is somebody's; one that is only held is not yet."""
LATE_SECONDS = 60
"""How long due work may wait before the desk says that the clock may be standing still."""


@bp.get("/desk")
@access.allow(*STAFF)
def home() -> str:
    """The sea, the orders and the clock at a glance."""
    cells = list_cells()
    states = count_by_state()
    paid = [states[state] for state in PAID if state in states]
    late = due.oldest_age_seconds()
    return render_template(
        "screens/desk.html",
        map=sea_map(cells) if cells else None,
        rope_count=sum(cell.rope_count for cell in cells),
        paid_count=sum(count for count, _fen in paid),
        paid_fen=sum(fen for _count, fen in paid),
        households=farm.count_households(),
        states={state: states[state] for state in AdoptionState if state in states},
        offers=offers.list_offers_on_sale(clock.now()),
        exceptions=open_groups(),
        late=age_words(clock.now() - timedelta(seconds=late))
        if (late := due.oldest_age_seconds()) > LATE_SECONDS
        else "",
    )
