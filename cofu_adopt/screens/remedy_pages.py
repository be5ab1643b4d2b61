"""The desk chooses on an adopter's behalf what she gets instead, for a reason."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cofu_adopt.adoptions import show_order
from cofu_adopt.core import access
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import DomainError, Invalid
from cofu_adopt.core.reason import load_reason
from cofu_adopt.identity import find_people
from cofu_adopt.remedies import queries
from cofu_adopt.remedies.choose import choose_by_staff
from cofu_adopt.remedies.errors import AlreadyChosen, ChoiceOver, NoEqualRope, NotOffered
from cofu_adopt.remedies.words import cause_words, outcome_words
from cofu_adopt.screens.desk_roles import ACTORS
from cofu_adopt.screens.desk_words import for_templates

bp = Blueprint("desk_remedy", __name__, template_folder="templates", url_prefix="/desk/orders")
bp.context_processor(for_templates)


@bp.get("/<code>/remedy")
@access.allow(*ACTORS)
def ask(code: str) -> Any:
    """What can be chosen now."""
    found = queries.get_choice(code)
    if found.remedy.is_over:
        return redirect(url_for("desk_orders.show", code=code))
    return _page(code, found)


@bp.post("/<code>/remedy")
@access.allow(*ACTORS, writes=True, fresh=True)
def decide(code: str) -> Any:
    """Choose for her."""
    queries.get_choice(code)
    choose_by_staff(code, request.form.get("outcome", ""), reason=load_reason(request.form.get("reason", "")))
    flash(_("选好了，认养人会收到消息。"))
    return redirect(url_for("desk_orders.show", code=code))


@bp.errorhandler(Invalid)
@bp.errorhandler(NoEqualRope)
@bp.errorhandler(NotOffered)
@bp.errorhandler(AlreadyChosen)
@bp.errorhandler(ChoiceOver)
def on_refused(error: DomainError) -> Any:
    """Nothing has changed: say why, with all that was typed."""
    code = (request.view_args or {})["code"]
    faults = error.fields if isinstance(error, Invalid) else {}
    with unit_of_work(writes=False):
        page = _page(code, queries.get_choice(code), refusal="" if faults else error.message, faults=faults)
    return page, error.status


def _page(code: str, found: queries.Choice, *, refusal: str = "", faults: dict[str, str] | None = None) -> str:
    order = show_order.get_detail(code)
    return render_template(
        "screens/desk/remedy.html",
        order=order,
        remedy=found.remedy,
        why=cause_words(found.remedy.cause),
        options=[(outcome, outcome_words(outcome)) for outcome in found.possible],
        equal_rope=found.equal_rope,
        otherwise=outcome_words(found.remedy.default_outcome),
        face=find_people.faces({order.person_id}).get(order.person_id),
        refusal=refusal,
        fault=(faults or {}).get("reason", ""),
        chosen=request.form.get("outcome", ""),
        typed=request.form.get("reason", ""),
    )
