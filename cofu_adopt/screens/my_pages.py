"""The adopter's home: my ropes."""

from __future__ import annotations

from flask import Blueprint, render_template

from cofu_adopt.adoptions import queries as adoptions
from cofu_adopt.adoptions.models import LIVE_STATES, AdoptionState
from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.farm import queries as farm

bp = Blueprint("my", __name__, template_folder="templates")


@bp.get("/my/ropes")
@access.allow(Role.ADOPTER)
def ropes() -> str:
    """All ropes that the person has or had."""
    rows = adoptions.list_own(access.signed_in().person_id)
    # What still asks for something first, then what grows, then what is over; the newest first in each.
    rows.sort(key=lambda row: (row.state is not AdoptionState.HELD, row.state not in LIVE_STATES))
    return render_template(
        "screens/my_ropes.html",
        adoptions=rows,
        plots={code: farm.get_plot(code) for code in {row.plot_code for row in rows}},
        growing=sum(row.state is AdoptionState.PAID for row in rows),
    )
