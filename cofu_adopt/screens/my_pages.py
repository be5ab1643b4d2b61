"""The adopter's home: my ropes. The household's home: my plots and what the public reads about us."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cofu_adopt.adoptions import queries as adoptions
from cofu_adopt.adoptions.models import LIVE_STATES, AdoptionState
from cofu_adopt.adoptions.share import TOLD_STATES
from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.core.media.photos import find_photos
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.tell_story import LONGEST_NAME, LONGEST_STORY, tell_story
from cofu_adopt.growth import news
from cofu_adopt.payments.refund_progress import of_orders_themselves
from cofu_adopt.remedies import queries as remedies

bp = Blueprint("my", __name__, template_folder="templates")
household_bp = Blueprint("household", __name__, template_folder="templates")
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


@household_bp.get("/household")
@access.allow(Role.HOUSEHOLD)
def home() -> str:
    """The household's plots: how many ropes have found somebody."""
    return _home()


@household_bp.post("/household/<id:household_id>/story")
@access.allow(Role.HOUSEHOLD, writes=True)
def story(household_id: int) -> Any:
    """Change what the public reads, and whether it may."""
    if household_id not in {row[0] for row in farm.households_of_person(access.signed_in().person_id)}:
        raise NotFound
    consents = bool(request.form.get("consents"))
    before = farm.get_story(household_id).consents
    try:
        tell_story(
            household_id,
            public_name=" ".join(request.form.get("public_name", "").split()),
            story=request.form.get("story", "").strip(),
            story_en=request.form.get("story_en", "").strip(),
            consents=consents,
        )
    except Invalid as error:
        return _home(household_id, error.fields), error.status
    if before and not consents:
        flash(_("已收回，现在外面只看到村名。"))
    else:
        flash(_("记下了，外面现在就能看到。") if consents else _("记下了，还没有公开。"))
    return redirect(url_for("household.home"))


def _home(faulty_id: int | None = None, faults: dict[str, str] | None = None) -> str:
    ids = [row[0] for row in farm.households_of_person(access.signed_in().person_id)]
    plots = farm.list_plots_of_household(ids) if ids else []
    return render_template(
        "screens/household.html",
        households=[farm.get_story(household_id) for household_id in ids],
        plots=plots,
        rope_count=sum(plot.rope_count for plot in plots),
        adopted_count=sum(plot.rope_count - plot.free_count for plot in plots),
        longest=(LONGEST_NAME, LONGEST_STORY),
        faulty_id=faulty_id,
        faults=faults or {},
        typed=request.form,
    )
