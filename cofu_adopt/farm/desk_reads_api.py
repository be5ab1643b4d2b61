"""The desk's reads of one plot and one household, for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cofu_adopt.core import access
from cofu_adopt.core.access import Scope
from cofu_adopt.farm import desk_plots, queries, schemas, search_households
from cofu_adopt.farm.api import READERS, desk_bp


@desk_bp.get("/desk/plots/<string(maxlength=12):code>", zh="一桁：谁占多少，保险和位置")
@desk_bp.response(200, schemas.DeskPlotSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def desk_plot(code: str) -> dict[str, Any]:
    """One plot as only staff see it: who has which share since when, its insurance, where it lies."""
    plot = queries.get_plot(code)
    longitude, latitude = desk_plots.position(plot.id)
    return asdict(plot) | {
        "insurance_number": desk_plots.insurance_number(plot.id),
        "longitude": longitude,
        "latitude": latitude,
        "shares": desk_plots.list_shares(plot_id=plot.id),
    }


@desk_bp.get("/desk/households/<string(maxlength=12):code>", zh="一户：桁和自家说的话，电话和账号已遮住")
@desk_bp.response(200, schemas.HouseholdDetailSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def desk_household(code: str) -> dict[str, Any]:
    """One household with its shares in plots and its story; phone and bank account are masked."""
    household = search_households.get_household(code)
    return asdict(household) | {
        "story": queries.get_story(household.id),
        "shares": desk_plots.list_shares(household_id=household.id),
    }
