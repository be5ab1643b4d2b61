"""The desk's households: phone and bank account masked, shown whole one at a time for a reason."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from cofu_adopt.core import access, read_audit
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.core.reason import load_reason
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm import search_households
from cofu_adopt.farm.desk_plots import list_shares
from cofu_adopt.farm.reveal_household import Secret, reveal_household
from cofu_adopt.identity import find_people
from cofu_adopt.screens.desk_roles import ACTORS, READERS
from cofu_adopt.screens.desk_words import for_templates

bp = Blueprint("desk_households", __name__, template_folder="templates", url_prefix="/desk/households")
bp.context_processor(for_templates)
ROWS = 50


@bp.get("")
@access.allow(*READERS)
def index() -> Any:
    """The list. A whole phone does not stay in the address."""
    typed = request.args.get("q", "").strip()
    if search_households.mask_search(typed) != typed:
        return _find(typed)
    return _list(typed)


@bp.post("")
@access.allow(*READERS)
def find() -> Any:
    """Find what was typed; a single household opens at once."""
    return _find(request.form.get("q", "").strip())


@bp.get("/<code>")
@access.allow(*READERS)
def show(code: str) -> str:
    """One household: its plots, its story, what was done about it."""
    return _show(code)


@bp.post("/<code>/reveal")
@access.allow(*ACTORS, writes=True, fresh=True)
def reveal(code: str) -> Any:
    """Phone or bank account whole, once, for a reason."""
    try:
        secret = Secret(request.form.get("field", ""))
    except ValueError as error:
        raise NotFound from error
    try:
        reason = load_reason(request.form.get("reason", ""))
    except Invalid as error:
        return _show(code, fault=error.fields["reason"], typed=request.form.get("reason", ""), secret=secret), 422
    value = reveal_household(code, secret, reason)
    return _show(code, secret=secret, value=value), {"Cache-Control": "no-store"}


def _find(typed: str) -> Any:
    try:
        found = search_households.list_households(typed, limit=2)
    except Invalid as error:
        return _list("", fault=error.fields["q"], typed=typed), 422
    if len(found) == 1:
        return redirect(url_for("desk_households.show", code=found[0].code))
    if search_households.mask_search(typed) != typed:
        # One phone is one household, so nothing was found.
        return _list("", nothing=True)
    return redirect(url_for("desk_households.index", q=typed or None))


def _list(query: str, *, fault: str = "", typed: str = "", nothing: bool = False) -> str:
    after, before = request.args.get("after"), request.args.get("before")
    rows = [] if nothing else search_households.list_households(query, after=after, before=before, limit=ROWS + 1)
    more = len(rows) > ROWS
    rows = rows[-ROWS:] if before else rows[:ROWS]
    return render_template(
        "screens/desk/households.html",
        rows=rows,
        query=query,
        typed=typed or query,
        fault=fault,
        total=farm.count_households(),
        earlier=rows[0].code if rows and (after or (before and more)) else None,
        later=rows[-1].code if rows and (before or more) else None,
    )


def _show(code: str, *, secret: Secret | None = None, value: str = "", fault: str = "", typed: str = "") -> str:
    household = search_households.get_household(code)
    acts = read_audit.list_acts_on("household", [household.id], limit=20)[::-1]
    return render_template(
        "screens/desk/household.html",
        household=household,
        story=farm.get_story(household.id),
        shares=list_shares(household_id=household.id),
        acts=acts,
        faces=find_people.faces({act.actor_id for act in acts}),
        secret=secret,
        value=value,
        fault=fault,
        typed=typed,
    )
