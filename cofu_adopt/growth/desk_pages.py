"""The workshop's diary: post for a household without a phone, take posts off, look at readings that look wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cofu_adopt.core import access, clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.paging import USUAL_LIMIT
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm import search_households
from cofu_adopt.growth import hide_update, queries, read_reviews, review_reading, schemas
from cofu_adopt.growth.correct_update import correct_update
from cofu_adopt.growth.errors import AlreadyReviewed
from cofu_adopt.growth.household_pages import answer_form, form_values, mark, place_asked
from cofu_adopt.growth.load_post import load_post
from cofu_adopt.growth.post_update import post_update
from cofu_adopt.growth.questions import Question
from cofu_adopt.growth.read_form import load
from cofu_adopt.growth.rows import OwnUpdate
from cofu_adopt.growth.words import QUICK_REASONS, for_templates
from cofu_adopt.identity import find_people

bp = Blueprint("desk_growth", __name__, template_folder="templates", url_prefix="/desk/growth")
bp.context_processor(for_templates)
READERS = (Role.OPERATOR, Role.AUDITOR)


@bp.get("/updates")
@access.allow(*READERS)
def index() -> str:
    """All posts, newest first, and how many readings wait."""
    hidden = bool(request.args.get("hidden"))
    rows = queries.list_updates(place_asked(), USUAL_LIMIT + 1, hidden=hidden)
    shown = rows[:USUAL_LIMIT]
    return render_template(
        "growth/desk.html",
        updates=shown,
        later=mark(shown[-1]) if len(rows) > USUAL_LIMIT else None,
        hidden=hidden,
        stories=farm.get_stories({own.row.household_id for own in shown}),
        waiting=read_reviews.count_readings_to_review(),
    )


@bp.get("/updates/new")
@access.allow(Role.OPERATOR)
def new() -> Any:
    """Choose the household by its code, then the form."""
    code = request.args.get("household", "").strip()
    if not code:
        households = [(row.code, f"{row.code} {row.head_name}") for row in search_households.list_households(limit=500)]
        return render_template("growth/desk_choose.html", households_to_choose=households)
    return _form(code)


@bp.post("/updates/new")
@access.allow(Role.OPERATOR, writes=True)
def post() -> Any:
    """Post for a household, marked as such."""
    code, person_id = request.args.get("household", "").strip(), access.signed_in().person_id
    household = search_households.get_household(code)

    def send(typed: dict[str, Any]) -> None:
        given = load(schemas.UpdateInSchema(), typed)
        post_update(household.id, person_id, load_post(given), on_behalf=True)

    said = _("替%(name)s家发出去了。", name=household.head_name)
    return answer_form(send, partial(_form, code), said, url_for("desk_growth.index"))


@bp.get("/updates/<id:update_id>")
@access.allow(*READERS)
def show(update_id: int) -> str:
    """One post with its history, and what can be done about it."""
    return _show(update_id)


@bp.post("/updates/<id:update_id>/hide")
@access.allow(Role.OPERATOR, writes=True)
def hide(update_id: int) -> Any:
    """Take the post off, for a reason."""
    try:
        hide_update.hide_update(update_id, request.form.get("reason", ""))
    except Invalid as error:
        return _show(update_id, error.fields["reason"]), error.status
    flash(_("撤下了，别人看不到了。"))
    return redirect(url_for("desk_growth.show", update_id=update_id))


@bp.post("/updates/<id:update_id>/restore")
@access.allow(Role.OPERATOR, writes=True)
def restore(update_id: int) -> Any:
    """Show the post again, for a reason."""
    try:
        hide_update.restore_update(update_id, request.form.get("reason", ""))
    except Invalid as error:
        return _show(update_id, error.fields["reason"]), error.status
    flash(_("又放出来了。"))
    return redirect(url_for("desk_growth.show", update_id=update_id))


@bp.post("/updates/<id:update_id>/correct")
@access.allow(Role.OPERATOR, writes=True)
def correct(update_id: int) -> Any:
    """Write a correction for a household, marked as such."""
    own, person_id = queries.get_update(update_id), access.signed_in().person_id

    def send(typed: dict[str, Any]) -> None:
        given = load(schemas.UpdateInSchema(), typed)
        correct_update(update_id, [own.row.household_id], person_id, load_post(given), on_behalf=True)

    def again(faults: Mapping[str, str], questions: Sequence[Question]) -> str:
        return _show(update_id, faults=faults, questions=questions)

    target = url_for("desk_growth.show", update_id=update_id)
    return answer_form(send, again, _("更正写好了，跟在原来那条后面。"), target, list(own.row.plot_codes))


@bp.get("/readings")
@access.allow(*READERS)
def readings() -> str:
    """Readings that look wrong and that nobody of the workshop has looked at."""
    return _readings()


@bp.post("/readings/<id:reading_id>")
@access.allow(Role.OPERATOR, writes=True)
def review(reading_id: int) -> Any:
    """It stands or it goes, for a reason: a ready one by its key, or what was typed."""
    person_id, reason, stands = access.signed_in().person_id, request.form.get("reason", ""), "stands" in request.form
    quick = QUICK_REASONS.get(request.form.get("quick", ""))
    if quick is not None:
        stands, reason = quick[0], str(quick[1])
    act = review_reading.accept_reading if stands else review_reading.reject_reading
    try:
        act(reading_id, person_id, reason)
    except Invalid as error:
        return _readings(reading_id, error.fields["reason"]), error.status
    except AlreadyReviewed as error:
        return _readings(reading_id, error.message), error.status
    flash(_("记下了，马上算数。"))
    return redirect(url_for("desk_growth.readings"))


def _readings(faulty_id: int | None = None, fault: str = "") -> str:
    rows = read_reviews.readings_to_review()
    households = {row.household_id for row in rows if row.household_id is not None}
    return render_template(
        "growth/desk_readings.html",
        rows=rows,
        stories=farm.get_stories(households),
        faulty_id=faulty_id,
        fault=fault,
        typed=request.form.get("reason", ""),
        most=read_reviews.MOST,
    )


def _show(
    update_id: int, fault: str = "", *, faults: Mapping[str, str] | None = None, questions: Sequence[Question] = ()
) -> str:
    own: OwnUpdate = queries.get_update(update_id)
    values = form_values(own, faults or {}, questions)
    people = find_people.faces({own.person_id, *(one.person_id for one in values["revisions"])})
    return render_template(
        "growth/desk_show.html",
        **values,
        story=farm.get_story(own.row.household_id),
        people=people,
        fault=fault,
    )


def _form(code: str, faults: Mapping[str, str] | None = None, questions: Sequence[Question] = ()) -> str:
    household = search_households.get_household(code)
    return render_template(
        "growth/desk_form.html",
        household=household,
        households=[(household.id, household.code, household.head_name)],
        plots={household.id: list(farm.plots_of_household_on(household.id, clock.today()))},
        **form_values(None, faults or {}, questions),
    )
