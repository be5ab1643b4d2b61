"""How each species grows: what the papers say, what an operator sets instead, and what that would change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.farm.models import Species
from cofu_adopt.growth.desk_pages import READERS
from cofu_adopt.growth.load_growth import RANGES, load_growth, typed_growth
from cofu_adopt.growth.species import OF_THE_PAPERS, growths, keep_growth
from cofu_adopt.growth.try_growth import Trial, try_growth
from cofu_adopt.growth.words import for_templates

bp = Blueprint("desk_species", __name__, template_folder="templates", url_prefix="/desk/growth/species")
bp.context_processor(for_templates)


@bp.get("")
@access.allow(*READERS)
def index() -> str:
    """Both species with their settings."""
    return _page()


@bp.post("/<name>/preview")
@access.allow(Role.OPERATOR)
def preview(name: str) -> Any:
    """What other settings would change; nothing is kept."""
    species = _species(name)
    papers = typed_growth(OF_THE_PAPERS[species])
    typed = papers if request.form.get("papers") else request.form.to_dict()
    try:
        trial = try_growth(species, load_growth(typed))
    except Invalid as error:
        return _page(species, typed, error.fields), error.status
    return _page(species, typed, trial=trial)


@bp.post("/<name>")
@access.allow(Role.OPERATOR, writes=True, fresh=True)
def change(name: str) -> Any:
    """Keep the settings; those of the papers need none."""
    species, typed = _species(name), request.form.to_dict()
    try:
        growth = load_growth(typed)
    except Invalid as error:
        return _page(species, typed, error.fields), error.status
    keep_growth(species, growth)
    flash(_("存好了，预计马上照新的数算。"))
    return redirect(url_for("desk_species.index"), 303)


def _page(
    of: Species | None = None,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    trial: Trial | None = None,
) -> str:
    known = growths()
    return render_template(
        "growth/desk_species.html",
        settings={
            species: {
                "is_set": growth != OF_THE_PAPERS[species],
                "papers": typed_growth(OF_THE_PAPERS[species]),
                "known": typed_growth(growth),
                "typed": typed if species is of and typed is not None else typed_growth(growth),
                "faults": faults if species is of and faults is not None else {},
                "trial": trial if species is of else None,
            }
            for species, growth in known.items()
        },
        ranges=RANGES,
    )


def _species(name: str) -> Species:
    try:
        return Species(name)
    except ValueError as error:
        raise NotFound from error
