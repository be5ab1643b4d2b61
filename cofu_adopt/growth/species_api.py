"""How each species grows, for programs: read it, try other settings, keep them."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from cofu_adopt.core import access, etag
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import refuses
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.farm.models import Species
from cofu_adopt.growth import species_schemas as schemas
from cofu_adopt.growth.desk_api import bp
from cofu_adopt.growth.desk_pages import READERS
from cofu_adopt.growth.load_growth import load_growth
from cofu_adopt.growth.rules import Growth
from cofu_adopt.growth.species import OF_THE_PAPERS, growths, keep_growth
from cofu_adopt.growth.try_growth import Trial, try_growth

ONE = "/desk/species/<string(maxlength=20):species>"
SETTINGS = schemas.SpeciesSchema()


@bp.get("/desk/species", zh="每种贻贝怎么长")
@bp.response(200, schemas.AllSpeciesSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def all_species() -> dict[str, Any]:
    """Every species with its settings, and what the papers say."""
    return {"items": [_shown(species) for species in growths()]}


@bp.get(ONE, zh="一种贻贝怎么长")
@bp.response(200, SETTINGS)
@access.allow(*READERS, scope=Scope.DESK_READ)
def one_species(species: str) -> dict[str, Any]:
    """One species with its settings."""
    return _shown(_species(species))


@bp.post(f"{ONE}/preview", zh="换一套数会怎样")
@refuses(Invalid)
@bp.arguments(schemas.GrowthInSchema())
@bp.response(200, schemas.TrialSchema())
@access.allow(Role.OPERATOR, scope=Scope.DESK_READ)
def preview(given: dict[str, float], species: str) -> Trial:
    """What other settings would change for the species' plots; nothing is kept."""
    return try_growth(_species(species), _growth(given))


@bp.put(ONE, zh="改一种贻贝怎么长")
@refuses(Invalid, needs_match=True)
@bp.arguments(schemas.GrowthInSchema())
@bp.response(200, SETTINGS)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def change(given: dict[str, float], species: str) -> dict[str, Any]:
    """Keep settings; every forecast follows at once. Those of the papers are what stands without any."""
    found = _species(species)
    etag.require_match(SETTINGS, _shown(found))
    keep_growth(found, _growth(given))
    return _shown(found)


def _growth(given: dict[str, float]) -> Growth:
    return load_growth({name: f"{Decimal(str(value)):f}" for name, value in given.items()})


def _shown(species: Species) -> dict[str, Any]:
    growth, papers = growths()[species], OF_THE_PAPERS[species]
    return {"species": species, "is_set": growth != papers, "settings": asdict(growth), "papers": asdict(papers)}


def _species(name: str) -> Species:
    try:
        return Species(name)
    except ValueError as error:
        raise NotFound from error
