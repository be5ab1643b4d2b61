"""A household's own posts: the list, a form that needs no JavaScript, and the route that its phone page sends to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, flash, json, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from cofu_adopt.core import access, clock, error_pages, problem
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import undone_on_error
from cofu_adopt.core.errors import DomainError, Invalid, NotFound
from cofu_adopt.core.media.photos import find_photos
from cofu_adopt.core.paging import USUAL_LIMIT
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth import people_photos, queries, schemas
from cofu_adopt.growth.correct_update import correct_update
from cofu_adopt.growth.edit_update import edit_update
from cofu_adopt.growth.errors import ReadingQuestioned
from cofu_adopt.growth.load_post import choose_household, load_change, load_post
from cofu_adopt.growth.models import ReadingState
from cofu_adopt.growth.people_photos import Wish
from cofu_adopt.growth.post_update import post_update
from cofu_adopt.growth.queries import Place
from cofu_adopt.growth.questions import Question
from cofu_adopt.growth.read_form import form_key, is_emptied, load, read_content, read_readings
from cofu_adopt.growth.rows import OwnUpdate
from cofu_adopt.growth.withdraw_update import withdraw_update
from cofu_adopt.growth.words import for_templates

bp = Blueprint("diary", __name__, template_folder="templates", url_prefix="/household/updates")
bp.context_processor(for_templates)
Again = Callable[[Mapping[str, str], Sequence[Question]], str]
"""Shows a form again with its faults and questions."""
LONGEST_NUMBER = 15
"""Digits of an id that a database can hold."""


@bp.errorhandler(DomainError)
def on_refusal(error: DomainError) -> Any:
    """A phone's page gets a problem document, also where it must sign in again; a browser gets its page."""
    if not request.is_json:
        return error_pages.on_domain_error(error)
    answer = problem.problem_of(error)
    answer.headers.update(problem.headers_of(error))
    return answer


@bp.errorhandler(CSRFError)
def on_stale_form(error: CSRFError) -> Response:
    """The page is too old, or another site's; the phone keeps what it has and opens a new one."""
    return problem.problem(400, "stale_form") if request.is_json else error_pages.on_csrf_error(error)


@bp.get("")
@access.allow(Role.HOUSEHOLD)
def index() -> str:
    """The household's own posts, newest first, with what can still be done about each."""
    rows = queries.updates_of_household(_mine(), place_asked(), USUAL_LIMIT + 1)
    shown = rows[:USUAL_LIMIT]
    return render_template(
        "growth/own.html",
        updates=shown,
        later=mark(shown[-1]) if len(rows) > USUAL_LIMIT else None,
        photos=find_photos({photo.photo_id for own in shown for photo in own.photos}),
        people_shown=any(photo.shows_people and photo.is_shown for own in shown for photo in own.photos),
    )


@bp.post("")
@access.allow(Role.HOUSEHOLD, writes=True)
def post() -> Any:
    """Post: JSON from the phone's page, or the form."""
    person_id = access.signed_in().person_id
    if request.is_json:
        given = load(schemas.UpdateInSchema(), request.get_json(silent=True))
        posted = post_update(choose_household(person_id, given["household_id"]), person_id, load_post(given))
        status = 201 if posted.is_new else 200
        return Response(json.dumps({"id": posted.id}), status, content_type="application/json")

    def send(typed: dict[str, Any]) -> None:
        given = load(schemas.UpdateInSchema(), typed)
        post_update(choose_household(person_id, given["household_id"]), person_id, load_post(given))

    return answer_form(send, partial(_form, None), _("发出去了。"), url_for("diary.index"))


@bp.get("/new")
@access.allow(Role.HOUSEHOLD)
def new() -> str:
    """The form for a new post."""
    return _form()


@bp.get("/<id:update_id>")
@access.allow(Role.HOUSEHOLD)
def show(update_id: int) -> str:
    """One post: change it within its day, correct it afterwards, see what it said before."""
    return _form(queries.get_update(update_id, _mine()))


@bp.post("/<id:update_id>")
@access.allow(Role.HOUSEHOLD, writes=True)
def change(update_id: int) -> Any:
    """Change a post within its day, or correct it afterwards: the page of the post knows which."""
    own, person_id = queries.get_update(update_id, _mine()), access.signed_in().person_id

    def send(typed: dict[str, Any]) -> None:
        if own.can_correct:
            given = load(schemas.UpdateInSchema(), typed | {"plot_codes": list(own.row.plot_codes)})
            correct_update(update_id, _mine(), person_id, load_post(given))
            return
        typed |= {"dropped_photo_ids": [one for one in map(_id, request.form.getlist("drop")) if one is not None]}
        for name in ("client_uuid", "plot_codes", "household_id"):
            typed.pop(name, None)
        wish = load_change(load(schemas.UpdateChangeSchema(), typed))
        taken_out = dict.fromkeys(_emptied(own))
        edit_update(update_id, _mine(), person_id, replace(wish, readings=wish.readings | taken_out))

    said = _("更正写好了，跟在原来那条后面。") if own.can_correct else _("改好了。")
    return answer_form(send, partial(_form, own), said, url_for("diary.index"), list(own.row.plot_codes))


