"""The adopter's page: what happened, that the money is safe, what she can choose, and until when."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cofu_adopt.adoptions import queries as adoptions
from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import DomainError
from cofu_adopt.offers import queries as offers
from cofu_adopt.remedies import queries, words
from cofu_adopt.remedies.choose import choose
from cofu_adopt.remedies.errors import AlreadyChosen, ChoiceOver, NoEqualRope, NotOffered
from cofu_adopt.remedies.models import RemedyState

bp = Blueprint("remedies", __name__, template_folder="templates")


def open_remedy_of(adoption_id: int) -> queries.RemedyRow | None:
    """What waits for a choice in the order, for the notice on its page."""
    return queries.open_by_order([adoption_id]).get(adoption_id)


@bp.get("/orders/<code>/remedy")
@access.allow(Role.ADOPTER)
def ask(code: str) -> Any:
    """What can be chosen; once it is chosen, the order tells the rest."""
    found = queries.get_own_choice(code, access.signed_in().person_id)
    if found.remedy.state is not RemedyState.OPEN:
        return redirect(url_for("adoptions.order", code=code))
    return _page(code, found)


@bp.post("/orders/<code>/remedy")
@access.allow(Role.ADOPTER, writes=True)
def decide(code: str) -> Any:
    """Choose."""
    person_id = access.signed_in().person_id
    choose(code, person_id, request.form.get("outcome", ""))
    flash(_("选好了。"))
    return redirect(url_for("adoptions.order", code=code))


@bp.errorhandler(AlreadyChosen)
def on_already_chosen(error: AlreadyChosen) -> Any:
    """Chosen in another tab: the order says what."""
    flash(error.message)
    return redirect(url_for("adoptions.order", code=(request.view_args or {})["code"]))


@bp.errorhandler(NoEqualRope)
@bp.errorhandler(NotOffered)
@bp.errorhandler(ChoiceOver)
def on_not_to_be_had(error: DomainError) -> Any:
    """Nothing has changed: say why, and offer what there is now."""
    code = (request.view_args or {})["code"]
    with unit_of_work(writes=False):
        found = queries.get_own_choice(code, access.signed_in().person_id)
        return _page(code, found, error.message), error.status


def _page(code: str, found: queries.Choice, refusal: str = "") -> str:
    row = adoptions.get_own_row(code, access.signed_in().person_id)
    return render_template(
        "remedies/choose.html",
        adoption=row,
        offer=offers.get_offer(row.offer_id),
        remedy=found.remedy,
        possible=found.possible,
        equal_rope=found.equal_rope,
        credit_fen=found.credit_fen,
        time_left=words.time_left(found.remedy.choose_until),
        refusal=refusal,
    )
