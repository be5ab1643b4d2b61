"""The sea for everybody, a household's own plots and story, and the desk's lists of plots and households."""

from __future__ import annotations

from typing import Any

from cofu_adopt.core import access, etag, paging
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import ApiBlueprint, public_read, refuses
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.farm import queries, schemas
from cofu_adopt.farm.rows import PlotRow, StoryRow
from cofu_adopt.farm.search_households import HouseholdRow, list_households
from cofu_adopt.farm.tell_story import tell_story

bp = ApiBlueprint(
    "api_farm",
    __name__,
    tag="Sea",
    zh=("海", "格、桁、绳和测量，谁都能看。"),
    description="Squares, plots, ropes and measurements; for everybody.",
)
household_bp = ApiBlueprint(
    "api_household",
    __name__,
    tag="Household",
    zh=("养殖户", "自家的桁和自家说的话。"),
    description="A household's own plots and what it tells about itself.",
)
desk_bp = ApiBlueprint(
    "api_desk_farm",
    __name__,
    tag="Desk: sea",
    zh=("工坊：海", "桁和养殖户。"),
    description="Plots and households, for the workshop.",
)
READERS = (Role.OPERATOR, Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.AUDITOR)
STORY = schemas.StorySchema()


@bp.get("/grids", zh="海上所有的格")
@public_read
@bp.response(200, schemas.GridsSchema())
@access.public()
def grids() -> dict[str, Any]:
    """All squares of the sea, by code."""
    return {"items": queries.list_grids()}


@bp.get("/grids/<string(maxlength=8):code>", zh="一格")
@public_read
@bp.response(200, schemas.GridSchema())
@access.public()
def grid(code: str) -> Any:
    """One square."""
    return queries.get_grid(code)


@bp.get("/grids/<string(maxlength=8):code>/plots", zh="一格里的桁")
@public_read
@bp.response(200, schemas.PlotsSchema())
@access.public()
def plots_of_grid(code: str) -> dict[str, Any]:
    """The plots of a square, by code."""
    return {"items": queries.list_plots(code)}


@bp.get("/plots/<string(maxlength=12):code>", zh="一桁：最近一次测量，谁在养")
@public_read
@bp.response(200, schemas.PlotSchema())
@access.public()
def plot(code: str) -> Any:
    """One plot with its newest measurement and who works it."""
    return queries.get_plot(code)


@bp.get("/plots/<string(maxlength=12):code>/ropes", zh="一桁里的绳，哪些空着")
@public_read
@bp.response(200, schemas.RopesSchema())
@access.public()
def ropes(code: str) -> dict[str, Any]:
    """The ropes of a plot, and which are free."""
    return {"items": queries.list_ropes(_plot_id(code))}


@bp.get("/plots/<string(maxlength=12):code>/measurements", zh="一桁的历次测量")
@public_read
@bp.response(200, schemas.MeasurementsSchema())
@access.public()
def measurements(code: str) -> dict[str, Any]:
    """How the mussels of a plot have grown, oldest first."""
    return {"items": queries.list_measurements(_plot_id(code))}


@household_bp.get("/household/plots", zh="自家的桁")
@household_bp.response(200, schemas.PlotsSchema())
@access.allow(Role.HOUSEHOLD, scope=Scope.HOUSEHOLD_READ)
def household_plots() -> dict[str, Any]:
    """The plots in which the person's households have a share, and how many of their ropes are free."""
    ids = list(_own_households())
    return {"items": queries.list_plots_of_household(ids) if ids else []}


@household_bp.get("/household/stories", zh="自家说的话")
@household_bp.response(200, schemas.StoriesSchema())
@access.allow(Role.HOUSEHOLD, scope=Scope.HOUSEHOLD_READ)
def stories() -> dict[str, Any]:
    """What the person's households tell about themselves."""
    return {"items": [queries.get_story(household_id) for household_id in _own_households()]}


@household_bp.get("/household/stories/<string(maxlength=12):code>", zh="一户说的话")
@household_bp.response(200, STORY)
@access.allow(Role.HOUSEHOLD, scope=Scope.HOUSEHOLD_READ)
def story(code: str) -> StoryRow:
    """What one of the person's households tells about itself."""
    return _own_story(code)


@household_bp.put("/household/stories/<string(maxlength=12):code>", zh="改自家说的话，定要不要公开")
@refuses(Invalid, needs_match=True)
@household_bp.arguments(schemas.StoryInSchema())
@household_bp.response(200, STORY)
@access.allow(Role.HOUSEHOLD, scope=Scope.HOUSEHOLD_WRITE, writes=True)
def change_story(told: dict[str, Any], code: str) -> StoryRow:
    """Change what the public reads, and whether it may."""
    before = _own_story(code)
    etag.require_match(STORY, before)
    texts = {name: (told[name] or "").strip() for name in ("public_name", "story", "story_en")}
    tell_story(before.id, consents=told["consents"], **texts)
    return queries.get_story(before.id)


@desk_bp.get("/desk/plots", zh="所有的桁")
@desk_bp.arguments(schemas.DeskPlotArgs(), location="query")
@desk_bp.response(200, paging.page_schema(schemas.PlotSchema()))
@access.allow(*READERS, scope=Scope.DESK_READ)
def desk_plots(args: dict[str, Any]) -> dict[str, Any]:
    """All plots by code, also those that no offer sells."""
    after = paging.read_cursor("plots", args)
    rows: list[PlotRow] = queries.page_plots(args.get("grid"), after=after, limit=args["limit"] + 1)
    return paging.page("plots", args, rows, lambda row: row.code)


@desk_bp.get("/desk/households", zh="养殖户，电话和账号已遮住")
@desk_bp.arguments(schemas.HouseholdArgs(), location="query")
@desk_bp.response(200, paging.page_schema(schemas.HouseholdSchema()))
@access.allow(*READERS, scope=Scope.DESK_READ)
def desk_households(args: dict[str, Any]) -> dict[str, Any]:
    """Households by code; phones and bank accounts are masked."""
    after = paging.read_cursor("households", args)
    rows: list[HouseholdRow] = list_households(args["q"], after=after, limit=args["limit"] + 1)
    return paging.page("households", args, rows, lambda row: row.code)


def _plot_id(code: str) -> int:
    found = queries.find_plot_id(code)
    if found is None:
        raise NotFound
    return found


def _own_households() -> dict[int, str]:
    mine = queries.households_of_person(access.signed_in().person_id)
    return {household_id: code for household_id, code, _head in mine}


def _own_story(code: str) -> StoryRow:
    for household_id, own_code in _own_households().items():
        if own_code == code:
            return queries.get_story(household_id)
    raise NotFound
