"""The adopter's home: my ropes."""

from __future__ import annotations

from flask import Blueprint, render_template

from cofu_adopt.adoptions import queries as adoptions
from cofu_adopt.adoptions.models import LIVE_STATES, AdoptionState
from cofu_adopt.adoptions.share import TOLD_STATES
from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.core.media.photos import find_photos
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth import news
from cofu_adopt.payments.refund_progress import of_orders_themselves
from cofu_adopt.remedies import queries as remedies

bp = Blueprint("my", __name__, template_folder="templates")
ASKING = frozenset({AdoptionState.HELD, AdoptionState.OWED})
"""What still asks something of its adopter."""


@bp.get("/my/ropes")
@access.allow(Role.ADOPTER)
def ropes() -> str:
    """All ropes that the person has or had."""
    rows = adoptions.list_own(access.signed_in().person_id)
    # What still asks for something first, then what grows, then what is over; the newest first in each.
    rows.sort(key=lambda row: (row.state not in ASKING, row.state not in LIVE_STATES))
    plots = {code: farm.get_plot(code) for code in {row.plot_code for row in rows}}
    told = {plots[row.plot_code].id for row in rows if row.state in TOLD_STATES}
    newest = news.newest_photos(told)
    return render_template(
        "screens/my_ropes.html",
        adoptions=rows,
        plots=plots,
        refunds=of_orders_themselves([row.id for row in rows if row.paid_at is not None]),
        remedies=remedies.open_by_order([row.id for row in rows if row.state is AdoptionState.OWED]),
        growing=sum(row.state is AdoptionState.PAID for row in rows),
        told_states=TOLD_STATES,
        news=news.newest_posts(told),
        newest_photo=newest,
        photos=find_photos(newest.values()),
    )