@bp.post("/<id:update_id>/withdraw")
@access.allow(Role.HOUSEHOLD, writes=True)
def withdraw(update_id: int) -> Any:
    """Withdraw a post within its day."""
    withdraw_update(update_id, _mine(), access.signed_in().person_id)
    flash(_("撤下了，别人看不到了。"))
    return redirect(url_for("diary.index"))


@bp.post("/<id:update_id>/photos/<id:photo_id>/people")
@access.allow(Role.HOUSEHOLD, writes=True)
def people(update_id: int, photo_id: int) -> Any:
    """Say whether people can be seen on a photo, and whether they agree."""
    wish = request.form.get("wish", "")
    if wish not in set(Wish):
        raise NotFound
    people_photos.wish_people(update_id, photo_id, _mine(), Wish(wish))
    flash(_("记下了，马上算数。"))
    return redirect(url_for("diary.show", update_id=update_id))


@bp.post("/people/revoke")
@access.allow(Role.HOUSEHOLD, writes=True)
def revoke_people() -> Any:
    """Take back every consent to show people."""
    for household_id in _mine():
        people_photos.revoke_people(household_id)
    flash(_("有人的照片都收回了，别人看不到了。"))
    return redirect(url_for("diary.index"))


def answer_form(
    send: Callable[[dict[str, Any]], None], again: Again, said: str, target: str, plot_codes: list[str] | None = None
) -> Any:
    """Send what the form says; a fault or a question comes back on the form, and nothing of it has happened."""
    try:
        with undone_on_error():
            send(read_form(request.form.getlist("plot_codes") if plot_codes is None else plot_codes))
    except Invalid as error:
        return again(error.fields, ()), error.status
    except ReadingQuestioned as error:
        return again({}, error.questions), error.status
    flash(said)
    return redirect(target)


def read_form(plot_codes: list[str]) -> dict[str, Any]:
    """The form as the schemas understand it. Raises Invalid."""
    said = {
        "household_id": _id(request.form.get("household_id", "")),
        "plot_codes": plot_codes,
        "readings": read_readings(request.form, plot_codes),
        **read_content(request.form),
    }
    confirmed = bool(request.form.get("confirmed"))
    return said | {"client_uuid": form_key(request.form.get("client_uuid", ""), said), "confirmed": confirmed}


def form_values(own: OwnUpdate | None, faults: Mapping[str, str], questions: Sequence[Question]) -> dict[str, Any]:
    """What the form's template needs besides the plots to choose from."""
    return {
        "own": own,
        "typed": request.form,
        "faults": faults,
        "questions": questions,
        "client_uuid": request.form.get("client_uuid") or str(uuid4()),
        "photos": find_photos({photo.photo_id for photo in own.photos}) if own else {},
        "revisions": queries.history(own.row.id) if own else [],
    }


def place_asked() -> Place | None:
    """Where the page goes on: the moment and id of the last row of the page before."""
    at, _dash, number = request.args.get("before", "").rpartition("_")
    row_id = _id(number)
    try:
        moment = datetime.fromisoformat(at)
        if row_id is None or moment.tzinfo is None:
            return None
        return moment.astimezone(UTC), row_id
    except (ValueError, OverflowError):
        # Also a moment whose offset leads out of the calendar.
        return None


def mark(own: OwnUpdate) -> str:
    """The mark of a row for `place_asked`."""
    at, number = own.row.place
    return f"{at.isoformat()}_{number}"


def _id(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER else None


def _emptied(own: OwnUpdate) -> list[str]:
    """The plots whose reading the form showed and whose fields come back empty."""
    kept = [row.plot_code for row in own.readings if row.state is ReadingState.KEPT]
    return [code for code in kept if is_emptied(request.form, code)]


def _mine() -> list[int]:
    return [row[0] for row in farm.households_of_person(access.signed_in().person_id)]


def _form(
    own: OwnUpdate | None = None, faults: Mapping[str, str] | None = None, questions: Sequence[Question] = ()
) -> str:
    households = farm.households_of_person(access.signed_in().person_id)
    plots = {
        household_id: list(farm.plots_of_household_on(household_id, clock.today()))
        for household_id, _code, _head in households
    }
    values = form_values(own, faults or {}, questions)
    return render_template("growth/form.html", households=households, plots=plots, **values)
