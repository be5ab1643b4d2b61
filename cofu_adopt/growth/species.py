"""How each species grows: what an operator set, else what the papers say."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal

from sqlalchemy import select

from cofu_adopt.core import audit, clock
from cofu_adopt.core.db import db
from cofu_adopt.farm.models import Species
from cofu_adopt.growth.models import SpeciesGrowth
from cofu_adopt.growth.rules import BLUE_MUSSEL, HARD_MUSSEL, Growth

OF_THE_PAPERS = {Species.BLUE_MUSSEL: BLUE_MUSSEL, Species.HARD_MUSSEL: HARD_MUSSEL}


def growths() -> dict[Species, Growth]:
    """The settings of every species."""
    rows = db.session.scalars(select(SpeciesGrowth))
    return OF_THE_PAPERS | {
        Species(row.species): Growth(
            linf_mm=float(row.linf_mm),
            k_per_year=float(row.k_per_year),
            c=float(row.season_c),
            ts=float(row.season_ts),
            market_mm=float(row.market_mm),
        )
        for row in rows
    }


def keep_growth(species: Species, growth: Growth) -> None:
    """Keep settings that are checked, in the open unit of work; those of the papers need none."""
    if growth == OF_THE_PAPERS[species]:
        forget_growth(species)
    else:
        set_growth(species, growth)


def set_growth(species: Species, growth: Growth) -> None:
    """Set how a species grows, in the open unit of work; every forecast follows at once.

    The values are checked by the form (schemas.py) and once more by the table.
    """
    before = growths()[species]
    db.session.merge(
        SpeciesGrowth(
            species=species,
            linf_mm=Decimal(str(growth.linf_mm)),
            k_per_year=Decimal(str(growth.k_per_year)),
            season_c=Decimal(str(growth.c)),
            season_ts=Decimal(str(growth.ts)),
            market_mm=Decimal(str(growth.market_mm)),
            changed_at=clock.now(),
        )
    )
    db.session.flush()
    audit.record("growth.set_species", "species", species, before=asdict(before), after=asdict(growth))


def forget_growth(species: Species) -> None:
    """Go back to what the papers say, in the open unit of work."""
    row = db.session.get(SpeciesGrowth, species)
    if row is None:
        return
    before = growths()[species]
    db.session.delete(row)
    db.session.flush()
    audit.record("growth.set_species", "species", species, before=asdict(before), after=asdict(OF_THE_PAPERS[species]))
